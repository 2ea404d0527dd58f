"""All kinds of items in the table: only this package knows the form of keys.

A kind builds a key when it is called: `task(7, 12)`. Its `parents` get the ids of an item by name, from its key,
an attribute or its `doc`; `sweep` deletes an item that has lost a parent. `make docs` writes the table and the picture
in docs/architecture.md from these declarations.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Literal

from lambdaboard.store.keys.kind import Attribute as Attribute
from lambdaboard.store.keys.kind import Key as Key
from lambdaboard.store.keys.kind import Kind, NamedIds, Registry, needs

LAST_ID = 10**12 - 1
"""The greatest id that a key can hold."""

GLOBAL = 0
"""The project id of things of no project, such as global tags."""

ChildKind = Literal["comment", "subtask", "external_link"]
"""The child entities of a task that have an id of their own."""

Entity = (
    Literal[
        "project",
        "column",
        "swimlane",
        "category",
        "action",
        "tag",
        "task",
        "file",
        "project_file",
        "user",
        "group",
        "token",
        "link",
    ]
    | ChildKind
)
"""The things that have ids of their own."""

# --- projects, and their lookup items -------------------------------------------------------------------------------

OF_PROJECT = "`project_id`"
OF_FILE = "`doc`: the record, which never changes"
OF_METADATA = "`val`, `changed_on`, `changed_by`"
UNIQUE_IN_ALL = f"{OF_PROJECT}: makes the value unique, and finds its project"

project: Kind[int] = Kind(
    "project",
    "P#{project_id:d}",
    "@",
    holds="`doc`: name …, columns, swimlanes, categories, automatic actions; `v`, `w`, `nb_files`, `file_generation`",
)
last_change: Kind[int] = Kind(
    "last change of a project",
    "P#{project_id:d}",
    "LM",
    holds="`n`: Unix seconds; written in parallel with a write to a task, at most once a second by each container",
    parents=needs(project),
)
listed_project: Kind[int] = Kind(
    "listed project", "ALL#project", "{project_id:012d}", holds="`name`", parents=needs(project)
)
project_identifier: Kind[str] = Kind(
    "project identifier", "PI#{identifier}", "@", holds=UNIQUE_IN_ALL, parents=needs(project)
)
project_email: Kind[str] = Kind("project e-mail", "PE#{email}", "@", holds=UNIQUE_IN_ALL, parents=needs(project))
project_metadata: Kind[int, str] = Kind(
    "project metadata", "P#{project_id:d}", "META#{name}", holds=OF_METADATA, parents=needs(project)
)
project_file: Kind[int, int] = Kind(
    "project file", "P#{project_id:d}", "FILE#{file_id:012d}", holds=OF_FILE, parents=needs(project)
)
column: Kind[int] = Kind("column lookup", "C#{column_id:d}", "@", holds=OF_PROJECT, parents=needs(project))
swimlane: Kind[int] = Kind("swimlane lookup", "S#{swimlane_id:d}", "@", holds=OF_PROJECT, parents=needs(project))
category: Kind[int] = Kind("category lookup", "Y#{category_id:d}", "@", holds=OF_PROJECT, parents=needs(project))
action: Kind[int] = Kind("automatic action lookup", "AC#{action_id:d}", "@", holds=OF_PROJECT, parents=needs(project))


def project_pk(project_id: int) -> str:
    """Return the partition that holds a project and its tasks, tags and members."""
    return project.partition(project_id)


# --- tags -----------------------------------------------------------------------------------------------------------


def _project_of_tag(ids: NamedIds) -> list[Key]:
    return [project(ids["project_id"])] if ids["project_id"] != GLOBAL else []


tag: Kind[int, int] = Kind(
    "tag",
    "P#{project_id:d}",
    "G#{tag_id:012d}",
    holds="`doc`; project 0 holds the global tags",
    parents=_project_of_tag,
    deleted_with=lambda _, tag_id: tag_lookup(tag_id),
)
tag_lookup: Kind[int] = Kind("tag lookup", "TG#{tag_id:d}", "@", holds=OF_PROJECT, parents=needs(tag))
hashed_tag_name: Kind[int, str] = Kind(
    "tag name",
    "P#{project_id:d}",
    "GN#{sha256}",
    holds="`tag_id`: makes the name unique in its project",
    parents=_project_of_tag,
)
hashed_folded_tag_name: Kind[int, str] = Kind(
    "folded tag name",
    "P#{project_id:d}",
    "GF#{sha256}",
    holds="nothing: of two callers who create the same tag with a task, in any letter case, lets only one do so",
    parents=_project_of_tag,
)


def tag_name(project_id: int, name: str) -> Key:
    """Return the key that makes a tag's name unique in its project; hashed, since names may have any length."""
    return hashed_tag_name(project_id, sha256(name.encode()).hexdigest())


def folded_tag_name(project_id: int, folded: str) -> Key:
    """Return the key with which only one of two callers makes a new tag while tagging a task; hashed, too."""
    return hashed_folded_tag_name(project_id, sha256(folded.encode()).hexdigest())


# --- tasks and their child entities ---------------------------------------------------------------------------------

