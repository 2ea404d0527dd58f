"""Tags in the table, by project; project 0 holds the global ones."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from lambdaboard.domain.casefold import casefold
from lambdaboard.domain.serialization import Doc, decoder, encode
from lambdaboard.errors import Conflict, InvalidParams, NotFound, Reason, Rejected, Thing
from lambdaboard.store import keys
from lambdaboard.store.actions import delete, delete_unchanged, number, put, put_new, string, update
from lambdaboard.store.parallel import first_page, gather_map
from lambdaboard.store.projects import project_lookup, project_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambdaboard.store.actions import TransactItem
    from lambdaboard.store.projects import ProjectStore
    from lambdaboard.store.table import Table

MAX_DOC = 150_000
"""Bytes of a tag as JSON: twenty new ones fit into one transaction of 4 MB, with a task and its rows of activity."""

NEW_AT_ONCE = 10
"""New tags in one transaction with the task, four items each; more are written before it."""


class Tag(Doc, frozen=True, kw_only=True):
    """A tag. `is_guarded`: it was made while tagging a task and has the item of its folded name."""

    id: int
    name: str
    project_id: int
    color_id: str | None = None
    is_guarded: bool = False


_decode = decoder(Tag)


def distinct_names(names: Iterable[str]) -> list[str]:
    """Return the distinct names in a list of tags (behaviour.md 3.7): the first spelling of each, no empty ones."""
    first: dict[str, str] = {}
    for name in names:
        if name:
            first.setdefault(casefold(name), name)
    return [*first.values()]


def by_folded_name(tags: Iterable[Tag]) -> dict[str, Tag]:
    """Return tags by their names, ASCII case ignored: of equal names the first tag."""
    found: dict[str, Tag] = {}
    for tag in tags:
        found.setdefault(casefold(tag.name), tag)
    return found


class TagStore:
    """Reads tags and builds their writes. Costs are in round trips."""

    def __init__(self, table: Table, projects: ProjectStore) -> None:
        self._table = table
        self._projects = projects

    # --- reading ------------------------------------------------------------------------------------------------

    def of(self, project_id: int) -> Iterator[Tag]:
        """Yield a project's own tags by id (1 per MB, only as far as they are used)."""
        items = self._table.query(keys.project_pk(project_id), begins=keys.tag.sk_prefix, attributes="doc")
        return (_decode(item["doc"]["S"]) for item in items)

    def usable(self, *project_ids: int) -> Iterator[Tag]:
        """Yield the global tags, then those of the projects, for any caller.

        The first page of each is read at once, in parallel (1); the others only as far as they are used (1 per MB).
        """
        return chain.from_iterable(gather_map(lambda each: first_page(self.of(each))(), (keys.GLOBAL, *project_ids)))

    def get(self, tag_id: int) -> Tag:
        """Read a tag by its id (2, even if there is none); NotFound, Forbidden."""
        project_id = project_of(self._table.get_one(keys.tag_lookup(tag_id)))
        key = keys.tag(project_id, tag_id)
        items = self._table.get([key, *self._projects.keys(project_id)])
        if project_id != keys.GLOBAL:
            self._projects.authorized(project_id, items)
        elif key in items:
            self._projects.authorization.check_global()
        if key not in items:
            raise NotFound(Thing.TAG)
        return _decode(items[key]["doc"]["S"])

    # --- writing ------------------------------------------------------------------------------------------------

    def next_id(self, count: int = 1) -> int:
        """Take ids; return the first (1)."""
        return self._table.next_id("tag", count)

    def put_actions(self, tag: Tag) -> list[TransactItem]:
        """Return the actions that write a new tag; Rejected if the exact name is taken.

        If it is made while tagging a task: Conflict if another caller made it meanwhile, so that the retry finds it.
        """
        if not tag.is_guarded:
            return _put(tag, Rejected(Reason.TAKEN, "tag"))
        taken = Conflict("the tag was made meanwhile")
        return [*_put(tag, taken), put_new(keys.folded_tag_name(tag.project_id, casefold(tag.name)), {}, taken)]

    def replace_actions(self, tag: Tag, changed: Tag) -> list[TransactItem]:
        """Return the actions that change a tag; Rejected if the new name is taken, Conflict if it has changed."""
        if changed.name == tag.name:
            names = [_hold_name(tag)]
        else:
            changed = msgspec.structs.replace(changed, is_guarded=False)
            names = [*_release_name(tag), _take_name(changed, Rejected(Reason.TAKEN, "tag"))]
        return [put(keys.tag(changed.project_id, changed.id), _item(changed)), *names]

    def delete_actions(self, tag: Tag) -> list[TransactItem]:
        """Return the actions that remove a tag, which reads of tasks skip then; NotFound if it does not exist."""
        item = delete(keys.tag(tag.project_id, tag.id), NotFound(Thing.TAG))
        return [item, delete(keys.tag_lookup(tag.id)), *_release_name(tag)]


def _item(tag: Tag) -> dict[str, keys.Attribute]:
    doc = encode(tag)
    if len(doc) > MAX_DOC:
        raise InvalidParams("tag", f"must be at most {MAX_DOC:,} bytes long")
    return {"doc": string(doc.decode())}


def _put(tag: Tag, on_condition_failed: Exception) -> list[TransactItem]:
    return [
        put_new(keys.tag(tag.project_id, tag.id), _item(tag)),
        put_new(keys.tag_lookup(tag.id), project_lookup(tag.project_id)),
        _take_name(tag, on_condition_failed),
    ]


# The item of a name has the id of its tag. So of two changes of a tag that was read, only one still has the name.
def _take_name(tag: Tag, on_condition_failed: Exception) -> TransactItem:
    return put_new(keys.tag_name(tag.project_id, tag.name), {"tag_id": number(tag.id)}, on_condition_failed)


def _hold_name(tag: Tag) -> TransactItem:
    own, changed = {":own": number(tag.id)}, Conflict("the tag was changed meanwhile")
    return update(keys.tag_name(tag.project_id, tag.name), "SET tag_id = :own", own, "tag_id = :own", changed)


def _release_name(tag: Tag) -> Iterator[TransactItem]:
    yield delete_unchanged(keys.tag_name(tag.project_id, tag.name), "tag_id = :own", {":own": number(tag.id)})
    if tag.is_guarded:
        yield delete(keys.folded_tag_name(tag.project_id, casefold(tag.name)))
