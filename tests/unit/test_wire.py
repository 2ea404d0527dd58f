"""The three tables of the wire formats: parameters, results, failures (behaviour.md 6)."""

from hashlib import md5
from typing import Any

import pytest

from lambdaboard.api.rows import MetadataRow, Row
from lambdaboard.api.rows.board import DashboardTaskRow
from lambdaboard.api.rows.files import TaskFileRow
from lambdaboard.api.rows.tasks import FoundTaskRow, TaskRow
from lambdaboard.errors import NotFound, Reason, Rejected, Thing
from lambdaboard.procedures import registry
from lambdaboard.wire import DOCUMENTED, NATIVE, WIRES

FORMATS = list(WIRES.values())

# --- parameters -------------------------------------------------------------------------------------------------

CREATE = [f"place {place}" for place in range(1, 18)]
UPDATE = [f"place {place}" for place in range(1, 15)]

PARAMETERS: list[tuple[str, Any, Any, Any]] = [
    ("createTask", [*CREATE, "REF", ["a"], "2030-01-01"], None, None),
    ("createTask", [*CREATE, ["a"]], [*CREATE, None, ["a"]], [*CREATE, None, ["a"]]),
    ("createTask", [*CREATE, [], "x", 1, 2], [*CREATE, None, [], "x", 1, 2], [*CREATE, None, [], "x", 1, 2]),
    ("createTask", CREATE, None, None),
    ("createTask", [*CREATE, "REF", [], "25/12/2030 08:15"], [*CREATE, "REF", [], "2030-12-25 08:15"], None),
    ("createTask", [*CREATE, [], "5/1/2030"], [*CREATE, None, [], "2030-1-5"], [*CREATE, None, [], "5/1/2030"]),
    ("createTask", {"date_started": "05/01/2030"}, {"date_started": "2030-01-05"}, None),
    ("createTask", {"date_started": "01/15/2030"}, None, None),
    ("createTask", {"date_started": "x 05/01/2030"}, None, None),
    ("createTask", {"date_started": 5}, None, None),
    ("createTask", {"date_due": "05/01/2030"}, None, None),
    ("updateTask", [*UPDATE, "REF", ["a"]], None, None),
    ("updateTask", [*UPDATE, ["a"], "x"], [*UPDATE, None, ["a"], "x"], [*UPDATE, None, ["a"], "x"]),
    ("updateTask", {"date_started": "05/01/2030"}, None, None),
    ("moveTaskPosition", [1, 2, 3, 4], [1, 2, 3, 4, 0], None),
    ("moveTaskPosition", [1, 2, 3], None, None),
    ("moveTaskPosition", [1, 2, 3, 4, 5], None, None),
    ("moveTaskPosition", {"a": 1, "b": 2, "c": 3, "d": 4}, {"a": 1, "b": 2, "c": 3, "d": 4, "swimlane_id": 0}, None),
    ("moveTaskPosition", {"a": 1, "b": 2, "c": 3}, None, None),
    ("moveTaskPosition", {"a": 1, "b": 2, "c": 3, "swimlane_id": 9}, None, None),
    ("getTask", [["a"]], None, None),
]


@pytest.mark.parametrize(("procedure", "sent", "documented", "native"), PARAMETERS)
def test_parameters_become_those_of_the_signature(procedure: str, sent: Any, documented: Any, native: Any) -> None:
    assert DOCUMENTED.arguments(procedure, sent) == (sent if documented is None else documented)
    assert NATIVE.arguments(procedure, sent) == (sent if native is None else native)


# --- results ----------------------------------------------------------------------------------------------------

UNSET = {"date_started": 0, "date_completed": 0, "time_spent": None, "time_estimated": 0}
SET = {"date_started": 5, "date_completed": 6, "time_spent": 1.5, "time_estimated": 100.1}


@pytest.mark.parametrize("result", [3, True, False, None, "text", 1.5, [], [1, "a"], {}])
def test_a_bare_result_is_the_same_on_both_wires(result: Any) -> None:
    for wire in FORMATS:
        answer = wire.result("createTask", result)
        assert (answer, type(answer)) == (result, type(result))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (-5, "-5"),
        (10**25, "1" + "0" * 25),
        (1.5, "1.5"),
        (100.1, "100.1"),
        (123_456.789, "123456.789"),
        (1e-7, "0.0000001"),
        (1e22, "1" + "0" * 22),
        (3.0, "3"),
    ],
)
def test_the_documented_wire_writes_a_number_in_an_object_as_a_plain_decimal(number: float, text: str) -> None:
    assert DOCUMENTED.result("", Row(value=number)) == {"value": text}
    assert NATIVE.result("", Row(value=number)) == {"value": number}


def test_other_values_of_an_object_stay_and_objects_inside_are_treated_alike() -> None:
    row = Row(nothing=None, yes=True, text="5", inner={"id": 1, "name": "a"})
    assert DOCUMENTED.result("", [row]) == [row | {"inner": {"id": "1", "name": "a"}}]
    assert NATIVE.result("", [row]) == [row]