OF_TASK = "`task_id`, and the `project_id` that the task was in"

# the lookup item is not deleted with a task: one that is moved to another project meanwhile needs it
task: Kind[int, int] = Kind(
    "task",
    "P#{project_id:d}",
    "T#{task_id:short}",
    holds="`doc`, `v`, `w`, the keys of the indexes, and counters of its child entities: `nb_files`, `nb_comments`, "
    "`nb_links`, `nb_milestones`, `nb_external_links`, `nb_subtasks`, `nb_completed_subtasks`, `nb_timers`, "
    "`file_generation`, `subtask_generation`; 0 if there are none",
    parents=lambda ids: [project(ids["project_id"]), task_lookup(ids["task_id"])],
)
task_lookup: Kind[int] = Kind("task lookup", "T#{task_id:d}", "@", holds=OF_PROJECT, parents=needs(task))
metadata: Kind[int, str] = Kind(
    "metadata", "T#{task_id:d}", "META#{name}", holds=OF_METADATA, parents=needs(task_lookup)
)
task_file: Kind[int, int] = Kind(
    "file",
    "T#{task_id:d}",
    "FILE#{file_id:012d}",
    holds=OF_FILE,
    parents=needs(task_lookup),
    deleted_with=lambda _, file_id: file(file_id),
)
file: Kind[int] = Kind("file by id", "F#{file_id:d}", "@", holds="the same record", parents=needs(task_file))
comment: Kind[int, int] = Kind(
    "comment",
    "T#{task_id:d}",
    "COMMENT#{comment_id:012d}",
    holds="`doc`, `v`, `w`",
    parents=needs(task_lookup),
    deleted_with=lambda _, comment_id: comment_lookup(comment_id),
)
comment_lookup: Kind[int] = Kind("comment lookup", "COMMENT#{comment_id:d}", "@", holds=OF_TASK, parents=needs(comment))
subtask: Kind[int, int] = Kind(
    "subtask",
    "T#{task_id:d}",
    "SUBTASK#{subtask_id:012d}",
    holds="`doc`, `v`, `w`",
    parents=needs(task_lookup),
    deleted_with=lambda _, subtask_id: subtask_lookup(subtask_id),
)
subtask_lookup: Kind[int] = Kind("subtask lookup", "SUBTASK#{subtask_id:d}", "@", holds=OF_TASK, parents=needs(subtask))
external_link: Kind[int, int] = Kind(
    "external link",
    "T#{task_id:d}",
    "EXTERNAL_LINK#{external_link_id:012d}",
    holds="`doc`, `v`, `w`; calls name it together with its task, so it has no lookup item",
    parents=needs(task_lookup),
)
# the lookup item is not deleted with a link: it may have been changed to another place meanwhile
task_link: Kind[int, int, int] = Kind(
    "task link",
    "T#{task_id:d}",
    "LINK#{link_id:012d}#{opposite_task_id:012d}",
    holds="`doc`: one side of a link; `pair`: the lower id of both sides",
    parents=lambda ids: [task_lookup(ids["task_id"]), task_lookup(ids["opposite_task_id"])],
)
task_link_lookup: Kind[int] = Kind(
    "task link lookup",
    "LINK#{task_link_id:d}",
    "@",
    holds="`task_id`, `link_id`, `opposite_task_id`, `other_link_id`, and the `project_id` that the task was in",
    parents=needs(task_link),
)
link_types: Kind[()] = Kind(
    "link types",
    "LINKS",
    "@",
    holds="`doc`: all of them, `v`, `w`; absent until the built-in ones are changed",
)

CHILDREN: dict[ChildKind, Kind[int, int]] = {"comment": comment, "subtask": subtask, "external_link": external_link}

CHILD_LOOKUPS: dict[ChildKind, Kind[int]] = {"comment": comment_lookup, "subtask": subtask_lookup}
"""Of the child entities that clients name without their task."""


def task_pk(task_id: int) -> str:
    """Return the partition of a task's child entities, in any project."""
    return task_lookup.partition(task_id)


def child(kind: ChildKind, task_id: int, number: int) -> Key:
    """Return the key of a child entity in its task's partition."""
    return CHILDREN[kind](task_id, number)


def child_lookup(kind: ChildKind, number: int) -> Key:
    """Return the key of the lookup item of a child entity."""
    return CHILD_LOOKUPS[kind](number)


# --- people ---------------------------------------------------------------------------------------------------------

