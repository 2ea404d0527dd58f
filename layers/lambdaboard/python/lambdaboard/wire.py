"""What the two wire formats differ in, both ways: the only place that knows there are two (behaviour.md 6).

`documented` is the format of the API documents: numbers in objects are strings. `native` is what Kanboard answers.
Three tables: PARAMETERS in, RESULTS out by type of row, FAILURES by procedure and what is not there.
"""

from __future__ import annotations

import re
from decimal import Decimal
from hashlib import md5
from typing import TYPE_CHECKING, Any

import msgspec

from lambdaboard.api.rows import BoardTaskRow, Document, FileRow, FoundRow, MetadataRow, ProjectFileRow, Row, TaskRow
from lambdaboard.errors import Thing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lambdaboard.errors import Rejected
    from lambdaboard.jsonrpc import Json, Procedure
    from lambdaboard.settings import WireFormat

Params = list[Any] | dict[str, Any]

CREATE_TAGS, UPDATE_TAGS, CREATE_STARTED, MOVE_SWIMLANE = 17, 14, 19, 4
"""Places of positional parameters, from 0: where the API documents have `tags`, and others."""

DAY_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})((?: +[0-9]{1,2}:[0-9]{2})?)")


class Wire(msgspec.Struct, frozen=True):
    """One wire format: implements `lambdaboard.jsonrpc.Form`.

    Attributes:
        parameters: procedure -> what turns params as they were sent into those of its signature.
        rows: type of row -> what turns it into what is sent.
        text: what turns a number in an object into what is sent.
        failures: (procedure, what is not there) -> result; None for any other rejection.
    """

    parameters: Mapping[str, Callable[[Params], Params]]
    rows: Mapping[type[Row], Callable[[Row], Json]]
    text: Callable[[Any], Json]
    failures: Mapping[tuple[str, Thing | None], Json]

    def arguments(self, procedure: str, params: Params) -> Params:
        """Turn params as they were sent into those that the signatures describe."""
        change = self.parameters.get(procedure)
        return change(params) if change else params

    def result(self, _procedure: str, value: Any) -> Json:
        """Turn what a procedure returned into what the client gets; a bare number or boolean stays itself."""
        return self.sent(value)

    def sent(self, value: Any) -> Json:
        """Turn rows, be they in lists or in each other."""
        if isinstance(value, list):
            return [self.sent(each) for each in value]
        if isinstance(value, Row) and type(value) in self.rows:
            return self.rows[type(value)](value)
        return self.plain(value) if isinstance(value, dict) else value

    def plain(self, row: dict[str, Any]) -> Json:
        """Turn the values of an object, those of rows inside it too."""
        text, sent = self.text, self.sent
        return {name: sent(value) if isinstance(value, dict | list) else text(value) for name, value in row.items()}

    def failure(self, procedure: Procedure, rejected: Rejected) -> Json:
        """Return the result of a rejected call."""
        for thing in (rejected.thing, None):
            if (procedure.name, thing) in self.failures:
                return self.failures[procedure.name, thing]
        return procedure.failure


# --- parameters -------------------------------------------------------------------------------------------------


def _with_reference(place: int) -> Callable[[Params], Params]:
    """Let an array at the live place of `reference` mean the API documents' order, which has `tags` there."""

    def change(params: Params) -> Params:
        if isinstance(params, list) and len(params) > place and isinstance(params[place], list):
            return [*params[:place], None, *params[place:]]
        return params

    return change


def _day_first(params: Params) -> Params:
    """Let createTask's date_started be `d/m/Y H:i` as the API documents say; others stay (month first)."""
    params = _with_reference(CREATE_TAGS)(params)
    if isinstance(params, dict):
        return params | {"date_started": _iso(params["date_started"])} if "date_started" in params else params
    if len(params) > CREATE_STARTED:
        return [*params[:CREATE_STARTED], _iso(params[CREATE_STARTED]), *params[CREATE_STARTED + 1 :]]
    return params


def _iso(date: Any) -> Any:
    found = DAY_FIRST.fullmatch(date) if isinstance(date, str) else None
    if found is None or int(found[2]) > 12:
        return date
    return f"{found[3]}-{found[2]}-{found[1]}{found[4]}"


def _own_swimlane(params: Params) -> Params:
    """Let moveTaskPosition do without swimlane_id, as the API documents' example does: the task's own."""
    if isinstance(params, dict):
        return {"swimlane_id": 0} | params if len(params) >= MOVE_SWIMLANE else params
    return [*params, 0] if len(params) == MOVE_SWIMLANE else params


# --- results ----------------------------------------------------------------------------------------------------


def _native(value: Any) -> Json:
    return value


