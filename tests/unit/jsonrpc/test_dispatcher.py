"""From the body of a request to the answer: the tables of behaviour.md 1.1 and 1.2."""

import time
from typing import Any

import msgspec
import pytest

from lambdaboard.errors import Abort, InvalidParams, Rejected
from lambdaboard.jsonrpc import Json, Procedure

NULL = b"null"


def call(method: str, params: Json = None, **more: Json) -> dict[str, Json]:
    return {"jsonrpc": "2.0", "method": method, "params": params, "id": 1} | more


def notification(method: str, params: Json = None) -> dict[str, Json]:
    return {"jsonrpc": "2.0", "method": method, "params": params}


def answered(result: bytes, request_id: bytes = b"1") -> bytes:
    return b'{"jsonrpc":"2.0","result":%s,"id":%s}' % (result, request_id)


def failed(code: int, message: str, data: str | None = None, request_id: bytes = b"1") -> bytes:
    error = f'{{"code":{code},"message":"{message}"' + (f',"data":"{data}"' if data else "") + "}"
    return b'{"jsonrpc":"2.0","error":%s,"id":%s}' % (error.encode(), request_id)


PARSE_ERROR = failed(-32700, "Parse error", request_id=NULL)
INVALID_REQUEST = failed(-32600, "Invalid Request", request_id=NULL)


LONG_NAME = "getNote" * 700_000
"""A name that takes half a second to prepare for comparing it with others."""


# Single requests


def test_a_call_is_answered_with_its_result(service: Any) -> None:
    assert service.post(call("getNote", [7])) == answered(b'{"id":7}')


@pytest.mark.parametrize("body", [b"", b"{", b"not json", b"{} x", b"[" * 512 + b"]" * 512], ids=lambda body: body[:9])
def test_a_body_that_is_no_json_is_a_parse_error_with_id_null(service: Any, body: bytes) -> None:
    assert service.post(body) == PARSE_ERROR


@pytest.mark.parametrize("document", [None, 5, "text", True, {}, {"method": "getNote", "id": 1}, call("getNote", "1")])
def test_json_that_is_no_request_is_invalid_with_id_null(service: Any, document: Json) -> None:
    assert service.post(document) == INVALID_REQUEST


@pytest.mark.parametrize("name", ["", "__init__", "dispatch", "é", "getNote" * 100, "moveNote"])
def test_an_unknown_procedure_is_not_found(service: Any, name: str) -> None:
    assert service.post(call(name, [1])) == failed(-32601, "Method not found")


def test_a_name_of_megabytes_is_compared_with_no_other(service: Any) -> None:
    began = time.process_time()
    assert service.post(call(LONG_NAME)) == failed(-32601, "Method not found")
    assert time.process_time() - began < 0.2, "seconds of the processor"


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("getNotes", "getNote"), ("getNote ", "getNote"), ("get_note", "getNote"), ("REMOVENOT", "removeNote")],
)
def test_an_unknown_procedure_whose_name_is_near_another_one_tells_that(service: Any, name: str, nearest: str) -> None:
    assert service.post(call(name, [1])) == failed(-32601, "Method not found", f"Did you mean {nearest}?")


def test_the_log_gets_the_name_of_an_unknown_procedure_as_it_was_sent(service: Any) -> None:
    service.post([call("get\nnote"), call("getNote", [1])])
    assert [called.unknown for called in service.calls] == ["get\nnote", ""]


def test_letter_case_of_a_procedure_does_not_matter(service: Any) -> None:
    assert service.post(call("GETNOTE", [7])) == answered(b'{"id":7}')


@pytest.mark.parametrize("params", [{}, {"params": None}, {"params": []}, {"params": {}}])
def test_params_absent_null_and_empty_are_the_same(service: Any, params: dict[str, Json]) -> None:
    assert service.post({"jsonrpc": "2.0", "method": "listNotes", "id": 1} | params) == answered(b"[]")


@pytest.mark.parametrize(
    ("params", "data"),
    [
        ([], "Wrong number of arguments: note_id is missing"),
        ([1, 2], "Too many arguments: at most 1"),
        ({"note_id": 1, "x": 2}, "Too many arguments: at most 1"),
        ({"id": 1}, "Missing argument: note_id"),
        ({"NOTE_ID": 1}, "Missing argument: note_id"),
        (["x"], "note_id: must be an integer"),
    ],
)
def test_params_that_do_not_fit_get_the_reason(service: Any, params: Json, data: str) -> None:
    assert service.post(call("getNote", params)) == failed(-32602, "Invalid params", data)


def test_an_unknown_name_is_ignored_while_the_count_fits(service: Any) -> None:
    assert service.post(call("addNote", {"title": "a", "owner_id": 1, "x": 1})) == answered(b"1")
    assert service.notes.written == [["a", 1, 0, [], {}, "unset", False]]


