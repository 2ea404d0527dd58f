"""Tags in the table, by project; project 0 holds the global ones."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from lambdaboard.domain.casefold import casefold
from lambdaboard.errors import Conflict, InvalidParams, NotFound, Rejected
from lambdaboard.store import keys
from lambdaboard.store.actions import TransactItem, delete, delete_unchanged, number, put, put_new, string, update
from lambdaboard.store.parallel import gather
from lambdaboard.store.projects import lookup

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lambdaboard.store.projects import ProjectStore
    from lambdaboard.store.table import Table

MAX_NAME = 190_000
"""Bytes of a tag's name: twenty new ones fit one transaction of 4 MB."""

NEW_AT_ONCE = 20
"""New tags written in one transaction, four items each, beside the task."""


class Tag(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A tag. `is_guarded`: it was made while tagging a task and holds the guard of its folded name."""

    id: int
    name: str
    project_id: int
    color_id: str | None = None
    is_guarded: bool = False


_decode = msgspec.json.Decoder(Tag).decode


def wanted(names: Iterable[str]) -> list[str]:
    """Return the names that a list of tags means (behaviour.md 3.7): the first spelling of each, no empty ones."""
    first: dict[str, str] = {}
    for name in names:
        if name:
            first.setdefault(casefold(name), name)
    return [*first.values()]


def found(tags: Iterable[Tag], name: str) -> Tag | None:
    """Return the tag that a name means, ASCII case ignored."""
    same = casefold(name)
    return next((tag for tag in tags if casefold(tag.name) == same), None)


class TagStore:
    """Reads and writes tags. Costs are in round trips."""

    def __init__(self, table: Table, projects: ProjectStore) -> None:
        self._table = table
        self._projects = projects

    def of(self, project_id: int) -> list[Tag]:
        """Read a project's own tags by id (1)."""
        items = self._table.query(keys.project_pk(project_id), begins=keys.tag.sk_prefix, attributes="doc")
        return [_decode(item["doc"]["S"]) for item in items]

    def usable(self, *project_ids: int) -> list[Tag]:
        """Read the global tags, then those of the projects (1, in parallel)."""
        reads = [lambda project_id=each: self.of(project_id) for each in (keys.GLOBAL, *project_ids)]
        return [*chain.from_iterable(gather(reads))]

    def get(self, tag_id: int) -> Tag:
        """Read a tag by its id (2); NotFound, Forbidden."""
        item = self._table.get_one(keys.tag_lookup(tag_id))
        if item is None:
            raise NotFound("tag")
        project_id, key = int(item["project_id"]["N"]), keys.tag(int(item["project_id"]["N"]), tag_id)
        if project_id == keys.GLOBAL:
            self._projects.gate.check_global()
        read = self._table.get([key, *self._projects.keys_to_enter(project_id)])
        if project_id != keys.GLOBAL:
            if keys.project(project_id) not in read:
                raise NotFound("tag")  # `cascade` has yet to remove it; of unknown tags everybody is told
            self._projects.entered(read, project_id)
        if key not in read:
            raise NotFound("tag")
        return _decode(read[key]["doc"]["S"])

    def all(self, project_ids: Iterable[int]) -> list[Tag]:
        """Read the global tags and those of many projects (1, in parallel)."""
        return self.usable(*project_ids)

    def next_id(self) -> int:
        """Take an id (1)."""
        return self._table.next_id("tag")

    def add(self, tag: Tag) -> None:
        """Write a new tag (1); Rejected where the exact name is taken."""
        self._table.transact(_birth(tag, Rejected("name taken")))

    def replace(self, read: Tag, changed: Tag) -> None:
        """Change name and colour of a tag (1); Rejected where the new name is taken, Conflict if it was renamed."""
        if changed.name == read.name:
            names = [_hold(read)]
        else:
            changed = msgspec.structs.replace(changed, is_guarded=False)
            names = [*_release(read), _claim(changed, Rejected("name taken"))]
        self._table.transact([put(keys.tag(changed.project_id, changed.id), _item(changed)), *names])

    def remove(self, tag: Tag) -> None:
        """Remove a tag; tasks that name it read as without it (1); NotFound if it is gone, Conflict if renamed."""
        gone = delete(keys.tag(tag.project_id, tag.id), NotFound("tag"))
        self._table.transact([gone, delete(keys.tag_lookup(tag.id)), *_release(tag)])

    def new_item(self, project_id: int, names: Sequence[str], colors: dict[str, str | None]) -> list[Tag]:
        """Return new tags for names that a project lacks, to be written by `births` (1, or 0 without names)."""
        if not names:
            return []
        first = self._table.next_id("tag", len(names))
        return [
            Tag(id=first + place, name=name, project_id=project_id, color_id=colors.get(name), is_guarded=True)
            for place, name in enumerate(names)
        ]

    def births(self, tags: Sequence[Tag]) -> list[TransactItem]:
        """Return what writes up to 20 new tags together with the task; more are written at once (1 a 20).

        Conflict, where another caller makes one of them: read again and find it.
        """
        while len(tags) > NEW_AT_ONCE:
            self._table.aside.transact(chain.from_iterable(map(_guarded_birth, tags[:NEW_AT_ONCE])))
            tags = tags[NEW_AT_ONCE:]
        return [*chain.from_iterable(map(_guarded_birth, tags))]


def _item(tag: Tag) -> dict[str, keys.Attribute]:
    doc = msgspec.json.encode(tag)
    if len(doc) > MAX_NAME:
        raise InvalidParams("tag", "must be at most 190,000 bytes long")
    return {"doc": string(doc.decode())}


# The item of a name says whose it is. So of two changes of a tag that was read, only one finds the name still its own.
def _claim(tag: Tag, on_condition_failed: Exception) -> TransactItem:
    return put_new(keys.tag_name(tag.project_id, tag.name), {"tag_id": number(tag.id)}, on_condition_failed)


def _hold(tag: Tag) -> TransactItem:
    own, changed = {":own": number(tag.id)}, Conflict("the tag was changed meanwhile")
    return update(keys.tag_name(tag.project_id, tag.name), "SET tag_id = :own", own, "tag_id = :own", changed)


def _birth(tag: Tag, on_condition_failed: Exception) -> list[TransactItem]:
    return [
        put_new(keys.tag(tag.project_id, tag.id), _item(tag)),
        put_new(keys.tag_lookup(tag.id), lookup(tag.project_id)),
        _claim(tag, on_condition_failed),
    ]


def _guarded_birth(tag: Tag) -> list[TransactItem]:
    taken = Conflict("the tag was made meanwhile")
    return [*_birth(tag, taken), put_new(keys.folded_tag_name(tag.project_id, casefold(tag.name)), {}, taken)]


def _release(tag: Tag) -> Iterator[TransactItem]:
    yield delete_unchanged(keys.tag_name(tag.project_id, tag.name), "tag_id = :own", {":own": number(tag.id)})
    if tag.is_guarded:
        yield delete(keys.folded_tag_name(tag.project_id, casefold(tag.name)))