user: Kind[int] = Kind(
    "user",
    "U#{user_id:d}",
    "@",
    holds="`doc` with the password hash; `v`, `w`; `nb_failed_login`, `lock_expiration_date`, `attempts_left`",
)
listed_user: Kind[int] = Kind("listed user", "ALL#user", "{user_id:012d}", holds="nothing", parents=needs(user))
username: Kind[str] = Kind(
    "username",
    "UN#{username}",
    "@",
    holds="`user_id`: makes the name unique, and finds the user at log-in; a second item if its NFKC form differs",
    parents=needs(user),
)
tombstones: Kind[int] = Kind(
    "tombstones",
    "GONE#{copy:d}",
    "@",
    holds="`u<user_id>` for removed users, `g<group_id>` for removed groups: Unix seconds; eight equal copies, of "
    "which a container reads one",
)
TOMBSTONE_COPIES = 8
"""Each is in a partition of its own, with at most 3,000 reads a second (decision 6)."""
member: Kind[int, int] = Kind(
    "member",
    "P#{project_id:d}",
    "M#{user_id:012d}",
    holds="`role`",
    parents=needs(project, user),
    deleted_with=lambda project_id, user_id: membership(user_id, project_id),
)
membership: Kind[int, int] = Kind(
    "membership",
    "U#{user_id:d}",
    "P#{project_id:012d}",
    holds='the same `role`; "" for a person who left, because tasks may still have their id',
    parents=needs(user, project),
)
assigned_subtask: Kind[int, int] = Kind(
    "assigned subtask", "U#{user_id:d}", "ST#{subtask_id:012d}", holds="`task_id`", parents=needs(user, subtask)
)


upload: Kind[int, int] = Kind(
    "upload",
    "U#{user_id:d}",
    "UPLOAD#{slot:02d}",
    holds="a file that its client has not confirmed yet; `user_id` 0 is the application. `file_id`, `path`, "
    "`fingerprint`: a hash of what the client declared about the file; `expires`: Unix seconds",
)


def _owner_of_token(ids: NamedIds) -> list[Key]:
    return [user(ids["user_id"])] if ids["user_id"] else []


token: Kind[int] = Kind(
    "token",
    "TOKEN#{token_id:d}",
    "@",
    holds="`doc` with the token's hash: the record, which never changes; `token_id`",
    parents=lambda ids: [*_owner_of_token(ids), owned_token(ids["user_id"], ids["slot"])],
)
owned_token: Kind[int, int] = Kind(
    "token of an owner",
    "U#{user_id:d}",
    "TOKEN#{slot:02d}",
    holds="a copy of the token's record; `user_id` 0 is the application; `token_id`",
    parents=lambda ids: [*_owner_of_token(ids), token(ids["token_id"])],
)


# a check of a role does not read these: a person's doc names their groups, the project's doc the roles of groups
group: Kind[int] = Kind("group", "GROUPS", "G#{group_id:012d}", holds="`doc`, `v`, `w`")
hashed_group_name: Kind[str] = Kind(
    "group name", "GRN#{sha256}", "@", holds="`group_id`: makes the name unique", parents=needs(group)
)
group_member: Kind[int, int] = Kind(
    "group member",
    "GROUPS",
    "M#{group_id:012d}#{user_id:012d}",
    holds="nothing: the user's `doc` has the group's id, too",
    parents=needs(group, user),
)
group_project: Kind[int, int] = Kind(
    "project of a group",
    "GROUPS",
    "P#{group_id:012d}#{project_id:012d}",
    holds="the group's `role`, which the project's `doc` has, too",
    parents=needs(group, project),
)


def group_name(name: str) -> Key:
    """Return the key that makes a group's name unique; hashed, since names may be long."""
    return hashed_group_name(sha256(name.encode()).hexdigest())


def of_group(kind: Kind[int, int], group_id: int) -> tuple[str, str]:
    """Return the range of the sort keys of a group's members, or of its projects."""
    return kind(group_id, 0).sk, kind(group_id, LAST_ID).sk


def user_pk(user_id: int) -> str:
    """Return the partition of a user and their memberships."""
    return user.partition(user_id)


# --- activity -------------------------------------------------------------------------------------------------------

LAST_ACTIVITY_ID = 10**16 - 1
"""The greatest id of a row of activity: microseconds since 1970."""

activity: Kind[int, int] = Kind(
    "row of activity",
    "A#{project_id:d}",
    "{activity_id:016d}",
    holds="`doc`: the event, with the values of that time; `task_id`, `creator_id`; `expires`: Unix seconds",
    parents=lambda ids: [project(ids["project_id"]), task_lookup(ids["task_id"]), user(ids["creator_id"])],
)


def activity_pk(project_id: int) -> str:
    """Return the partition of the activity of a project, which takes no space from the tasks' partition."""
    return activity(project_id, 0).pk


# --- the service itself ---------------------------------------------------------------------------------------------

idempotency_record: Kind[str] = Kind(
    "idempotency record", "I#{sha256}", "@", holds="`call`: a hash of it; `result`, `expires`: Unix seconds"
)
_own: Kind[str] = Kind(
    "counter or cursor",
    "#{name}",
    "@",
    holds="`n`: the last id of an entity, such as `#task`; `doc` of `#sweep`: where its last run was interrupted, "
    "of `#import`: the progress of an import from Kanboard",
)


def counter(entity: Entity) -> Key:
    """Return the key of the last id of an entity."""
    return _own(entity)


def sweep_cursor() -> Key:
    """Return the key of the place where the last run of `sweep` ended."""
    return _own("sweep")


def import_progress() -> Key:
    """Return the key of the progress of an import."""
    return _own("import")


KINDS = Registry([value for value in globals().values() if isinstance(value, Kind)])