def _as_texts(row: Mapping[str, Any]) -> dict[str, Json]:
    """Write the numbers of a flat row as strings; integers here and now, since a list has tens of thousands."""
    return {name: str(value) if type(value) is int else _as_text(value) for name, value in row.items()}


def _as_text(value: Any) -> Json:
    """Write a number as the API documents print it: 1 as "1", 1.5 as "1.5"; null, booleans and strings stay."""
    if type(value) is int:
        return str(value)
    if type(value) is float:
        # by way of repr, the shortest text that means this number: 100.1 is not 100.099999999999994
        return f"{Decimal(repr(value)).normalize():f}"
    return value


def _native_task(row: Row) -> Json:
    return row | {"url": f"{row['url']}/?controller=TaskViewController&action=show&task_id={row['id']}"}


def _documented_task(row: Row) -> Json:
    url = f"{row['url']}/?controller=task&action=show&task_id={row['id']}&project_id={row['project_id']}"
    return _documented_found(row | {"url": url})


def _documented_found(row: Mapping[str, Any]) -> Json:
    """Print values that were never set as the API documents do: dates null, hours 0."""
    sent = _as_texts(row)
    sent["date_started"] = sent["date_started"] if row["date_started"] else None
    sent["date_completed"] = sent["date_completed"] if row["date_completed"] else None
    sent["time_spent"] = sent["time_spent"] or "0"
    sent["time_estimated"] = sent["time_estimated"] or "0"
    return sent


def _documented_board_task(row: Row) -> Json:
    sent = _documented_found(row)
    sent["tags"] = [_as_texts(tag) for tag in row["tags"]]
    return sent


def _as_it_is(row: Row) -> Json:
    return row


def _native_document(row: Row) -> Json:
    """Return the failure values of this format: `x-failure`, and `x-failures` by what is not there, if they differ."""
    failures: dict[str, dict[Thing | None, Json]] = {}
    for (procedure, thing), value in NATIVE_FAILURES.items():
        failures.setdefault(procedure, {})[thing] = value
    return row | {"methods": [method | _failures(failures.get(method["name"], {})) for method in row["methods"]]}


def _failures(by_thing: dict[Thing | None, Json]) -> dict[str, Json]:
    default = {"x-failure": by_thing[None]} if None in by_thing else {}
    things = {thing.value: value for thing, value in by_thing.items() if thing}
    return default | {"x-failures": things} if things else default


def _native_file(row: Row) -> Json:
    return _with_etag(row | {"path": f"tasks/{row['path'].partition('/')[2]}"})


def _documented_file(row: Row) -> Json:
    return _as_texts(_with_etag(row))


def _with_etag(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "etag": md5(row["path"].encode(), usedforsecurity=False).hexdigest()}


def _documented_metadata(row: Row) -> Json:
    return [row] if row else []


# --- the formats ------------------------------------------------------------------------------------------------

DOCUMENTED = Wire(
    parameters={
        "createTask": _day_first,
        "updateTask": _with_reference(UPDATE_TAGS),
        "moveTaskPosition": _own_swimlane,
    },
    rows={
        TaskRow: _documented_task,
        FoundRow: _documented_found,
        BoardTaskRow: _documented_board_task,
        Document: _as_it_is,
        FileRow: _documented_file,
        ProjectFileRow: _documented_file,
        MetadataRow: _documented_metadata,
    },
    text=_as_text,
    failures={},
)

NATIVE_FAILURES: Mapping[tuple[str, Thing | None], Json] = {
    ("createTask", Thing.PROJECT): 0,
    ("createTask", Thing.COLUMN): 0,
    ("createTask", Thing.SWIMLANE): 0,
    ("addSwimlane", Thing.PROJECT): 0,
    ("getAllTasks", None): [],
    ("searchTasks", None): [],
    ("getOverdueTasksByProject", None): [],
    ("moveTaskToProject", Thing.PROJECT): True,
    ("duplicateTaskToProject", None): 0,
    ("getTaskMetadata", None): {},
    ("getProjectMetadata", None): {},
    ("getTaskFile", None): None,
    ("getAllTaskFiles", None): [],
    ("removeAllTaskFiles", None): True,
    ("getAllProjectFiles", None): [],
    ("removeAllProjectFiles", None): True,
}

NATIVE = Wire(
    parameters={
        "createTask": _with_reference(CREATE_TAGS),
        "updateTask": _with_reference(UPDATE_TAGS),
    },
    rows={
        TaskRow: _native_task,
        FoundRow: _as_it_is,
        BoardTaskRow: _as_it_is,
        Document: _native_document,
        FileRow: _native_file,
        ProjectFileRow: _with_etag,
    },
    text=_native,
    failures=NATIVE_FAILURES,
)

WIRES: Mapping[WireFormat, Wire] = {"documented": DOCUMENTED, "native": NATIVE}
