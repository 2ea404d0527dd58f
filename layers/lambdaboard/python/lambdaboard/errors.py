"""What can go wrong, and what a caller sees of it.

Rejected            the failure value that the procedure documents (false, null, "", [])
├── NotFound         no such task, project, column, file …
└── Conflict         another write came first, nothing was written: the call is made again
InvalidParams      -32602, the data names the parameter
ResultTooLarge            -32000, the message says how to ask for less
Abort              the whole request ends, a batch too: what came before it has taken effect
├── Unauthorized     HTTP 401
└── Forbidden        HTTP 403; whether the thing exists is not told
any other          -32603 with the request id; logged with its stack and counted
"""


class Rejected(Exception):  # noqa: N818 - not an error: an answer that the API documents
    """The call is refused and has changed nothing; the caller gets the procedure's failure value.

    Attributes:
        reason: a word or two for the log and for the native wire's table of failures; never user content.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotFound(Rejected):
    """The thing named by an id (or by a name) is not there; `reason` says which kind: "task", "project" …."""


class Conflict(Rejected):
    """Another write came first; nothing was written: read and decide again."""


class InvalidParams(Exception):  # noqa: N818 - the protocol's own word
    """A parameter has the wrong type, shape or size: JSON-RPC error -32602.

    Attributes:
        parameter: its name as the client wrote it.
        problem: what is wrong with it, to follow the name: "must be an integer".
    """

    def __init__(self, parameter: str, problem: str) -> None:
        super().__init__(f"{parameter}: {problem}")
        self.parameter = parameter
        self.problem = problem


class ResultTooLarge(Exception):  # noqa: N818 - not an error: the call is sound, its answer is not to be had in one piece
    """More is asked for than one answer can carry, or than can be read in time: JSON-RPC error -32000.

    The text tells the caller how to ask for less.
    """


class Abort(Exception):  # noqa: N818 - says what becomes of the request
    """The whole request is answered with an HTTP status of its own."""


class Unauthorized(Abort):
    """Nobody whom we know: HTTP 401."""


class Forbidden(Abort):
    """Somebody who may not: HTTP 403."""
