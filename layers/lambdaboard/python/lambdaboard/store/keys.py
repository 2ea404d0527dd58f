"""The keys of the table and of its indexes: the only place where one is put together (architecture.md, "The table")."""

from __future__ import annotations

from hashlib import sha256
from typing import Literal, NamedTuple, TypedDict

from lambdaboard.domain.casefold import casefold, uppercase_mask

ID_DIGITS = 12
DUE_SHARDS = 4
"""Partitions of the index of due dates over all projects: each takes 1,000 writes a second."""

LAST_ID = 10**ID_DIGITS - 1
"""The greatest id that a key can hold."""

GLOBAL = 0
"""The number that stands for "no project", as of global tags."""

LINK_PREFIX = "LINK#"
"""What the sort keys of a task's links begin with."""

UPLOAD_PREFIX = "UPLOAD#"
"""What the sort keys of a caller's unconfirmed uploads begin with."""

ChildKind = Literal["comment", "subtask", "external_link"]
"""What belongs to a task and lies beside it under an id of its own."""

Entity = Literal["project", "column", "swimlane", "category", "tag", "task", "file", "user", "link"] | ChildKind
"""What has ids of its own."""


class Attribute(TypedDict, total=False):
    """A value as DynamoDB takes it: a text or a number written as text."""

    S: str
    N: str
    NULL: bool


class Key(NamedTuple):
    """A primary key of the table; only the functions below build one."""

    pk: str
    sk: str

    def attributes(self) -> dict[str, Attribute]:
        """Return the key as DynamoDB takes it."""
        return {"pk": {"S": self.pk}, "sk": {"S": self.sk}}


def padded(number: int) -> str:
    """Write an id or a date so that texts sort as numbers."""
    return f"{number:0{ID_DIGITS}}"


def project_pk(project_id: int) -> str:
    """Return the partition that holds a project and its tasks, tags and members."""
    return f"P#{project_id}"


def task_pk(task_id: int) -> str:
    """Return the partition that holds what belongs to a task, wherever the task itself lies."""
    return f"T#{task_id}"


def project(project_id: int) -> Key:
    """Return the key of a project's one item."""
    return Key(project_pk(project_id), "@")


def last_change(project_id: int) -> Key:
    """Return the key of the time of a project's last change."""
    return Key(project_pk(project_id), "LM")


def listed_project(project_id: int) -> Key:
    """Return the key of a project's entry in the list of all projects."""
    return Key("ALL#project", padded(project_id))


def project_identifier(identifier: str) -> Key:
    """Return the key that makes a project's identifier unique."""
    return Key(f"PI#{identifier}", "@")


def project_email(email: str) -> Key:
    """Return the key that makes a project's e-mail address unique."""
    return Key(f"PE#{email}", "@")


def user_pk(user_id: int) -> str:
    """Return the partition that holds a user and which projects they are in."""
    return f"U#{user_id}"


def user(user_id: int) -> Key:
    """Return the key of a user's one item."""
    return Key(user_pk(user_id), "@")


def username(name: str) -> Key:
    """Return the key that makes a user's name unique, and under which they are looked up to log in."""
    return Key(f"UN#{name}", "@")


def listed_user(user_id: int) -> Key:
    """Return the key of a user's entry in the list of all users."""
    return Key("ALL#user", padded(user_id))


def user_tombstones() -> Key:
    """Return the key of the item that tells which users were removed whose tasks may still name them."""
    return Key("GONE#user", "@")


def member(project_id: int, user_id: int) -> Key:
    """Return the key of a person's role in a project."""
    return Key(project_pk(project_id), f"M#{padded(user_id)}")


def membership(user_id: int, project_id: int) -> Key:
    """Return the key of the mirror of `member`, with the user; it stays when they leave, without a role."""
    return Key(user_pk(user_id), f"P#{padded(project_id)}")


def upload(user_id: int, slot: int) -> Key:
    """Return the key of a caller's unconfirmed upload; user 0 is the application."""
    return Key(user_pk(user_id), f"{UPLOAD_PREFIX}{slot:02d}")


def column(column_id: int) -> Key:
    """Return the key under which a column's project is looked up."""
    return Key(f"C#{column_id}", "@")


def swimlane(swimlane_id: int) -> Key:
    """Return the key under which a swimlane's project is looked up."""
    return Key(f"S#{swimlane_id}", "@")


def category(category_id: int) -> Key:
    """Return the key under which a category's project is looked up."""
    return Key(f"Y#{category_id}", "@")


def tag(project_id: int, tag_id: int) -> Key:
    """Return the key of a tag; project 0 holds the global ones."""
    return Key(project_pk(project_id), f"G#{padded(tag_id)}")


def tag_lookup(tag_id: int) -> Key:
    """Return the key under which a tag's project is looked up."""
    return Key(f"TG#{tag_id}", "@")


def tag_name(project_id: int, name: str) -> Key:
    """Return the key that makes a tag's name unique in its project; hashed, since names may have any length."""
    return Key(project_pk(project_id), f"GN#{_digest(name)}")


def folded_tag_name(project_id: int, folded: str) -> Key:
    """Return the key that lets one of two callers make a tag while tagging a task, whatever its letter case."""
    return Key(project_pk(project_id), f"GF#{_digest(folded)}")


def task(project_id: int, task_id: int) -> Key:
    """Return `P#7`, `T#000000000012`: a project's tasks lie together, in the order of their ids."""
    return Key(project_pk(project_id), f"T#{padded(task_id)}")


