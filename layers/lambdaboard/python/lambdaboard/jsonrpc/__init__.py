"""JSON-RPC 2.0 in Kanboard's dialect, independent of tasks.

A body goes through envelope (bytes to requests), registry (the procedure), binding (params to arguments, by the types
in parameters and the validator that validation makes from them) and dispatcher (the call) to answer (bytes again).
"""

from lambdaboard.jsonrpc.answer import SMALL, Answer, Outcome, Response, Room
from lambdaboard.jsonrpc.dispatcher import Called, Dispatcher, Form
from lambdaboard.jsonrpc.envelope import Json
from lambdaboard.jsonrpc.errors import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    OUT_OF_TIME,
    OUT_OF_WRITES,
    PARSE_ERROR,
    SERVER_ERROR,
    TOO_LARGE,
    Error,
    ParseError,
    WrongArguments,
)
from lambdaboard.jsonrpc.ignored import cut, listed
from lambdaboard.jsonrpc.parameters import (
    Flag,
    Integer,
    IntegerOrBlank,
    Integers,
    Number,
    NumberOrBlank,
    RequiredUnless,
    Text,
    Texts,
    Values,
)
from lambdaboard.jsonrpc.registry import Procedure, Registry

__all__ = [
    "INTERNAL_ERROR",
    "INVALID_PARAMS",
    "INVALID_REQUEST",
    "METHOD_NOT_FOUND",
    "OUT_OF_TIME",
    "OUT_OF_WRITES",
    "PARSE_ERROR",
    "SERVER_ERROR",
    "SMALL",
    "TOO_LARGE",
    "Answer",
    "Called",
    "Dispatcher",
    "Error",
    "Flag",
    "Form",
    "Integer",
    "IntegerOrBlank",
    "Integers",
    "Json",
    "Number",
    "NumberOrBlank",
    "Outcome",
    "ParseError",
    "Procedure",
    "Registry",
    "RequiredUnless",
    "Response",
    "Room",
    "Text",
    "Texts",
    "Values",
    "WrongArguments",
    "cut",
    "listed",
]