@pytest.mark.parametrize(
    ("request_", "ignored"),
    [
        (call("addNote", {"title": "a", "owner_id": 1, "colour": 1, "x": None}), ["colour", "x"]),
        (notification("addNote", {"title": "a", "owner_id": 1, "colour": 1}), ["colour"]),
        (call("addNote", {"title": "a", "owner_id": 1}), []),
        (call("addNote", ["a", 1]), []),
        (call("removeNote", {"Note_id": 1}), ["Note_id"]),
        (call("getNote", {"note_id": 1, "deep": True}), ["deep"]),
        (call("noSuchNote", {"x": 1}), []),
    ],
)
def test_ignored_names_are_reported_after_any_outcome_of_the_call(
    service: Any, request_: Json, ignored: list[str]
) -> None:
    assert [*service.answer(request_).ignored] == ignored
    assert service.ignored == [ignored]


def test_a_batch_tells_each_ignored_name_once_and_the_log_those_of_each_call(service: Any) -> None:
    batch = [call("addNote", {"title": "a", "owner_id": 1} | more) for more in ({"x": 1, "y": 1}, {"z": 1, "x": 1})]
    assert service.answer([*batch, {}, call("listNotes")]).ignored == ("x", "y", "z")
    assert service.ignored == [["x", "y"], ["z", "x"], []]


@pytest.mark.parametrize(
    ("params", "data"),
    [
        ({"title": "a", "owner_id": 1, "x": 1, "y": 1}, "Unknown argument: x"),
        ({"Title": "a", "owner_id": 1}, "Unknown argument: Title"),
        ({"title": "a", "owner": 1}, "Unknown argument: owner"),
        ({"x": 1}, "Unknown argument: x"),
        ({"title": "a", "owner_id": 1} | {f"x{number}": 1 for number in range(9)}, "Unknown argument: x0"),
        ({"title": "a", "owner_id": 1, "x\r\ny": 1}, "Unknown argument: ?"),
        ({"title": "a", "owner_id": "x"}, "owner_id: must be an integer"),
        (["a"], "Wrong number of arguments: owner_id is missing"),
    ],
)
def test_a_strict_call_with_an_unknown_name_is_not_made_and_the_name_is_reported_first(
    service: Any, params: Json, data: str
) -> None:
    service.is_strict = True
    assert service.post(call("addNote", params)) == failed(-32602, "Invalid params", data)
    assert (service.notes.written, service.ignored) == ([], [[]])


def test_a_strict_call_whose_names_are_all_known_is_made(service: Any) -> None:
    service.is_strict = True
    assert service.post(call("addNote", {"title": "a", "owner_id": 1, "pinned": True})) == answered(b"1")
    assert service.post(call("addNote", ["a", 1])) == answered(b"2")


def test_a_refused_call_gets_the_failure_value_as_its_result(service: Any) -> None:
    assert service.post(call("removeNote", [7])) == answered(b"false")


def test_a_procedure_may_find_its_params_invalid(service: Any) -> None:
    assert service.post(call("breakNote", ["domain"])) == failed(-32602, "Invalid params", "how: must be gentle")


def test_a_fault_is_an_internal_error_that_tells_nothing_of_it(service: Any) -> None:
    assert service.post(call("breakNote", ["bug"])) == failed(-32603, "Internal error", "request 7")
    assert [str(fault) for fault in service.faults] == ["secret"]


def test_a_result_that_json_cannot_say_is_an_internal_error(service: Any) -> None:
    assert service.post(call("unspeakable")) == failed(-32603, "Internal error", "request 7")


def test_an_abort_passes_through(service: Any) -> None:
    with pytest.raises(Abort):
        service.post(call("breakNote", ["abort"]))


# Ids


@pytest.mark.parametrize(
    "request_id",
    [
        *["0", "-7", "1099511627776", str(2**63), str(2**64), str(-(2**64)), str(10**30)],
        *["1.5", "1.0", "-0.25", '""', '"12"', '"日本"', '"a b\\"c"', '"a/b"'],
        *["true", "false", "[]", "{}", '[1,{"a":null}]', "[" * 500 + "]" * 500],
    ],
    ids=lambda request_id: request_id[:30],
)
def test_an_id_comes_back_bit_for_bit(service: Any, request_id: str) -> None:
    body = f'{{"jsonrpc":"2.0","method":"listNotes","id":{request_id}}}'.encode()
    assert service.post(body) == answered(b"[]", request_id.encode())
    assert service.post(body.replace(b"listNotes", b"x")) == failed(
        -32601, "Method not found", request_id=request_id.encode()
    )


# Notifications


@pytest.mark.parametrize("request_id", [{}, {"id": None}])
def test_a_notification_runs_and_is_not_answered(service: Any, request_id: dict[str, None]) -> None:
    assert service.post(notification("addNote", ["a", 1]) | request_id) == b""
    assert len(service.notes.written) == 1