def task_lookup(task_id: int) -> Key:
    """Return the key under which a task's project is looked up."""
    return Key(task_pk(task_id), "@")


def metadata(task_id: int, name: str) -> Key:
    """Return the key of a task's metadata value; a name of up to 1,000 bytes fits."""
    return Key(task_pk(task_id), f"META#{name}")


def task_file(task_id: int, file_id: int) -> Key:
    """Return the key of a file's record beside its task."""
    return Key(task_pk(task_id), f"FILE#{padded(file_id)}")


def file(file_id: int) -> Key:
    """Return the key of a file's record by its own id."""
    return Key(f"F#{file_id}", "@")


def child_prefix(kind: ChildKind) -> str:
    """Return what the sort keys of a task's child entities of a kind begin with: `COMMENT#`, `SUBTASK#` …."""
    return f"{kind.upper()}#"


def child(kind: ChildKind, task_id: int, number: int) -> Key:
    """Return the key of a child entity beside its task."""
    return Key(task_pk(task_id), f"{child_prefix(kind)}{padded(number)}")


def child_lookup(kind: ChildKind, number: int) -> Key:
    """Return the key under which the task of a child entity is looked up."""
    return Key(f"{child_prefix(kind)}{number}", "@")


def assigned_subtask(user_id: int, subtask_id: int) -> Key:
    """Return the key that leads from a user to a subtask of theirs."""
    return Key(user_pk(user_id), f"ST#{padded(subtask_id)}")


def link_types() -> Key:
    """Return the key of the one item of all types of links; not there: those that are built in."""
    return Key("LINKS", "@")


def task_link(task_id: int, link_id: int, opposite_task_id: int) -> Key:
    """Return the key of one side of a link, which makes it unique: a task's links lie together, by type."""
    return Key(task_pk(task_id), f"{LINK_PREFIX}{padded(link_id)}#{padded(opposite_task_id)}")


def task_link_lookup(task_link_id: int) -> Key:
    """Return the key under which one side of a link is looked up."""
    return Key(f"LINK#{task_link_id}", "@")


def repeated_call(digest: str) -> Key:
    """Return the key of the record of a call that a client may send again."""
    return Key(f"I#{digest}", "@")


def counter(entity: Entity) -> Key:
    """Return the key of the last id given to an entity."""
    return Key(f"#{entity}", "@")


def by_status(is_active: int, task_id: int) -> str:
    """Return the sort key of the index by status."""
    return f"{is_active}#{padded(task_id)}"


def lane(swimlane_id: int, column_id: int) -> str:
    """Return what the lane keys of a column and swimlane begin with."""
    return f"{swimlane_id}#{column_id}#"


def open_lane(swimlane_id: int, column_id: int) -> str:
    """Return what the lane keys of the open tasks of a column and swimlane begin with."""
    return f"{lane(swimlane_id, column_id)}1#"


def lanes_of(swimlane_id: int) -> str:
    """Return what the lane keys of a swimlane begin with, in whatever column."""
    return f"{swimlane_id}#"


def by_reference(reference: str, task_id: int) -> str:
    """Return the sort key of the index by reference: whatever the letter case, by id; the capitals come last.

    So a search that ignores letter case finds a reference by the beginning of its key, which is exact all the same.
    """
    return f"{casefold(reference)}\0{padded(task_id)}\0{uppercase_mask(reference)}"


def begins_reference(begins: str) -> str:
    """Return what the keys of all references begin with that begin so, in whatever letter case."""
    return casefold(begins)


def folded_reference(by_reference: str) -> str:
    """Return the reference of a sort key of the index by reference, in lower case."""
    return by_reference.rsplit("\0", 2)[0]


def of_reference(reference: str) -> str:
    """Return what the keys of a reference begin with, in whatever letter case."""
    return f"{casefold(reference)}\0"


def by_due(date_due: int, task_id: int) -> str:
    """Return the sort key of both indexes by due date."""
    return f"{padded(date_due)}#{padded(task_id)}"


def due_until(now: int, since: int = 1) -> tuple[str, str]:
    """Return the range of the due dates up to a time, from another one on, both seconds included."""
    return padded(since), f"{padded(now)}#~"


def due_shard(shard: int) -> str:
    """Return the partition of the index of due dates over all projects."""
    return f"DUE#{shard % DUE_SHARDS}"


class LaneKey(NamedTuple):
    """The sort key of the index by lane: `<swimlane>#<column>#<is_active>#<rank>#<id>`."""

    swimlane_id: int
    column_id: int
    is_active: int
    rank: str
    task_id: int

    @classmethod
    def parse(cls, text: str) -> LaneKey:
        """Read a lane key; a rank has no `#`."""
        swimlane_id, column_id, is_active, rank, task_id = text.split("#")
        return cls(int(swimlane_id), int(column_id), int(is_active), rank, int(task_id))

    def text(self) -> str:
        """Return the key as it is stored."""
        return f"{lane(self.swimlane_id, self.column_id)}{self.is_active}#{self.rank}#{padded(self.task_id)}"

    def open_range(self) -> tuple[str, str]:
        """Return the range of the open tasks of this lane that stand before this place, or at it."""
        start = open_lane(self.swimlane_id, self.column_id)
        return start, f"{start}{self.rank}#{padded(self.task_id)}"


def _digest(name: str) -> str:
    return sha256(name.encode()).hexdigest()
