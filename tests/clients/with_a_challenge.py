"""The calls of the Android app Kandroid: no credentials before a challenge, then batches for its screens.

`run` says where, in which format and as whom (see `common`).
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any, NamedTuple

from tests.clients.common import LOGIN, PASSWORD, URL, number, on_board, same

REALM = "JsonRPC"


class Sent(NamedTuple):
    """One request as it went out, and the status of its answer."""

    has_credentials: bool
    status: int


class Watch(urllib.request.BaseHandler):
    """Records every request."""

    handler_order = 100  # before answers that are errors are handled

    def __init__(self) -> None:
        self.sent: list[Sent] = []

    def http_response(self, request: urllib.request.Request, response: Any) -> Any:
        """Note a request; its answer stays as it is."""
        self.sent.append(Sent(request.has_header("Authorization"), response.status))
        return response


class Phone:
    """A client with a password for the realm, which it sends only after a challenge."""

    def __init__(self, password: str, realm: str = REALM) -> None:
        passwords = urllib.request.HTTPPasswordMgr()
        passwords.add_password(realm, URL, LOGIN, password)
        self.watch = Watch()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPBasicAuthHandler(passwords), self.watch
        )

    def post(self, content: Any) -> Any:
        """Send a request or a batch; return the answer."""
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(URL, json.dumps(content).encode(), headers)
        with self._opener.open(request, timeout=30) as response:
            return json.load(response)

    def call(self, method: str, **params: Any) -> Any:
        """Return a procedure's result."""
        [result] = self.batch((method, params))
        return result

    def batch(self, *calls: tuple[str, dict[str, Any]]) -> list[Any]:
        """Return the results of procedures in one batch."""
        content = [
            {"jsonrpc": "2.0", "id": place, "method": method, "params": params}
            for place, (method, params) in enumerate(calls)
        ]
        results = {answer["id"]: answer["result"] for answer in self.post(content)}
        return [results[place] for place in range(len(calls))]

    def is_refused(self, method: str) -> tuple[int, Any]:
        """Return status and content of a refusal."""
        try:
            result = self.call(method)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)
        raise AssertionError(f"a refusal was expected, not {result!r:.300}")


def log_in(phone: Phone) -> int:
    """Get a challenge, send credentials, read the user."""
    me, version = phone.batch(("getMe", {}), ("getVersion", {}))
    same(phone.watch.sent, [Sent(has_credentials=False, status=401), Sent(has_credentials=True, status=200)])
    same((me["username"], me["role"], me["is_ldap_user"]), (LOGIN, "app-manager", False))
    assert "password" not in me
    assert version
    return int(me["id"])


def fill(phone: Phone, me: int) -> tuple[int, list[int]]:
    """Create a project with three tasks; one is overdue, one is unassigned."""
    project_id = phone.call("createMyPrivateProject", name="Telefon 📱")
    mine = {"project_id": project_id, "owner_id": me}
    late = ("createTask", mine | {"title": "Zu spät", "date_due": "2020-01-15 10:30"})
    nobodys = ("createTask", {"project_id": project_id, "title": "Niemandes"})
    return project_id, phone.batch(late, ("createTask", mine | {"title": "Meine"}), nobodys)


def show(phone: Phone, project_id: int, tasks: list[int]) -> None:
    """Read the data of all screens of the app, in one batch."""
    projects, names, dashboard, overdue, board, columns = phone.batch(
        *((name, {}) for name in ("getMyProjects", "getMyProjectsList", "getMyDashboard", "getMyOverdueTasks")),
        *((name, {"project_id": project_id}) for name in ("getBoard", "getColumns")),
    )
    same([(row["id"], row["is_private"]) for row in projects], [(number(project_id), number(1))])
    same(names, {str(project_id): "Telefon 📱"})
    same([row["id"] for row in dashboard], [number(task_id) for task_id in tasks[:2]])
    same([(row["id"], row["assignee_username"]) for row in overdue], [(number(tasks[0]), LOGIN)])
    backlog, *others = [int(column["id"]) for column in columns]
    same(on_board(board), {backlog: tasks, **{column_id: [] for column_id in others}})


def fail(phone: Phone) -> None:
    """Check forbidden calls, and that a wrong password or that of another realm is rejected."""
    same(phone.is_refused("getAllUsers"), (403, refusal(403, "Forbidden")))
    for other, requests in ((Phone("wrong"), 2), (Phone(PASSWORD, realm="Kanboard"), 1)):
        same(other.is_refused("getMe"), (401, refusal(401, "Unauthorized")))
        same([sent.status for sent in other.watch.sent], [401] * requests)


def refusal(code: int, message: str) -> dict[str, Any]:
    """Return the answer that replaces that of a whole batch."""
    return {"jsonrpc": "2.0", "error": {"code": code, "message": message}, "id": None}


def main() -> None:
    """Run all steps."""
    phone = Phone(PASSWORD)
    me = log_in(phone)
    project_id, tasks = fill(phone, me)
    show(phone, project_id, tasks)
    fail(phone)


if __name__ == "__main__":
    main()
