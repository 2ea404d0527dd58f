"""The errors of the protocol itself.

Error            code and message of an error object, the table of the JSON-RPC 2.0 specification
ParseError       the body is not a JSON document; answered with PARSE_ERROR
WrongArguments   number or names of the params do not fit the procedure; answered with INVALID_PARAMS
Abort            not an answer of this protocol: ends the whole request, a batch too
"""

from typing import NamedTuple

from lambdaboard.errors import TOO_LARGE as ASK_FOR_LESS


class Error(NamedTuple):
    """The fixed part of an error object."""

    code: int
    message: str


PARSE_ERROR = Error(-32700, "Parse error")
INVALID_REQUEST = Error(-32600, "Invalid Request")
METHOD_NOT_FOUND = Error(-32601, "Method not found")
INVALID_PARAMS = Error(-32602, "Invalid params")
INTERNAL_ERROR = Error(-32603, "Internal error")
UNAVAILABLE = 0  # Kanboard's own
SERVER_ERROR = -32000  # the first code that the specification leaves to the server
TOO_LARGE = Error(SERVER_ERROR, ASK_FOR_LESS)
OUT_OF_TIME = Error(SERVER_ERROR, "Not done: the batch took too long; send the rest again")
OUT_OF_WRITES = Error(SERVER_ERROR, "Not done: the batch has written too much; send the rest again")

NOT_UTF_8 = "not UTF-8, or U+FFFD, which is sent as \\ufffd"
"""The `data` of PARSE_ERROR for such a body."""


class ParseError(Exception):
    """The body is not one JSON document, or is nested too deeply.

    Attributes:
        data: for the client; "" for none.
    """

    def __init__(self, data: str = "") -> None:
        super().__init__(data)
        self.data = data


class WrongArguments(Exception):  # noqa: N818 - the client's error, in the words of the protocol
    """The params do not fit the procedure; the text is the `data`, which clients of Kanboard know."""
