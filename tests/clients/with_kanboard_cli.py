"""Commands of the PyPI package `kanboard-cli`; `run` sets address, format and caller.

Their results are read by direct calls of the API (see `common`).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.clients.common import IS_PERSON, LOGIN, PASSWORD, URL, WIRE, call, number, same, somebody

PROGRAM = Path(sys.executable).with_name("kanboard")
PAGE, PAPER = "https://example.com/zaun", "https://example.com/plan.pdf"
TITLES = ("Zaun streichen", "Pfosten setzen")
RELATES, BLOCKS, IS_BLOCKED, FIXES = 1, 2, 3, 10


class Shell:
    """A shell of a user with a configured command `kanboard`."""

    def __init__(self, home: Path) -> None:
        """Configure it: the application in the environment, a person in a profile of the configuration file."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KANBOARD_")}
        self._environment = kept | {"HOME": str(home)}
        if IS_PERSON:
            profile = {"url": URL, "auth_mode": "user", "username": LOGIN, "password": PASSWORD}
            lines = ["[profiles.default]", *(f"{name} = {json.dumps(value)}" for name, value in profile.items())]
            file = home / ".config" / "kanboard" / "config.toml"
            file.parent.mkdir(parents=True)
            file.write_text("\n".join(lines))
        else:
            self._environment |= {"KANBOARD_URL": URL, "KANBOARD_TOKEN": PASSWORD}

    def run(self, *words: object, typed: str = "", **added: str) -> subprocess.CompletedProcess[str]:
        """Run a command.

        Args:
            words: the arguments after `kanboard --output json`.
            typed: the answers to its questions.
            added: to the environment.
        """
        return subprocess.run(
            [str(PROGRAM), "--output", "json", *map(str, words)],
            env=self._environment | added,
            input=typed,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    def show(self, *words: object, typed: str = "") -> Any:
        """Return the output of a command after its questions."""
        done = self.run(*words, typed=typed)
        assert done.returncode == 0, f"kanboard {words}: {done.stdout}{done.stderr[-2000:]}"
        question, _, printed = done.stdout.rpartition("[y/N]: ")
        same(bool(question), bool(typed))
        return json.loads(printed)

    def do(self, *words: object, typed: str = "") -> int:
        """Run a command that changes something; return the id that it prints."""
        told = self.show(*words, typed=typed)
        same(told["status"], "ok")
        found = re.search(r"#(\d+)", told["message"])
        assert found, told
        return int(found[1])

    def fail(self, *words: object, **added: str) -> str:
        """Return the error message of a command that fails."""
        done = self.run(*words, **added)
        same((done.returncode, done.stdout), (1, ""))
        return done.stderr


def comment(shell: Shell, task_id: int, user_id: int, username: str) -> None:
    """Write two comments, change one, remove the other."""
    first = shell.do("comment", "add", task_id, "Grün oder *rot*? 🎨", "--user-id", user_id)
    second = shell.do("comment", "add", task_id, "--user-id", user_id, "--", "-1 für rot")
    shown = shell.show("comment", "list", task_id)
    expected = [(first, "Grün oder *rot*? 🎨", username), (second, "-1 für rot", username)]
    same([(row["id"], row["comment"], row["username"]) for row in shown], expected)
    same(shell.do("comment", "update", first, "Grün\n& <b>matt</b>"), first)
    same(shell.do("comment", "remove", second, typed="y\n"), second)
    [row] = call("getAllComments", task_id=task_id)
    same((row["id"], row["task_id"], row["user_id"]), (number(first), number(task_id), number(user_id)))
    same((row["comment"], row["username"], row["visibility"]), ("Grün\n& <b>matt</b>", username, "app-user"))


def divide(shell: Shell, task_id: int, user_id: int, username: str) -> None:
    """Make three subtasks, finish one, remove one, let a timer run on the other."""
    buy = shell.do("subtask", "create", task_id, "Farbe kaufen", "--user-id", user_id, "--time-estimated", 1.5)
    paint = shell.do("subtask", "create", task_id, "Streichen", "--status", 1)
    dry = shell.do("subtask", "create", task_id, "Trocknen", "--time-estimated", 24)
    changes = ("--title", "Zweimal streichen", "--time-estimated", 2, "--time-spent", 2.25, "--status", 2)
    same(shell.do("subtask", "update", paint, task_id, *changes), paint)
    same(shell.do("subtask", "remove", dry, typed="y\n"), dry)
    same(shell.do("timer", "start", buy, "--user-id", user_id), buy)
    same(call("hasSubtaskTimer", subtask_id=buy, user_id=user_id), True)
    same(shell.do("timer", "stop", buy, "--user-id", user_id), buy)
    same(call("hasSubtaskTimer", subtask_id=buy, user_id=user_id), False)
    shown = shell.show("subtask", "list", task_id)
    expected = [(buy, "Farbe kaufen", user_id, 0, 1.5), (paint, "Zweimal streichen", 0, 2, 2.0)]
    same([(row["id"], row["title"], row["user_id"], row["status"], row["time_estimated"]) for row in shown], expected)
    rows = call("getAllSubtasks", task_id=task_id)
    same([(row["id"], row["username"]) for row in rows], [(number(buy), username), (number(paint), None)])
    same([(row["status_name"], row["position"]) for row in rows], [("Todo", number(1)), ("Done", number(2))])
    # the timer ran for seconds: less than a hundredth of an hour
    same([(float(row["time_estimated"]), float(row["time_spent"])) for row in rows], [(1.5, 0.0), (2.0, 2.25)])


def link(shell: Shell, task_id: int, other_id: int) -> None:
    """Link two tasks twice, change one link, remove the other; check both tasks."""
    kept = shell.do("task-link", "create", task_id, other_id, RELATES)
    gone = shell.do("task-link", "create", task_id, other_id, FIXES)
    same(shell.do("task-link", "update", kept, task_id, other_id, BLOCKS), kept)
    same(shell.do("task-link", "remove", gone, typed="y\n"), gone)
    ends = {"id": kept, "task_id": task_id, "opposite_task_id": other_id, "link_id": BLOCKS}
    same(shell.show("task-link", "get", kept), ends)
    # the package expects other names in the rows of a list than Kanboard has, of which only this one fits
    same([row["id"] for row in shell.show("task-link", "list", task_id)], [kept])
    rows = [*call("getAllTaskLinks", task_id=task_id), *call("getAllTaskLinks", task_id=other_id)]
    expected = [("blocks", number(other_id), TITLES[1]), ("is blocked by", number(task_id), TITLES[0])]
    same([(row["label"], row["task_id"], row["title"]) for row in rows], expected)


def link_elsewhere(shell: Shell, task_id: int) -> None:
    """Link a task to a paper and to a page, change one link, remove the other."""
    gone = shell.do("external-link", "create", task_id, PAPER, "related")
    kept = shell.do("external-link", "create", task_id, PAGE, "related", "--type", "weblink", "--title", "Über Zäune")
    shown = [(row["id"], row["link_type"], row["title"]) for row in shell.show("external-link", "list", task_id)]
    same(shown, [(gone, "attachment", "plan.pdf"), (kept, "weblink", "Über Zäune")])
    same(shell.do("external-link", "update", task_id, kept, "Zäune", f"{PAGE}?q=gr%C3%B6%C3%9Fer"), kept)
    same(shell.do("external-link", "remove", task_id, gone, typed="y\n"), gone)
    [row] = call("getAllExternalTaskLinks", task_id=task_id)
    same((row["id"], row["link_type"], row["dependency"]), (number(kept), "weblink", "related"))
    same((row["title"], row["url"], row["task_id"]), ("Zäune", f"{PAGE}?q=gr%C3%B6%C3%9Fer", number(task_id)))


def keep_metadata(shell: Shell, task_id: int) -> None:
    """Set metadata and read it: its list shows that of the documented format as empty."""
    same(shell.show("task-meta", "set", task_id, "Prüfer", "Jürgen")["status"], "ok")
    kept = {"key": "Prüfer", "value": "Jürgen"}
    same(shell.show("task-meta", "list", task_id), [kept] if WIRE == "native" else [])
    same(shell.show("task-meta", "get", task_id, "Prüfer"), kept)


def name_links(shell: Shell) -> None:
    """Create a type of link, rename it, remove it: allowed for the application, not for a person without that role."""
    if IS_PERSON:
        assert "HTTP 403" in shell.fail("link", "list")
        return
    made = shell.do("link", "create", f"hält, {WIRE}", "--opposite-label", f"hängt an, {WIRE}")
    opposite = call("getOppositeLinkId", link_id=made)
    same(shell.do("link", "update", made, opposite, f"trägt, {WIRE}"), made)
    shown = {row["id"]: (row["label"], row["opposite_id"]) for row in shell.show("link", "list")}
    same((shown[made], shown[BLOCKS]), ((f"trägt, {WIRE}", opposite), ("blocks", IS_BLOCKED)))
    same(shell.do("link", "remove", made, typed="y\n"), made)
    same(call("getLinkById", link_id=made), None)
    same(call("getLinkById", link_id=opposite)["opposite_id"], number(0))


def finish(shell: Shell, project_id: int, task_id: int) -> None:
    """Check the counts of the task after all parallel commands, and close it."""
    [row] = call("searchTasks", project_id=project_id, query="Zaun")
    counted = {"comments": 1, "subtasks": 2, "completed_subtasks": 1, "links": 1, "external_links": 1}
    same({name: row[f"nb_{name}"] for name in counted}, {name: number(count) for name, count in counted.items()})
    same((float(row["time_estimated"]), float(row["time_spent"])), (3.5, 2.25))
    same(shell.do("task", "close", task_id), task_id)
    same([row["status"] for row in call("getAllSubtasks", task_id=task_id)], [number(2), number(2)])


def fail(shell: Shell) -> None:
    """Check errors in the form of the command."""
    # the error does not show whose comment it would be
    assert ("HTTP 403" if IS_PERSON else "Not found: ") in shell.fail("comment", "get", 99_999_999)
    assert "HTTP 401" in shell.fail("link", "list", KANBOARD_TOKEN="wrong", KANBOARD_PASSWORD="wrong")


def main() -> None:
    """Do all of it in shells at the same time: four of them write to one task."""
    with tempfile.TemporaryDirectory() as home, ThreadPoolExecutor() as shells:
        shell = Shell(Path(home))
        user_id, username = somebody("kanboard-cli")
        project_id = call("createProject", name="Garten 🌻")
        if not IS_PERSON:  # the creator of a project has a role in it
            same(call("addProjectUser", project_id=project_id, user_id=user_id, role="project-member"), True)
        task_id, other_id = (call("createTask", project_id=project_id, title=title) for title in TITLES)
        at_work = [
            shells.submit(comment, shell, task_id, user_id, username),
            shells.submit(divide, shell, task_id, user_id, username),
            shells.submit(link, shell, task_id, other_id),
            shells.submit(link_elsewhere, shell, task_id),
            shells.submit(keep_metadata, shell, other_id),
            shells.submit(name_links, shell),
            shells.submit(fail, shell),
        ]
        for each in at_work:
            each.result()
        finish(shell, project_id, task_id)


if __name__ == "__main__":
    main()
