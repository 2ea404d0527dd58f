"""JSON-RPC 2.0 as Kanboard speaks it; knows nothing of tasks.

A body goes through envelope (bytes to requests), registry (the procedure), binding (params to arguments, by the types
in parameters and the validator that validation makes of them) and dispatcher (the call) to answer (bytes again).
"""

from lambdaboard.jsonrpc.answer import Answer, Outcome, Response
from lambdaboard.jsonrpc.dispatcher import Dispatcher, Form
from lambdaboard.jsonrpc.envelope import Json
from lambdaboard.jsonrpc.errors import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    SERVER_ERROR,
    Error,
    ParseError,
    WrongArguments,
)
from lambdaboard.jsonrpc.ignored import listed
from lambdaboard.jsonrpc.parameters import (
    Flag,
    Integer,
    IntegerOrBlank,
    Number,
    NumberOrBlank,
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
    "PARSE_ERROR",
    "SERVER_ERROR",
    "Answer",
    "Dispatcher",
    "Error",
    "Flag",
    "Form",
    "Integer",
    "IntegerOrBlank",
    "Json",
    "Number",
    "NumberOrBlank",
    "Outcome",
    "ParseError",
    "Procedure",
    "Registry",
    "Response",
    "Text",
    "Texts",
    "Values",
    "WrongArguments",
    "listed",
]
