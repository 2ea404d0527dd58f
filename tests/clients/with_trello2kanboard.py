"""The import of a board by the PyPI package `Trello2Kanboard`; `run` sets address and caller.

The board is a file in Trello's export format, with an attachment on a server of our own. The result is read by direct
calls of the API (see `common`).
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import termios
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.clients.common import IS_PERSON, LOGIN, PASSWORD, URL, WIRE, call, number, on_board, same, somebody

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = Path(sys.executable).with_name("trello2kanboard")
PATIENCE = 60  # seconds; the package repeats a refused call without end
FILE, CONTENT = "Größe & Maß.png", bytes(range(256)) * 1_000
ADDRESS = f"/1/cards/c1/attachments/a1/download/{quote(FILE)}"


class Attachments(BaseHTTPRequestHandler):
    """A replacement of Trello's server for attachments."""

    def do_GET(self) -> None:
        """Send the only file."""
        self.send_response(200 if self.path == ADDRESS else 404)
        self.end_headers()
        self.wfile.write(CONTENT if self.path == ADDRESS else b"")

    def log_request(self, code: object = None, size: object = None) -> None:
        """Log nothing."""


@contextlib.contextmanager
def attachments() -> Iterator[str]:
    """Serve attachments on this machine; yield the file's address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Attachments) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{ADDRESS}"
        finally:
            server.shutdown()


@contextlib.contextmanager
def terminal() -> Iterator[int]:
    """Yield a terminal: the package needs its width, and does not run without one."""
    outside, inside = os.openpty()
    try:
        termios.tcsetwinsize(inside, (24, 80))
        yield inside
    finally:
        os.close(inside)
        os.close(outside)


def card(card_id: str, name: str, column: str, **more: Any) -> dict[str, Any]:
    """Return a card of an export."""
    return {"id": card_id, "name": name, "idList": column, "desc": "", "due": None, "attachments": []} | more


def board(attached: str) -> dict[str, Any]:
    """Return an export: three lists, one of them archived, and cards with all their parts."""
    uploaded = {"id": "a1", "name": FILE, "url": attached, "isUpload": True}
    linked = {"id": "a2", "name": "Zaun", "url": "https://example.com/zaun", "isUpload": False}
    says = {"type": "commentCard", "data": {"card": {"id": "c1"}, "text": "Grün oder *rot*? 🎨"}}
    moved = {"type": "updateCard", "data": {"card": {"id": "c1"}, "old": {"idList": "l2"}}}
    checks = [{"name": "Farbe kaufen", "state": "complete"}, {"name": "Streichen", "state": "incomplete"}]
    return {
        "name": "Käse & <b>Garten</b> 🌻",
        "lists": [
            {"id": "l1", "name": "Zu tun", "closed": False},
            {"id": "l2", "name": "Größere Sachen", "closed": False},
            {"id": "l3", "name": "Archiv", "closed": True},
        ],
        "cards": [
            card("c2", "Pfosten setzen", "l2"),
            card(
                "c1",
                "Zaun streichen",
                "l1",
                desc="* grün\n* oder rot",
                due="2030-01-15T10:30:00.000Z",
                attachments=[uploaded, linked],
            ),
            card("c3", "Rasen mähen", "l1"),
            card("c4", "Längst getan", "l3"),
        ],
        "checklists": [{"id": "k1", "idCard": "c1", "name": "Checklist", "checkItems": checks}],
        "actions": [says, moved],
    }


def trello2kanboard(exported: dict[str, Any], username: str, password: str) -> str:
    """Run the package's command on an export; return its output."""
    with tempfile.TemporaryDirectory() as folder, terminal() as inside:
        file = Path(folder) / "trello.json"
        file.write_text(json.dumps(exported, ensure_ascii=False), encoding="utf-8")
        logging_in = ["--api-url", URL, "--api-user", LOGIN, "--api-token", password]
        owning = [] if IS_PERSON else ["--project-owner", username]
        command = [str(PROGRAM), "--json-file", str(file), "import", *logging_in, *owning]
        try:
            done = subprocess.run(
                command, stdin=inside, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise AssertionError(f"no end after {PATIENCE} seconds: {(error.stdout or b'')[-2000:]!r}") from error
    same((done.returncode, done.stderr), (0, ""))
    return done.stdout


def see_project(name: str, user_id: int) -> tuple[int, dict[str, dict[str, Any]]]:
    """Find the project with its columns and its owner; return its id and its tasks by title."""
    [project] = [row for row in call("getMyProjects" if IS_PERSON else "getAllProjects") if row["name"] == name]
    same(project["owner_id"], number(user_id))
    project_id = int(project["id"])
    same(call("getProjectUserRole", project_id=project_id, user_id=user_id), "project-manager")
    columns = call("getColumns", project_id=project_id)
    expected = [("Zu tun", number(1)), ("Größere Sachen", number(2))]
    same([(column["title"], column["position"]) for column in columns], expected)
    tasks = {task["title"]: task for task in call("getAllTasks", project_id=project_id)}
    fence, lawn, post = (int(tasks[title]["id"]) for title in ("Zaun streichen", "Rasen mähen", "Pfosten setzen"))
    todo, larger = (int(column["id"]) for column in columns)
    same(on_board(call("getBoard", project_id=project_id)), {todo: [fence, lawn], larger: [post]})
    return project_id, tasks


def see_task(task: dict[str, Any], user_id: int, username: str) -> None:
    """Check a task with its subtasks, its comment and its file."""
    same((task["description"], task["date_due"]), ("* grün\n* oder rot", number(1_894_703_400)))
    task_id = int(task["id"])
    subtasks = [(row["title"], row["status"], row["status_name"]) for row in call("getAllSubtasks", task_id=task_id)]
    same(subtasks, [("Farbe kaufen", number(2), "Done"), ("Streichen", number(0), "Todo")])
    [comment] = call("getAllComments", task_id=task_id)
    same((comment["comment"], comment["user_id"]), ("Grün oder *rot*? 🎨", number(user_id)))
    same(comment["username"], username)
    [file] = call("getAllTaskFiles", task_id=task_id)
    same((file["name"], file["size"], file["is_image"]), (FILE, number(len(CONTENT)), number(1)))
    same(base64.b64decode(call("downloadTaskFile", file_id=int(file["id"]))), CONTENT)


def see_bare_task(task: dict[str, Any]) -> None:
    """Check a task without child entities."""
    same((task["description"], int(task["date_due"] or 0)), ("", 0))
    for method in ("getAllSubtasks", "getAllComments", "getAllTaskFiles"):
        same(call(method, task_id=int(task["id"])), [])


def main() -> None:
    """Import a board, check all of it, fail with a wrong password."""
    user_id, username = somebody("Trello2Kanboard")
    with attachments() as attached:
        exported = board(attached) | {"name": f"Käse & <b>Garten</b> 🌻 {WIRE}"}
        same("Project Imported successfully." in trello2kanboard(exported, username, PASSWORD), True)
        project_id, tasks = see_project(exported["name"], user_id)
        see_task(tasks["Zaun streichen"], user_id, username)
        see_bare_task(tasks["Pfosten setzen"])
        same("401" in trello2kanboard(exported, username, "wrong"), True)
    same(see_project(exported["name"], user_id)[0], project_id)


if __name__ == "__main__":
    main()
