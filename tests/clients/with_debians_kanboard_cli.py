"""What a user of Debian's package `kanboard-cli` types at a shell; `run` says where, in which format and as whom.

It makes tasks and lists; what else becomes of them is done and read through the API, past the package (see `common`).
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.clients.common import IS_PERSON, LOGIN, PASSWORD, URL, WIRE, call, number, same

FILES = Path(os.environ["UNPACKED"])
PROGRAM = FILES / "usr" / "bin" / "kanboard"
NO_SUCH_PROJECT = 99_999_999


class Shell:
    """A shell of somebody who has set up the command `kanboard`: the application leaves out its name."""

    def __init__(self, home: str) -> None:
        self._environment = os.environ | {"HOME": home, "KANBOARD_URL": URL, "KANBOARD_PASSWORD": PASSWORD}
        self._environment["PYTHONPATH"] = str(FILES / "usr" / "lib" / "python3" / "dist-packages")
        if IS_PERSON:
            self._environment["KANBOARD_USERNAME"] = LOGIN

    def run(self, *words: object) -> subprocess.CompletedProcess[str]:
        """Run a command."""
        return subprocess.run(
            [str(PROGRAM), *map(str, words)],
            env=self._environment,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    def say(self, *words: object) -> str:
        """Return what a command prints."""
        done = self.run(*words)
        same((done.returncode, done.stderr), (0, ""))
        return done.stdout.removesuffix("\n")

    def show(self, *words: object) -> Any:
        """Return what a command shows, by its columns."""
        return json.loads(self.say(*words, "--format", "json"))

    def fail(self, *words: object) -> str:
        """Return what a command that fails complains of."""
        done = self.run(*words)
        same((done.returncode, done.stdout), (1, ""))
        return done.stderr.strip()


def see_project(shell: Shell) -> int:
    """Make a project, find it, show it; return its id."""
    project_id: int = call("createProject", name="Käse & <b>Brot</b> 🧀", description="Büfett")
    expected = {"ID": number(project_id), "Name": "Käse & <b>Brot</b> 🧀", "Description": "Büfett"}
    [listed] = [row for row in shell.show("project", "list") if int(row["ID"]) == project_id]
    same(listed, expected | {"Status": "Active", "Private": False, "Public": False})
    board = call("getProjectById", project_id=project_id)["url"]["board"]
    same(shell.show("project", "show", project_id), expected | {"Board URL": board})
    return project_id


def make_tasks(shell: Shell, project_id: int) -> None:
    """Make two tasks; see both, and only the other one when one is closed."""
    column = int(call("getColumns", project_id=project_id)[1]["id"])
    swimlane = int(call("getActiveSwimlanes", project_id=project_id)[0]["id"])
    place = ("--column-id", column, "--swimlane-id", swimlane, "--color-id", "green")
    first = int(shell.say("task", "create", project_id, "Größe 🎨", *place))
    second = int(shell.say("task", "create", project_id, "- zwei -"))
    task = call("getTask", task_id=first)
    same((task["title"], task["column_id"], task["color_id"]), ("Größe 🎨", number(column), "green"))
    rows = [
        {"ID": number(first), "Title": "Größe 🎨", "Color": "Green"},
        {"ID": number(second), "Title": "- zwei -", "Color": "Yellow"},
    ]
    same(shell.show("task", "list", project_id), rows)
    same(call("updateTask", id=second, title="Zwei", color_id="red"), True)
    same(call("closeTask", task_id=first), True)
    same(shell.show("task", "list", project_id), [{"ID": number(second), "Title": "Zwei", "Color": "Red"}])


def fail(shell: Shell) -> None:
    """See failures as the command shows them: what a list that failed is, is a matter of the format."""
    same(shell.fail("--password", "wrong", "app", "version"), "HTTP Error 401: Unauthorized")
    # in a header of another name it sends `Basic` as well, which neither Kanboard nor we read there
    same(shell.fail("--auth-header", "X-API-Auth", "app", "version"), "HTTP Error 401: Unauthorized")
    if IS_PERSON:
        same(shell.fail("task", "list", NO_SUCH_PROJECT), "HTTP Error 403: Forbidden")
        return
    same(shell.fail("project", "show", NO_SUCH_PROJECT), "Project not found")
    if WIRE == "documented":
        same(shell.say("task", "create", NO_SUCH_PROJECT, "Nirgends"), "False")
        same(shell.fail("task", "list", NO_SUCH_PROJECT), "'bool' object is not iterable")
    else:
        same(shell.say("task", "create", NO_SUCH_PROJECT, "Nirgends"), "0")
        same(shell.show("task", "list", NO_SUCH_PROJECT), [])


def main() -> None:
    """Run all steps."""
    with tempfile.TemporaryDirectory() as home:
        shell = Shell(home)
        same(shell.say("app", "version"), call("getVersion"))
        same(shell.say("app", "timezone"), call("getTimezone"))
        make_tasks(shell, see_project(shell))
        fail(shell)


if __name__ == "__main__":
    main()
