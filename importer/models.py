"""The tables of Kanboard's database that are read, a model each: foreign data is validated only here.

Source: Kanboard's schema in the versions of `source.VERSIONS`; the same tables in SQLite, PostgreSQL and MySQL, which
differ in the form of booleans and numbers.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from lambdaboard.domain.subtask import plain
from lambdaboard.store.keys import LAST_ID

LAST_SECOND = 253_402_300_799


def _zero(value: Any) -> Any:
    return 0 if value is None else value


def _empty(value: Any) -> Any:
    return "" if value is None else value


def _number(value: Any) -> Any:
    """Read hours: in the databases they are integers, floats, decimals or strings, and 3.0 means 3."""
    return value if value is None else plain(float(value))


Id = Annotated[int, Field(ge=1, le=LAST_ID)]
IdOrZero = Annotated[int, BeforeValidator(_zero), Field(ge=0, le=LAST_ID)]
Integer = Annotated[int, BeforeValidator(_zero), Field(ge=-(2**53), le=2**53)]
Position = Annotated[int, BeforeValidator(_zero), Field(ge=0, le=LAST_ID)]
Flag = Annotated[int, BeforeValidator(_zero), Field(ge=0, le=1)]
Seconds = Annotated[int, BeforeValidator(_zero), Field(ge=0, le=LAST_SECOND)]
SecondsOrNull = Annotated[int, Field(ge=0, le=LAST_SECOND)] | None
Hours = Annotated[int | float, BeforeValidator(_zero), BeforeValidator(_number), Field(allow_inf_nan=False)]
HoursOrNull = Annotated[int | float, Field(allow_inf_nan=False)] | None
Text = Annotated[str, BeforeValidator(_empty)]
Name = Annotated[str, StringConstraints(min_length=1)]


class Row(BaseModel):
    """A row of a table.

    Attributes:
        table: its name.
        key: the columns of its unique key, by which rows are read in order.
        alien: columns that Lambdaboard does not have; a value in one of them is reported.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    table: ClassVar[str]
    key: ClassVar[tuple[str, ...]] = ("id",)
    alien: ClassVar[tuple[str, ...]] = ()


class LinkTypeRow(Row):
    """A type of links."""

    table = "links"
    id: Id
    label: Name
    opposite_id: IdOrZero = 0


class UserRow(Row):
    """A user. Secrets are never shown, not even in an error: pydantic is configured to leave values out."""

    table = "users"
    alien = ("google_id", "github_id", "gitlab_id", "avatar_path", "token", "api_access_token", "twofactor_secret")
    id: Id
    username: Name
    password: Text = Field(default="", repr=False)
    is_ldap_user: Flag = 0
    name: Text = ""
    email: Text = ""
    notifications_enabled: Flag = 0
    timezone: str | None = None
    language: str | None = None
    disable_login_form: Flag = 0
    twofactor_activated: Flag = 0
    notifications_filter: Integer = 4
    nb_failed_login: Integer = 0
    lock_expiration_date: Seconds = 0
    role: Text
    is_active: Flag = 1
    filter: str | None = None
    theme: Text = "light"


class ProjectRow(Row):
    """A project."""

    table = "projects"
    id: Id
    name: Text
    is_active: Flag = 1
    token: Text = ""
    last_modified: Seconds = 0
    is_public: Flag = 0
    is_private: Flag = 0
    is_everybody_allowed: Flag = 0
    default_swimlane: Text = "Default swimlane"
    show_default_swimlane: Flag = 1
    description: str | None = None
    identifier: Text = ""
    start_date: Text = ""
    end_date: Text = ""
    owner_id: IdOrZero = 0
    priority_default: Integer = 0
    priority_start: Integer = 0
    priority_end: Integer = 3
    email: str | None = None
    predefined_email_subjects: str | None = None
    per_swimlane_task_limits: Flag = 0
    task_limit: Integer = 0
    enable_global_tags: Flag = 1


class ColumnRow(Row):
    """A column of a board."""

    table = "columns"
    id: Id
    title: Text
    position: Position = 0
    project_id: Id
    task_limit: Integer = 0
    description: Text = ""
    hide_in_dashboard: Flag = 0


class SwimlaneRow(Row):
    """A swimlane of a board."""

    table = "swimlanes"
    id: Id
    name: Text
    position: Position = 0
    is_active: Flag = 1
    project_id: Id
    description: Text = ""
    task_limit: Integer = 0


class CategoryRow(Row):
    """A category of a project."""

    table = "project_has_categories"
    id: Id
    name: Text
    project_id: Id
    description: str | None = None
    color_id: str | None = None


class TagRow(Row):
    """A tag; project 0 has the global ones."""

    table = "tags"
    id: Id
    name: Text
    project_id: IdOrZero
    color_id: str | None = None


class MemberRow(Row):
    """A person's role in a project."""

    table = "project_has_users"
    key = ("project_id", "user_id")
    project_id: Id
    user_id: Id
    role: Text