@pytest.mark.parametrize("kind", [TaskRow, FoundTaskRow])
def test_unset_values_of_a_task_are_written_as_the_documents_do(kind: type[Row]) -> None:
    base: dict[str, Any] = {"id": 7, "project_id": 2} | ({"url": "http://x"} if kind is TaskRow else {})
    unset = DOCUMENTED.result("", kind.of(base | UNSET))
    assert {name: unset[name] for name in UNSET} == {
        "date_started": None,
        "date_completed": None,
        "time_spent": "0",
        "time_estimated": "0",
    }
    given = DOCUMENTED.result("", kind.of(base | SET))
    assert {name: given[name] for name in SET} == {
        "date_started": "5",
        "date_completed": "6",
        "time_spent": "1.5",
        "time_estimated": "100.1",
    }
    native = NATIVE.result("", kind.of(base | UNSET))
    assert {name: native[name] for name in UNSET} == UNSET


def test_rows_in_a_row_of_a_task_are_written_as_rows() -> None:
    row = DashboardTaskRow.of({**UNSET, "tags": [{"id": 5, "name": "a"}], "subtasks": [{"id": 6, "done": True}]})
    sent = DOCUMENTED.result("", row)
    assert (sent["tags"], sent["subtasks"]) == ([{"id": "5", "name": "a"}], [{"id": "6", "done": True}])
    assert NATIVE.result("", row) == row


def test_the_link_of_a_task_ends_with_or_has_its_id_before_an_ampersand() -> None:
    task = {"id": 7, "project_id": 2, "url": "https://board.example", **UNSET}
    documented = "https://board.example/?controller=task&action=show&task_id=7&project_id=2"
    assert DOCUMENTED.result("", TaskRow.of(task))["url"] == documented
    native = "https://board.example/?controller=TaskViewController&action=show&task_id=7"
    assert NATIVE.result("", TaskRow.of(task))["url"] == native


@pytest.mark.parametrize(("wire", "path"), [(DOCUMENTED, "3/7/abc"), (NATIVE, "tasks/7/abc")])
def test_a_files_path_has_each_wires_form_and_its_etag_follows(wire: Any, path: str) -> None:
    row = wire.result("", TaskFileRow.of({"id": 1, "path": "3/7/abc"}))
    assert row["path"] == path
    assert row["etag"] == md5(path.encode(), usedforsecurity=False).hexdigest()


def test_metadata_is_a_list_of_one_object_or_the_object() -> None:
    assert DOCUMENTED.result("", MetadataRow.of({"a": "1", "b": None})) == [{"a": "1", "b": None}]
    assert NATIVE.result("", MetadataRow.of({"a": "1", "b": None})) == {"a": "1", "b": None}
    assert DOCUMENTED.result("", MetadataRow()) == []
    assert NATIVE.result("", MetadataRow()) == {}


# --- failures ---------------------------------------------------------------------------------------------------

FAILURES: list[tuple[str, str, Any, Any]] = [
    ("createTask", "project", False, 0),
    ("createTask", "column", False, 0),
    ("createTask", "swimlane", False, 0),
    ("createTask", "invalid value", False, False),
    ("getTask", "task", None, None),
    ("getTaskByReference", "task", None, None),
    ("getAllTasks", "project", False, []),
    ("searchTasks", "project", False, []),
    ("getOverdueTasksByProject", "project", False, []),
    ("updateTask", "invalid value", False, False),
    ("closeTask", "task", False, False),
    ("openTask", "task", False, False),
    ("removeTask", "task", False, False),
    ("moveTaskPosition", "already at this position", False, False),
    ("moveTaskToProject", "project", False, True),
    ("moveTaskToProject", "task", False, False),
    ("moveTaskToProject", "swimlane", False, False),
    ("duplicateTaskToProject", "task", False, 0),
    ("duplicateTaskToProject", "project", False, 0),
    ("getTaskMetadata", "task", [], {}),
    ("getTaskMetadataByName", "metadata", "", ""),
    ("saveTaskMetadata", "task", False, False),
    ("removeTaskMetadata", "metadata", False, False),
    ("getProjectMetadata", "project", [], {}),
    ("getProjectMetadataByName", "metadata", "", ""),
    ("saveProjectMetadata", "project", False, False),
    ("removeProjectMetadata", "metadata", False, False),
    ("createTaskFile", "task", False, False),
    ("getAllTaskFiles", "task", False, []),
    ("getTaskFile", "file", False, None),
    ("downloadTaskFile", "file", "", ""),
    ("removeTaskFile", "file", False, False),
    ("removeAllTaskFiles", "task", False, True),
    ("createProjectFile", "project", False, False),
    ("getAllProjectFiles", "project", False, []),
    ("getProjectFile", "file", False, False),
    ("downloadProjectFile", "file", "", ""),
    ("removeProjectFile", "file", False, False),
    ("removeAllProjectFiles", "project", False, True),
]


@pytest.mark.parametrize(("name", "why", "documented", "native"), FAILURES)
def test_a_refused_call_has_each_wires_failure_value(name: str, why: str, documented: Any, native: Any) -> None:
    rejected = NotFound(Thing(why)) if why in {*Thing} else Rejected(Reason(why))
    procedure = registry.find(name)
    assert procedure is not None
    for wire, wanted in ((DOCUMENTED, documented), (NATIVE, native)):
        answer = wire.failure(procedure, rejected)
        assert (answer, type(answer)) == (wanted, type(wanted))


def test_every_failure_of_the_table_is_that_of_a_procedure() -> None:
    assert {name for wire in FORMATS for name, _ in wire.failures if registry.find(name) is None} == set()
    assert {name for wire in FORMATS for name in wire.parameters if registry.find(name) is None} == set()
