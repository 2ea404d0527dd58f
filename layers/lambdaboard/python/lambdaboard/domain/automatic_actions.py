"""The kinds of automatic actions: their events, parameters, conditions and effects (context.md 14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from lambdaboard.domain.action_effects import (
    add_subtask,
    always,
    assign,
    assign_caller,
    assign_creator,
    assigned,
    both,
    close,
    closed,
    comment_move,
    complete_subtasks,
    left,
    linked,
    move_closed_to_column,
    move_to_column,
    move_to_swimlane,
    not_started,
    other,
    same,
    set_category,
    set_color,
    set_due_date,
    set_priority,
    start,
    unassigned,
    without_category,
)
from lambdaboard.errors import InvalidParams, Reason, Rejected

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lambdaboard.domain.action_effects import Effect, Given

PREFIX = "\\Kanboard\\Action\\"
"""The prefix of the names in the API."""

MAX_ACTIONS = 100
"""The limit of actions of a project, since every read of a task reads its list."""

MAX_VALUE = 255
"""The limit of characters of a parameter's value."""

MOVE_COLUMN, MOVE_SWIMLANE = "task.move.column", "task.move.swimlane"
CLOSE, CREATE, UPDATE = "task.close", "task.create", "task.update"
CREATE_UPDATE, ASSIGNEE_CHANGE = "task.create_update", "task.assignee_change"
DAILY, LINK = "task.cronjob.daily", "task_internal_link.create_update"

EVENTS = {
    CLOSE: "Closing a task",
    DAILY: "Daily background job for tasks",
    MOVE_COLUMN: "Move a task to another column",
    MOVE_SWIMLANE: "Move a task to another swimlane",
    "task.open": "Reopen a task",
    "subtask.create_update": "Subtask creation or modification",
    ASSIGNEE_CHANGE: "Task assignee change",
    CREATE: "Task creation",
    CREATE_UPDATE: "Task creation or modification",
    LINK: "Task link creation or modification",
    UPDATE: "Task modification",
}
"""Every event that an action may wait for, by its description."""

BY_LETTERS = {
    "C": CREATE,
    "U": UPDATE,
    "CU": CREATE_UPDATE,
    "X": CLOSE,
    "MC": MOVE_COLUMN,
    "MS": MOVE_SWIMLANE,
    "AC": ASSIGNEE_CHANGE,
    "D": DAILY,
    "L": LINK,
}
"""The letters for events in the table below."""


class Kind(NamedTuple):
    """A kind of automatic action.

    Attributes:
        events: those that it may wait for (each action waits for one), by the letters of BY_LETTERS.
        parameters: their names; all are required.
        condition: returns whether it applies to the task.
        effect: returns its effect; None for a kind that does not run here.
        fires: its effect is an event itself, for which other actions may wait.
    """

    events: str
    parameters: str
    condition: Callable[[Given], bool] = always
    effect: Callable[[Given], Effect] | None = None
    fires: bool = False

    @property
    def event_names(self) -> set[str]:
        """The names of the events."""
        return {BY_LETTERS[letters] for letters in self.events.split()}


in_column, in_swimlane, from_column = same("column_id"), same("swimlane_id"), same("src_column_id", "column_id")
to_other_column, to_other_swimlane = other("dest_column_id", "column_id"), other("dest_swimlane_id", "swimlane_id")
of_color, of_category, of_priority = same("color_id"), same("category_id"), same("priority")
of_user = same("user_id", "owner_id")
FIRES = True

