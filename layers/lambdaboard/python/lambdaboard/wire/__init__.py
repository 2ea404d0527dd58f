"""The differences of the two wire formats, for params and results: no other module knows them (behaviour.md 6).

`documented` is the format of the API documents: numbers in objects are strings. `native` is that of Kanboard. There are
three tables: parameters; rows by their class; failures by procedure and missing thing. The second one also changes the
schemas of rows, from which `document` makes the result of rpc.discover.
"""

from __future__ import annotations

import re
from decimal import Decimal
from hashlib import md5
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from lambdaboard.api.rows import DocumentRow, MetadataRow, Row
from lambdaboard.api.rows.board import BoardTaskRow, DashboardTaskRow
from lambdaboard.api.rows.files import ListedProjectFileRow, ListedTaskFileRow, ProjectFileRow, TaskFileRow
from lambdaboard.api.rows.tasks import FoundTaskRow, TaskRow
from lambdaboard.errors import Thing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lambdaboard.errors import Rejected
    from lambdaboard.jsonrpc import Json, Procedure
    from lambdaboard.settings import WireFormat

Params = list[Any] | dict[str, Any]

CREATE_TAGS, UPDATE_TAGS, CREATE_STARTED, MOVE_SWIMLANE = 17, 14, 19, 4
"""Indexes of positional parameters: of `tags` in the API documents, and others."""

DAY_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})((?: +[0-9]{1,2}:[0-9]{2})?)")

Schema = dict[str, Any]


class Written(NamedTuple):
    """The conversion of rows of a class to a format.

    Attributes:
        row: converts a row to its sent form.
        schema: converts the schema of such rows, whose numbers have the format already, to that of the sent form.
    """

    row: Callable[[Row], Json]
    schema: Callable[[Schema], Schema] = dict


class Wire(msgspec.Struct, frozen=True):
    """One wire format: implements `lambdaboard.jsonrpc.Form`.

    Attributes:
        parameters: procedure -> function from params as they were sent to those of its signature.
        rows: class of a row -> its conversion, if that differs from other objects.
        text: converts a value in an object that is neither object nor list.
        numbers: schemas of an integer and of another number in an object, by their types.
        failures: (procedure, kind of the missing thing) -> result; None for any other rejection.
    """

    parameters: Mapping[str, Callable[[Params], Params]]
    rows: Mapping[type[Row], Written]
    text: Callable[[Any], Json]
    numbers: Mapping[str, Schema]
    failures: Mapping[tuple[str, Thing | None], Json]

    def arguments(self, procedure: str, params: Params) -> Params:
        """Convert params as they were sent to those of the signatures."""
        change = self.parameters.get(procedure)
        return change(params) if change else params

    def result(self, _procedure: str, value: Any) -> Json:
        """Convert the result of a procedure for the client; a bare number or boolean does not change."""
        return self.sent(value)

    def sent(self, value: Any) -> Json:
        """Convert rows, also in lists and in other rows."""
        if isinstance(value, list):
            return [self.sent(each) for each in value]
        if isinstance(value, Row) and type(value) in self.rows:
            return self.rows[type(value)].row(value)
        return self.plain(value) if isinstance(value, dict) else value

    def plain(self, row: dict[str, Any]) -> Json:
        """Convert the values of an object, and those of rows inside it."""
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
    """Accept the API documents' order, which has the array `tags` at the native index of `reference`."""

    def change(params: Params) -> Params:
        if isinstance(params, list) and len(params) > place and isinstance(params[place], list):
            return [*params[:place], None, *params[place:]]
        return params

    return change


def _day_first(params: Params) -> Params:
    """Read createTask's date_started as `d/m/Y H:i`, as in the API documents; else it stays (month first)."""
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
    """Accept moveTaskPosition without swimlane_id, as in the API documents' example: the task's own."""
    if isinstance(params, dict):
        return {"swimlane_id": 0} | params if len(params) >= MOVE_SWIMLANE else params
    return [*params, 0] if len(params) == MOVE_SWIMLANE else params


# --- results ----------------------------------------------------------------------------------------------------


def _native(value: Any) -> Json:
    return value


def _as_texts(row: Mapping[str, Any]) -> dict[str, Json]:
    """Write the numbers of a flat row as strings; integers inline, since a list has tens of thousands."""
    return {name: str(value) if type(value) is int else _as_text(value) for name, value in row.items()}


