"""What each answer to the test client must hold to: a refusal says why, and nothing else does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lambdaboard.errors import Reason
from lambdaboard.procedures import registry

if TYPE_CHECKING:
    from lambdaboard.jsonrpc import Procedure

HEADER = "x-refused"

REASONS = frozenset(Reason)

ANSWERS_NO = ("is", "has")
"""How the names of procedures begin whose false is an answer."""

MAKES = ("create", "add", "duplicate")
"""How those begin whose 0 is no id, but a failure value of the native format."""


def check(body: bytes, response: dict[str, Any]) -> None:
    """Check the response to a body, whatever it asks for."""
    told = response["headers"].get(HEADER)
    asked = _single_call(body)
    if asked is None or response["statusCode"] != 200:
        assert told is None, "only a single call that gets an answer has the header"
        return
    procedure = registry.find(asked["method"])
    answer = msgspec.json.decode(response["body"]) if not response["isBase64Encoded"] else {}
    if told is None:
        assert procedure is None or not _is_refusal(procedure, answer), f"no {HEADER}: {asked} {answer}"
        return
    assert procedure is not None
    _check_reason(procedure, told)
    assert "result" in answer or answer["error"]["data"] == told, f"{told}: {asked} {answer}"


def _single_call(body: bytes) -> dict[str, Any] | None:
    try:
        document = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    is_call = isinstance(document, dict) and document.get("id") is not None and isinstance(document.get("method"), str)
    return document if is_call else None


def _check_reason(procedure: Procedure, told: str) -> None:
    parameter, _, reason = told.partition(": ")
    assert parameter in procedure.signature.names, f"{procedure.name} has no parameter {parameter}: {told}"
    assert reason in REASONS, f"{procedure.name}: {told}"


def _is_refusal(procedure: Procedure, answer: dict[str, Any]) -> bool:
    """Return whether an answer is the failure value of a procedure that does not answer a question by it."""
    result = answer.get("result", True)
    if procedure.looks_for or procedure.name.startswith(ANSWERS_NO):
        return False
    is_no_id = type(result) is int and result == 0 and procedure.name.startswith(MAKES)
    return result is False or result is None or is_no_id