@pytest.mark.parametrize(
    ("method", "params"),
    [("noSuchNote", []), ("getNote", []), ("getNote", ["x"]), ("removeNote", [7]), ("breakNote", ["bug"])],
)
def test_a_notification_that_fails_is_not_answered_either(service: Any, method: str, params: Json) -> None:
    assert service.post(notification(method, params)) == b""


def test_an_invalid_request_is_answered_even_without_an_id(service: Any) -> None:
    assert service.post({"jsonrpc": "1.0", "method": "listNotes"}) == INVALID_REQUEST


# Batches


def test_entries_run_in_order_and_each_sees_the_earlier_ones(service: Any) -> None:
    batch = [call("addNote", ["a", 1], id="x"), call("listNotes", id="y"), call("addNote", ["b", 1], id="x")]
    assert service.post(batch) == b"[%s]" % b",".join(
        [answered(b"1", b'"x"'), answered(b'[["a",1,0,[],{},"unset",false]]', b'"y"'), answered(b"2", b'"x"')]
    )


def test_notifications_of_a_batch_are_left_out(service: Any) -> None:
    batch = [notification("addNote", ["a", 1]), call("getNote", [7]), notification("noSuchNote")]
    assert service.post(batch) == b"[%s]" % answered(b'{"id":7}')


def test_a_batch_of_notifications_is_not_answered(service: Any) -> None:
    assert service.post([notification("addNote", ["a", 1])] * 3) == b""
    assert len(service.notes.written) == 3


def test_an_empty_batch_is_one_invalid_request(service: Any) -> None:
    assert service.post([]) == INVALID_REQUEST


@pytest.mark.parametrize("entry", [None, 5, "text", [], {}, [call("getNote", [7])], {"jsonrpc": "2.0", "id": 1}])
def test_an_entry_that_is_no_request_does_not_stop_the_others(service: Any, entry: Json) -> None:
    assert service.post([entry, call("getNote", [7])]) == b"[%s,%s]" % (INVALID_REQUEST, answered(b'{"id":7}'))


def test_a_failing_entry_does_not_stop_the_others(service: Any) -> None:
    assert service.post([call("breakNote", ["bug"]), call("removeNote", [7])]) == b"[%s,%s]" % (
        failed(-32603, "Internal error", "request 7"),
        answered(b"false"),
    )


def test_a_batch_may_have_as_many_entries_as_the_limit(service: Any) -> None:
    assert len(msgspec.json.decode(service.post([call("listNotes")] * 5))) == 5


def test_a_larger_batch_is_refused_as_a_whole(service: Any) -> None:
    assert service.post([call("addNote", ["a", 1])] * 6) == failed(
        -32600, "Invalid Request", "A batch may have 5 entries, this one has 6", NULL
    )
    assert service.notes.written == []


def test_after_an_abort_the_later_entries_do_not_run(service: Any) -> None:
    with pytest.raises(Abort):
        service.post([call("addNote", ["a", 1]), call("breakNote", ["abort"]), call("addNote", ["b", 1])])
    assert [title for title, *_ in service.notes.written] == ["a"]


# The wire format and the log


class Shouting:
    """A wire format that leaves a trace everywhere."""

    def arguments(self, procedure: str, params: Any) -> Any:
        if params == ["odd"]:
            raise InvalidParams("note_id", f"is odd for {procedure}")
        return [7]

    def result(self, procedure: str, value: Any) -> Json:
        return [procedure, value]

    def failure(self, procedure: Procedure, rejected: Rejected) -> Json:
        return f"{procedure.name}: no {rejected.reason.value}"


def test_the_form_sees_params_before_they_are_bound_and_results_before_they_are_written(service: Any) -> None:
    service.form = Shouting()
    assert service.post(call("getnote", {"any": 1, "count": 2})) == answered(b'["getNote",{"id":7}]')
    assert service.post(call("removeNote", [])) == answered(b'"removeNote: no not found"')


def test_the_form_may_find_params_invalid(service: Any) -> None:
    service.form = Shouting()
    assert service.post(call("getNote", ["odd"])) == failed(-32602, "Invalid params", "note_id: is odd for getNote")


@pytest.mark.parametrize(
    ("request_", "outcome"),
    [
        (call("GETnote", [7]), ("getNote", "ok")),
        (notification("getNote", [7]), ("getNote", "ok")),
        (call("removeNote", [7]), ("removeNote", "refused")),
        (call("getNote", []), ("getNote", "invalid")),
        (call("getNote", ["x"]), ("getNote", "invalid")),
        (call("breakNote", ["bug"]), ("breakNote", "fault")),
        (call("no such\nnote"), ("unknown", "not_found")),
    ],
)
def test_each_call_has_an_outcome_for_the_log(service: Any, request_: Json, outcome: tuple[str, str]) -> None:
    service.post(request_)
    assert service.outcomes == [outcome]


def test_an_invalid_request_calls_nothing_and_has_no_outcome(service: Any) -> None:
    service.post([{}, 5])
    assert service.outcomes == []