def _as_text(value: Any) -> Json:
    """Write a number as in the API documents: 1 as "1", 1.5 as "1.5"; null, booleans and strings do not change."""
    if type(value) is int:
        return str(value)
    if type(value) is float:
        # by repr, which is the shortest string of this number: 100.1 is not 100.099999999999994
        return f"{Decimal(repr(value)).normalize():f}"
    return value


def _native_task(row: Row) -> Json:
    return row | {"url": f"{row['url']}/?controller=TaskViewController&action=show&task_id={row['id']}"}


def _documented_task(row: Row) -> Json:
    url = f"{row['url']}/?controller=task&action=show&task_id={row['id']}&project_id={row['project_id']}"
    return _documented_found(row | {"url": url})


def _documented_found(row: Mapping[str, Any]) -> dict[str, Json]:
    """Write values that were never set as in the API documents: dates null, hours 0."""
    sent = _as_texts(row)
    sent["date_started"] = sent["date_started"] if row["date_started"] else None
    sent["date_completed"] = sent["date_completed"] if row["date_completed"] else None
    sent["time_spent"] = sent["time_spent"] or "0"
    sent["time_estimated"] = sent["time_estimated"] or "0"
    return sent


def _documented_board_task(row: Row) -> dict[str, Json]:
    sent = _documented_found(row)
    sent["tags"] = [_as_texts(tag) for tag in row["tags"]]
    return sent


def _documented_dashboard_task(row: Row) -> Json:
    sent = _documented_board_task(row)
    sent["subtasks"] = [_as_texts(subtask) for subtask in row["subtasks"]]
    return sent


def _native_document(row: Row) -> Json:
    return _described(row, NATIVE)


def _documented_document(row: Row) -> Json:
    return _described(row, DOCUMENTED)


def _described(row: Row, wire: Wire) -> Json:
    # imported here, so that only rpc.discover waits for it
    from lambdaboard.wire.document import described  # noqa: PLC0415

    return described(row, wire)


def _native_file(row: Row) -> Json:
    return _with_etag(row | {"path": f"tasks/{row['path'].partition('/')[2]}"})


def _documented_file(row: Row) -> Json:
    return _as_texts(_with_etag(row))


def _with_etag(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "etag": md5(row["path"].encode(), usedforsecurity=False).hexdigest()}


def _documented_metadata(row: Row) -> Json:
    return [row] if row else []


def _hours_never_null(schema: Schema) -> Schema:
    hours = {name: schema["properties"][name] for name in ("time_spent", "time_estimated")}
    texts = {name: NUMBERS["number"] | {"description": each["description"]} for name, each in hours.items()}
    return schema | {"properties": schema["properties"] | texts}


def _in_a_list(schema: Schema) -> Schema:
    title = {name: schema[name] for name in ("title", "description")}
    item = {name: value for name, value in schema.items() if name not in title}
    return title | {"type": "array", "items": item, "maxItems": 1}


# --- the formats ------------------------------------------------------------------------------------------------

FILES = (TaskFileRow, ListedTaskFileRow, ProjectFileRow, ListedProjectFileRow)

NUMBERS: Mapping[str, Schema] = {
    "integer": {"type": "string", "pattern": "^-?[0-9]+$"},
    "number": {"type": "string", "pattern": "^-?[0-9]+([.][0-9]+)?$"},
}
"""By type in the native format."""

DOCUMENTED = Wire(
    parameters={
        "createTask": _day_first,
        "updateTask": _with_reference(UPDATE_TAGS),
        "moveTaskPosition": _own_swimlane,
    },
    rows={
        TaskRow: Written(_documented_task, _hours_never_null),
        FoundTaskRow: Written(_documented_found, _hours_never_null),
        BoardTaskRow: Written(_documented_board_task, _hours_never_null),
        DashboardTaskRow: Written(_documented_dashboard_task, _hours_never_null),
        MetadataRow: Written(_documented_metadata, _in_a_list),
        DocumentRow: Written(_documented_document),
        **dict.fromkeys(FILES, Written(_documented_file)),
    },
    text=_as_text,
    numbers=NUMBERS,
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
        TaskRow: Written(_native_task),
        **dict.fromkeys((FoundTaskRow, BoardTaskRow, DashboardTaskRow), Written(_native)),
        DocumentRow: Written(_native_document),
        **dict.fromkeys((TaskFileRow, ListedTaskFileRow), Written(_native_file)),
        **dict.fromkeys((ProjectFileRow, ListedProjectFileRow), Written(_with_etag)),
    },
    text=_native,
    numbers={},
    failures=NATIVE_FAILURES,
)

WIRES: Mapping[WireFormat, Wire] = {"documented": DOCUMENTED, "native": NATIVE}