KINDS = {
    "CommentCreationMoveTaskColumn": Kind("MC", "column_id", in_column, comment_move, FIRES),
    "StopSubtaskTimerMoveTaskColumn": Kind("MC", "column_id", in_column, complete_subtasks, FIRES),
    "SubtaskTimerMoveTaskColumn": Kind("MC", "column_id subtask", in_column, add_subtask, FIRES),
    "TaskAssignCategoryColor": Kind("CU", "color_id category_id", of_color, set_category, FIRES),
    "TaskAssignCategoryLink": Kind("L", "category_id link_id", both(linked, without_category), set_category, FIRES),
    "TaskAssignCategorySwimlaneChange": Kind("C MS", "swimlane_id category_id", in_swimlane, set_category),
    "TaskAssignColorCategory": Kind("CU", "color_id category_id", of_category, set_color),
    "TaskAssignColorColumn": Kind("C MC", "column_id color_id", in_column, set_color),
    "TaskAssignColorLink": Kind("L", "color_id link_id", linked, set_color),
    "TaskAssignColorPriority": Kind("CU", "color_id priority", of_priority, set_color),
    "TaskAssignColorSwimlane": Kind("C MS", "swimlane_id color_id", in_swimlane, set_color),
    "TaskAssignColorUser": Kind("C AC", "color_id user_id", of_user, set_color),
    "TaskAssignCreator": Kind("MC", "column_id", in_column, assign_creator, FIRES),
    "TaskAssignCurrentUser": Kind("C", "", always, assign_caller, FIRES),
    "TaskAssignCurrentUserColumn": Kind("MC", "column_id", in_column, assign_caller, FIRES),
    "TaskAssignCurrentUserColumnIfNoUserAlreadySet": Kind(
        "MC", "column_id", both(in_column, unassigned), assign_caller, FIRES
    ),
    "TaskAssignDueDateOnCreation": Kind("C", "duration", always, set_due_date),
    "TaskAssignDueDateOnMoveColumn": Kind("MC", "duration column_id", left, set_due_date),
    "TaskAssignPrioritySwimlane": Kind("C MS", "swimlane_id priority", in_swimlane, set_priority, FIRES),
    "TaskAssignSpecificUser": Kind("CU MC", "column_id user_id", in_column, assign, FIRES),
    "TaskAssignToUserOnCreationInColumn": Kind("C", "column_id", both(in_column, unassigned), assign_creator, FIRES),
    "TaskAssignUserSwimlaneChange": Kind("C MS", "swimlane_id user_id", in_swimlane, assign),
    "TaskCloseColumn": Kind("MC", "column_id", in_column, close, FIRES),
    "TaskMoveColumnAssigned": Kind("AC U", "src_column_id dest_column_id", both(from_column, assigned), move_to_column),
    "TaskMoveColumnCategoryChange": Kind(
        "C U CU", "dest_column_id category_id", both(to_other_column, of_category), move_to_column
    ),
    "TaskMoveColumnClosed": Kind("X", "dest_column_id", both(to_other_column, closed), move_closed_to_column, FIRES),
    "TaskMoveColumnUnAssigned": Kind(
        "AC U", "src_column_id dest_column_id", both(from_column, unassigned), move_to_column
    ),
    "TaskMoveSwimlaneAssigned": Kind(
        "AC CU U", "user_id dest_swimlane_id", both(to_other_swimlane, of_user), move_to_swimlane, FIRES
    ),
    "TaskMoveSwimlaneCategoryChange": Kind(
        "U", "dest_swimlane_id category_id", both(to_other_swimlane, of_category), move_to_swimlane
    ),
    "TaskUpdateStartDate": Kind("MC", "column_id", in_column, start),
    "TaskUpdateStartDateOnMoveColumn": Kind("MC", "column_id", both(left, not_started), start),
    # not run here: a daily job, mail, another project
    "TaskAssignColorOnDueDate": Kind("D", "color_id"),
    "TaskAssignColorOnStartDate": Kind("D", "color_id"),
    "TaskCloseNoActivity": Kind("D", "duration"),
    "TaskCloseNoActivityColumn": Kind("D", "duration column_id"),
    "TaskCloseNotMovedColumn": Kind("D", "duration column_id"),
    "TaskDuplicateAnotherProject": Kind("C MC X", "column_id project_id"),
    "TaskEmail": Kind("C MC X", "column_id user_id subject"),
    "TaskEmailNoActivity": Kind("D", "user_id subject duration"),
    "TaskMoveAnotherProject": Kind("MC X", "column_id project_id"),
    "TaskMoveColumnNotMovedPeriod": Kind("D", "duration src_column_id dest_column_id"),
    "TaskMoveColumnOnDueDate": Kind("D", "duration src_column_id dest_column_id"),
    "TaskMoveColumnOnStartDate": Kind("D", "src_column_id dest_column_id"),
}
"""All kinds of actions that there are."""

OF_PLUGINS = frozenset(
    ["CommentCreation", "TaskAssignCategoryLabel", "TaskAssignUser", "TaskClose", "TaskCreation", "TaskOpen"]
)
"""Kinds that only events of plugins run."""


def kind_of(action_name: str) -> Kind | None:
    """Return the kind of an action by its name in the API; None for an unknown one."""
    return KINDS.get(action_name.removeprefix(PREFIX)) if action_name.startswith(PREFIX) else None


def compatible_events(action_name: str) -> dict[str, str]:
    """Return the events that an action may wait for, with their descriptions; InvalidParams for an unknown name."""
    kind = kind_of(action_name)
    if kind is None and action_name not in {PREFIX + name for name in OF_PLUGINS}:
        raise InvalidParams("action_name", "is not one of getAvailableActions")
    wanted = kind.event_names if kind else set()
    return {name: description for name, description in EVENTS.items() if name in wanted}


def checked(event_name: str, action_name: str, params: Mapping[str, Any] | Sequence[Any]) -> dict[str, str]:
    """Return the parameters of a new action as they are stored.

    Args:
        event_name: one of EVENTS.
        action_name: as the API has it.
        params: values by name; a list has the names 0, 1 ….

    Raises:
        Rejected: the action is unknown or does not run here; the event does not fit; a name is missing, unknown or
            has null.
        InvalidParams: a value is too long.
    """
    kind = kind_of(action_name)
    given = params if isinstance(params, dict) else dict(enumerate(params))
    if kind is None:
        raise Rejected(Reason.UNKNOWN_VALUE, "action_name")
    if event_name not in kind.event_names:
        raise Rejected(Reason.UNKNOWN_VALUE, "event_name")
    if kind.effect is None:
        raise Rejected(Reason.NOT_RUN_HERE, "action_name")
    if {*given} != {*kind.parameters.split()} or None in given.values():
        raise Rejected(Reason.INVALID_VALUE, "params")
    texts = {name: _as_text(given[name]) for name in kind.parameters.split()}
    if any(len(text) > MAX_VALUE for text in texts.values()):
        raise InvalidParams("params", f"must hold at most {MAX_VALUE} characters a value")
    return texts


def _as_text(value: object) -> str:
    """Return a value of a parameter as Kanboard stores it: true is "1", false "", a list or an object "Array"."""
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, dict | list):
        return "Array"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
