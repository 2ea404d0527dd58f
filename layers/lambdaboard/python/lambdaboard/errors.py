"""Errors, and the answers for callers.

Rejected           the failure value that the procedure documents (false, null, "", [])
└── NotFound         no such task, project, column, file …
Conflict           another write came first, nothing was written: the call is repeated
InvalidParams      -32602, the data names the parameter
ResultTooLarge     -32000, the message says how to get a smaller result
CollectionFull     -32000, the message says how to make room
Unavailable        0, as in the original: the message says what is missing
Abort              the whole request ends, a batch too: earlier entries have taken effect
├── Unauthorized     HTTP 401
└── Forbidden        HTTP 403; the caller does not learn whether the thing exists
    └── NoRole         the caller has no role in the project, or there is no such project
any other          -32603 with the request id; logged with its stack and counted
"""

from enum import StrEnum


class Thing(StrEnum):
    """The kinds of things with ids or names: for the native format's failure values (`wire`), and parameter types."""

    ACTION = "automatic action"
    CATEGORY = "category"
    COLUMN = "column"
    COMMENT = "comment"
    EXTERNAL_LINK = "external_link"
    FILE = "file"
    GROUP = "group"
    LINK = "link"
    MEMBER = "member"
    METADATA = "metadata"
    OPPOSITE_TASK = "opposite task"
    PROJECT = "project"
    SUBTASK = "subtask"
    SWIMLANE = "swimlane"
    TAG = "tag"
    TASK = "task"
    TASK_LINK = "task link"
    TOKEN = "token"  # noqa: S105 - the word for it
    USER = "user"


class Reason(StrEnum):
    """Why a call is refused, for its client and the log: a fixed list, so no text of a client can get there.

    A thing that the caller may not see has the same reason as a missing one. docs/extensions.md explains each reason.
    """

    NOT_FOUND = "not found"
    EMPTY = "empty"
    TOO_SHORT = "too short"
    TOO_LONG = "too long"
    OUT_OF_RANGE = "out of range"
    INVALID_VALUE = "invalid value"
    UNKNOWN_VALUE = "not an allowed value"
    NOT_A_DATE = "not a date"
    BEFORE_START = "before the start"
    AFTER_END = "after the end"
    TAKEN = "taken"
    NOT_ASSIGNABLE = "not assignable"
    NOT_OWN = "not the caller's own"
    ABOVE_ROLE = "above the caller's role"
    WRONG_PASSWORD = "wrong password"  # noqa: S105 - no password
    ALREADY_LINKED = "already linked"
    ALREADY_MEMBER = "already a member"
    ALREADY_THERE = "already at this position"
    SAME_TASK = "the task itself"
    NOT_EMPTY = "holds tasks"
    NO_COLUMN = "no column in the project"
    NO_SWIMLANE = "no active swimlane in the project"
    NOT_RUN_HERE = "not run here"
    TIMER_RUNS = "timer runs already"
    NO_TIMER = "no timer runs"


class Rejected(Exception):  # noqa: N818 - not an error: a documented result
    """The call is rejected and has changed nothing; the caller gets the procedure's failure value.

    Attributes:
        reason: why.
        parameter: of the procedure; "" for the one that names the call's subject (`api.resources.blame`).
        thing: the kind of the missing thing; None for other reasons.
    """

    thing: Thing | None = None

    def __init__(self, reason: Reason, parameter: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.parameter = parameter

    @property
    def refusal(self) -> str:
        """Why the call is refused, in the form of the header and of the log: `title: empty`."""
        return f"{self.parameter}: {self.reason.value}"


class NotFound(Rejected):
    """The thing of an id or a name does not exist, or the caller may not see it; `thing` is its kind."""

    def __init__(self, thing: Thing, reason: Reason = Reason.NOT_FOUND) -> None:
        super().__init__(reason)
        self.thing = thing


class Conflict(Exception):  # noqa: N818 - not an error: the call is repeated
    """Another write came first and nothing was written: read and decide again. The text is for the log."""


class InvalidParams(Exception):  # noqa: N818 - the name in the protocol
    """A parameter has the wrong type, shape or size: JSON-RPC error -32602.

    Attributes:
        parameter: its name as the client sent it.
        problem: what is wrong with it, to follow the name: "must be an integer".
    """

    def __init__(self, parameter: str, problem: str) -> None:
        super().__init__(f"{parameter}: {problem}")
        self.parameter = parameter
        self.problem = problem


TOO_LARGE = (
    "Answer too large: ask for less, as with a narrower query, with limit and after_id of getAllTasks and searchTasks,"
    " with url=true of downloadTaskFile and downloadProjectFile, or in smaller batches"
)


class ResultTooLarge(Exception):  # noqa: N818 - not an error: the call is valid, its result does not fit one response
    """The result is larger than one response, or cannot be read in time: JSON-RPC error -32000.

    The message tells the caller how to get a smaller result.
    """

    def __init__(self, advice: str = TOO_LARGE) -> None:
        super().__init__(advice)


class CollectionFull(Exception):  # noqa: N818 - not an internal error: the caller can remove something
    """A project, or the child entities of a task, have the 10 GB that DynamoDB allows; nothing was written: -32000."""

    def __init__(self) -> None:
        super().__init__(
            "No room: a project with its tasks, or what belongs to one task, may have 10 GB. "
            "Remove something from it, or move tasks to another project"
        )


class Unavailable(Exception):  # noqa: N818 - an answer of the original, which clients know
    """A feature is missing: an error with the code 0 and the original's message."""


class Abort(Exception):  # noqa: N818 - named after its effect on the request
    """The whole request is answered with an HTTP status of its own; `why` is for the log, without secrets."""

    why = ""

    def __init__(self, why: str = "") -> None:
        super().__init__(why)
        self.why = why or self.why


class Unauthorized(Abort):
    """The credentials are missing or wrong: HTTP 401."""


class Forbidden(Abort):
    """The caller is known and has no right to do this: HTTP 403."""

    why = "not open to the caller's role or token"


class NoRole(Forbidden):
    """The person has no role in the project, or there is no such project: the caller cannot know which."""

    why = "no role in such a project"
