"""What a user of the PyPI package `bugwarrior` does: pull their open tasks into Taskwarrior, again and again.

It logs in with a personal token, as its manual recommends. What was pulled is read from Taskwarrior (see `common`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.clients.common import LOGIN, URL, WIRE, call, same

PROGRAM = Path(sys.executable).with_name("bugwarrior")
TASKWARRIOR = Path(os.environ["UNPACKED"]) / "usr" / "bin"
HIGH, NONE = 3, 0


class Home:
    """A home folder with both programs set up in it."""

    def __init__(self, folder: Path, token: str) -> None:
        path = f"{TASKWARRIOR}{os.pathsep}{os.environ['PATH']}"
        settings, ours = folder / ".taskrc", folder / "bugwarrior.toml"
        self._environment = os.environ | {"HOME": str(folder), "PATH": path, "BUGWARRIORRC": str(ours)}
        settings.write_text(f"data.location={folder}/.task\nconfirmation=no\n")
        general = {"targets": ["garden"], "taskrc": str(settings)}
        garden = {"service": "kanboard", "url": URL.removesuffix("/jsonrpc.php"), "username": LOGIN, "password": token}
        garden["query"] = f'status:open assignee:"{LOGIN}"'  # its default, for a name with blanks
        ours.write_text(f"[general]\n{toml(general)}\n[garden]\n{toml(garden)}\n")

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command."""
        return subprocess.run(
            words, env=self._environment, capture_output=True, encoding="utf-8", timeout=60, check=False
        )

    def pull(self) -> None:
        """Pull all tasks of the user."""
        done = self.run(str(PROGRAM), "pull")
        same((done.returncode, "ERROR" in done.stderr, "Traceback" in done.stderr), (0, False, False))

    def tasks(self, status: str = "pending") -> dict[str, dict[str, Any]]:
        """Return the tasks in Taskwarrior by title."""
        done = self.run("task", "rc.verbose=nothing", f"status:{status}", "export")
        return {task["kanboardtasktitle"]: task for task in json.loads(done.stdout)}


def toml(values: dict[str, Any]) -> str:
    """Return lines of a configuration."""
    return "\n".join(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items())


def fill(me: int) -> tuple[int, int]:
    """Make three tasks in two projects: one with everything, one with little, one that is nobody's; return mine."""
    garden, kitchen = (call("createProject", name=name) for name in ("Garten 🌻", "Küche"))
    paint = call(
        "createTask",
        project_id=garden,
        owner_id=me,
        title="Zaun streichen 🎨",
        description="* grün\n* oder rot",
        priority=HIGH,
        date_due="2030-01-15 10:30",
        tags=["größer", "holz"],
    )
    call("createComment", task_id=paint, user_id=me, content="Grün oder *rot*?")
    bake = call("createTask", project_id=kitchen, owner_id=me, title="Backen")
    call("createTask", project_id=garden, title="Niemandes")
    return paint, bake


def letter(priority: int) -> str | None:
    """Return what Taskwarrior shows of a priority: bugwarrior knows them as strings, others are its default."""
    return {NONE: None, HIGH: "H"}[priority] if WIRE == "documented" else "M"


def see(home: Home, paint: int, bake: int) -> None:
    """See both tasks of the user with all their properties."""
    tasks = home.tasks()
    same(set(tasks), {"Zaun streichen 🎨", "Backen"})
    full, bare = tasks["Zaun streichen 🎨"], tasks["Backen"]
    same([int(task["kanboardtaskid"]) for task in (full, bare)], [paint, bake])
    same([task["project"] for task in (full, bare)], ["Garten", "K_che"])
    same([task["kanboardprojectname"] for task in (full, bare)], ["Garten 🌻", "Küche"])
    same((full["kanboardtaskdescription"], full["kanboardurl"]), ("* grün\n* oder rot", url(paint)))
    same((full["due"], bare.get("due")), ("20300115T103000Z", None))
    same((sorted(full["tags"]), bare.get("tags")), (["größer", "holz"], None))
    same([each["description"] for each in full["annotations"]], ["@Jörg Änn - Grün oder *rot*?"])
    same([task.get("priority") for task in (full, bare)], [letter(HIGH), letter(NONE)])


def url(task_id: int) -> str:
    """Return a task's address."""
    return str(call("getTask", task_id=task_id)["url"])


def change(home: Home, paint: int, bake: int) -> None:
    """See after another pull what became of the tasks: one changed, one is done."""
    same(call("updateTask", id=paint, title="Zaun lackieren", date_due="2031-02-16 08:15"), True)
    same(call("closeTask", task_id=bake), True)
    home.pull()
    [(title, task)] = home.tasks().items()
    same((title, task["due"], int(task["kanboardtaskid"])), ("Zaun lackieren", "20310216T081500Z", paint))
    same(list(home.tasks("completed")), ["Backen"])


def fail(folder: Path) -> None:
    """See that a wrong password brings nothing."""
    stranger = Home(folder, "wrong")
    same("401" in stranger.run(str(PROGRAM), "pull").stderr, True)
    same(stranger.tasks(), {})


def main() -> None:
    """Pull, change tasks, pull again."""
    me = int(call("getMe")["id"])
    token = call("createToken", name=f"bugwarrior, {WIRE}")["token"]
    paint, bake = fill(me)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
        home = Home(Path(folder), token)
        home.pull()
        see(home, paint, bake)
        change(home, paint, bake)
        fail(Path(other))


if __name__ == "__main__":
    main()