class TaskRow(Row):
    """A task."""

    table = "tasks"
    id: Id
    title: Text
    description: Text = ""
    date_creation: Seconds = 0
    color_id: Text = "yellow"
    project_id: Id
    column_id: IdOrZero
    owner_id: IdOrZero = 0
    position: Position = 0
    is_active: Flag = 1
    date_completed: SecondsOrNull = None
    score: Integer = 0
    date_due: Seconds = 0
    category_id: IdOrZero = 0
    creator_id: IdOrZero = 0
    date_modification: Seconds = 0
    reference: Text = ""
    date_started: SecondsOrNull = None
    time_spent: Annotated[HoursOrNull, BeforeValidator(_number)] = None
    time_estimated: Annotated[HoursOrNull, BeforeValidator(_number)] = None
    swimlane_id: IdOrZero
    date_moved: Seconds = 0
    recurrence_status: Integer = 0
    recurrence_trigger: Integer = 0
    recurrence_factor: Integer = 0
    recurrence_timeframe: Integer = 0
    recurrence_basedate: Integer = 0
    recurrence_parent: IdOrZero | None = None
    recurrence_child: IdOrZero | None = None
    priority: Integer = 0
    external_provider: str | None = None
    external_uri: str | None = None


class TaskTagRow(Row):
    """A tag of a task."""

    table = "task_has_tags"
    key = ("task_id", "tag_id")
    task_id: Id
    tag_id: Id


class CommentRow(Row):
    """A comment of a task."""

    table = "comments"
    id: Id
    task_id: Id
    user_id: IdOrZero = 0
    date_creation: Seconds = 0
    date_modification: SecondsOrNull = None
    comment: Text
    reference: Text = ""
    visibility: Text = "app-user"


class SubtaskRow(Row):
    """A subtask."""

    table = "subtasks"
    id: Id
    title: Text
    status: Integer = 0
    time_estimated: Hours = 0
    time_spent: Hours = 0
    task_id: Id
    user_id: IdOrZero = 0
    position: Integer = 1


class TimerRow(Row):
    """A time in which a user worked on a subtask; without an end, their timer runs."""

    table = "subtask_time_tracking"
    id: Id
    user_id: Id
    subtask_id: Id
    start: Seconds = 0
    end: Seconds = 0
    time_spent: Hours = 0


class TaskLinkRow(Row):
    """One side of a link between two tasks."""

    table = "task_has_links"
    id: Id
    link_id: Id
    task_id: Id
    opposite_task_id: Id


class ExternalLinkRow(Row):
    """An external link of a task."""

    table = "task_has_external_links"
    id: Id
    link_type: Text
    dependency: Text
    title: Text
    url: Text
    date_creation: Seconds = 0
    date_modification: Seconds = 0
    task_id: Id
    creator_id: IdOrZero = 0


class TaskMetadataRow(Row):
    """A value of a task's metadata."""

    table = "task_has_metadata"
    key = ("task_id", "name")
    task_id: Id
    name: Text
    value: str | None = None
    changed_by: IdOrZero = 0
    changed_on: Seconds = 0


class TaskFileRow(Row):
    """The record of a file of a task; `path` is the path of its content in Kanboard's folder of files."""

    table = "task_has_files"
    id: Id
    name: Text
    path: Text
    is_image: Flag = 0
    task_id: Id
    date: Seconds = 0
    user_id: IdOrZero = 0
    size: Integer = 0


class ProjectMetadataRow(Row):
    """A value of a project's metadata."""

    table = "project_has_metadata"
    key = ("project_id", "name")
    project_id: Id
    name: Text
    value: str | None = None
    changed_by: IdOrZero = 0
    changed_on: Seconds = 0


class ProjectFileRow(Row):
    """The record of a file of a project; see TaskFileRow."""

    table = "project_has_files"
    id: Id
    project_id: Id
    name: Text
    path: Text
    is_image: Flag = 0
    size: Integer = 0
    user_id: IdOrZero = 0
    date: Seconds = 0


class GroupRow(Row):
    """A group of people."""

    table = "groups"
    id: Id
    name: Text
    external_id: str | None = None


class GroupMemberRow(Row):
    """A person in a group."""

    table = "group_has_users"
    key = ("group_id", "user_id")
    group_id: Id
    user_id: Id


class ProjectGroupRow(Row):
    """The role of a group in a project."""

    table = "project_has_groups"
    key = ("group_id", "project_id")
    group_id: Id
    project_id: Id
    role: Text


class ActionRow(Row):
    """An automatic action of a project."""

    table = "actions"
    id: Id
    project_id: Id
    event_name: Text
    action_name: Text


class ActionParamRow(Row):
    """A parameter of an automatic action."""

    table = "action_has_params"
    id: Id
    action_id: Id
    name: Text
    value: Text


class ActivityRow(Row):
    """A change to a task by a user; `data` is JSON: the task as it was then, and other data of the event."""

    table = "project_activities"
    id: Id
    date_creation: Seconds
    event_name: Text
    creator_id: IdOrZero
    project_id: IdOrZero
    task_id: IdOrZero
    data: Text


CARRIED: tuple[type[Row], ...] = tuple(Row.__subclasses__())
"""All tables that are imported."""
