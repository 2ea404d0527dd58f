"""Links between tasks, and their types (context.md 11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lambdaboard.domain.serialization import Doc, decoder, serialize
from lambdaboard.errors import NotFound, Reason, Rejected, Thing

if TYPE_CHECKING:
    from collections.abc import Collection

DUPLICATES, IS_MILESTONE = 4, 9
"""Types that our code uses: of the link of a copy to its original, and the one that marks a milestone."""

MILESTONE_LABEL = "is a milestone of"
"""The label that makes a task a milestone (search.md 6): that of IS_MILESTONE, unless it is changed."""


class LinkType(Doc, frozen=True, kw_only=True):
    """A type of link, as seen from a task. `opposite_id`: the type as seen from the other one; 0 for the same."""

    id: int
    label: str
    opposite_id: int = 0


BUILT_IN = (
    LinkType(id=1, label="relates to", opposite_id=0),
    LinkType(id=2, label="blocks", opposite_id=3),
    LinkType(id=3, label="is blocked by", opposite_id=2),
    LinkType(id=4, label="duplicates", opposite_id=5),
    LinkType(id=5, label="is duplicated by", opposite_id=4),
    LinkType(id=6, label="is a child of", opposite_id=7),
    LinkType(id=7, label="is a parent of", opposite_id=6),
    LinkType(id=8, label="targets milestone", opposite_id=9),
    LinkType(id=9, label="is a milestone of", opposite_id=8),
    LinkType(id=10, label="fixes", opposite_id=11),
    LinkType(id=11, label="is fixed by", opposite_id=10),
)


class LinkTypes(Doc, frozen=True, kw_only=True):
    """All types, by id.

    Attributes:
        last_id: the greatest id so far; no id is used twice.
        removed: types that links may still have, each with the time of its removal in Unix seconds.
    """

    types: tuple[LinkType, ...] = BUILT_IN
    last_id: int = len(BUILT_IN)
    removed: dict[int, int] = msgspec.field(default_factory=dict)

    def get(self, link_id: int) -> LinkType:
        """Return a type; NotFound."""
        return self._first(link_id, "id")

    def labelled(self, label: str) -> LinkType:
        """Return the type of a label (case-sensitive); NotFound."""
        return self._first(label, "label")

    def opposite_id(self, link_id: int) -> int:
        """Return the type as seen from the other task: the type itself if it has no opposite, or is unknown."""
        return next((each.opposite_id for each in self.types if each.id == link_id), 0) or link_id

    def labels(self) -> dict[int, str]:
        """Return the label of each type by its id."""
        return {each.id: each.label for each in self.types}

    def is_removed(self, link_id: int) -> bool:
        """Return whether a type was removed; an id that is newer than all these was not."""
        return link_id <= self.last_id and all(each.id != link_id for each in self.types)

    @property
    def milestone_id(self) -> int:
        """The type whose links make a task a milestone; 0 for none."""
        return next((each.id for each in self.types if each.label == MILESTONE_LABEL), 0)

    @property
    def are_counted(self) -> bool:
        """Whether the counters of tasks match their links; else the links themselves must be read."""
        return not self.removed and self.milestone_id == IS_MILESTONE

    def with_new(self, label: str, opposite_label: str = "") -> LinkTypes:
        """Return the types with a new one, followed by its opposite if that has a label.

        Raises:
            Rejected: a label is missing or taken, or both are the same.
        """
        taken = {each.label for each in self.types}
        _check_label(label, taken)
        if opposite_label in {label, *taken}:
            raise Rejected(Reason.TAKEN, "opposite_label")
        first, second = self.last_id + 1, self.last_id + 2
        new = [LinkType(id=first, label=label)]
        if opposite_label:
            new = [
                LinkType(id=first, label=label, opposite_id=second),
                LinkType(id=second, label=opposite_label, opposite_id=first),
            ]
        return msgspec.structs.replace(self, types=(*self.types, *new), last_id=self.last_id + len(new))

    def with_changed(self, link_id: int, opposite_id: int, label: str) -> LinkTypes:
        """Return the types with one changed; the opposite type does not change.

        Raises:
            NotFound: there is no such type.
            Rejected: the label is missing or another type's, or there is no such opposite.
        """
        found = self.get(link_id)
        place = self.types.index(found)
        before, after = self.types[:place], self.types[place + 1 :]
        ids = {0, *(each.id for each in self.types)}
        _check_label(label, {each.label for each in before + after})
        if opposite_id not in ids:
            raise Rejected(Reason.NOT_FOUND, "opposite_link_id")
        new = msgspec.structs.replace(found, label=label, opposite_id=opposite_id)
        return msgspec.structs.replace(self, types=(*before, new, *after))

    def without(self, link_id: int, at: int) -> LinkTypes:
        """Return the types without one, which was removed at a time and is no longer an opposite; NotFound."""
        removed = self.get(link_id)
        rest = (
            msgspec.structs.replace(each, opposite_id=0) if each.opposite_id == link_id else each
            for each in self.types
            if each is not removed
        )
        return msgspec.structs.replace(self, types=tuple(rest), removed={**self.removed, link_id: at})

    def forgetting(self, link_ids: Collection[int]) -> LinkTypes:
        """Return the types without those removed ones that no link has any more."""
        removed = {link_id: at for link_id, at in self.removed.items() if link_id not in link_ids}
        return msgspec.structs.replace(self, removed=removed)

    def _first(self, value: int | str, name: str) -> LinkType:
        for each in self.types:
            if getattr(each, name) == value:
                return each
        raise NotFound(Thing.LINK)


def _check_label(label: str, taken: Collection[str]) -> None:
    """Check the label of a type; Rejected if it is missing or taken."""
    if not label or label in taken:
        raise Rejected(Reason.TAKEN if label else Reason.EMPTY, "label")


class TaskLink(Doc, frozen=True, kw_only=True):
    """One side of a link between two tasks; the other side has the same two ids, exchanged.

    Attributes:
        id: of this side; those of the two sides follow one another.
        link_id: the type, as seen from `task_id`.
        other_id: the id of the other side.
        other_link_id: the type of the other side at its creation.
    """

    id: int
    task_id: int
    opposite_task_id: int
    link_id: int
    other_id: int
    other_link_id: int

    @property
    def pair(self) -> int:
        """A common value of both sides: the lesser of their ids."""
        return min(self.id, self.other_id)

    def other(self) -> TaskLink:
        """Return the other side."""
        return TaskLink(
            id=self.other_id,
            task_id=self.opposite_task_id,
            opposite_task_id=self.task_id,
            link_id=self.other_link_id,
            other_id=self.id,
            other_link_id=self.link_id,
        )


class Ends(NamedTuple):
    """A link as the client sends it."""

    task_id: int
    opposite_task_id: int
    link_id: int


def linked(ends: Ends, types: LinkTypes, ids: tuple[int, int]) -> TaskLink:
    """Return a link between two tasks.

    Args:
        ends: the tasks and the type.
        types: all types.
        ids: of its two sides.

    Raises:
        NotFound: there is no such type.
        Rejected: a task is linked with itself, by a type that is its own opposite.
    """
    link_id = types.get(ends.link_id).id
    other_link_id = types.opposite_id(link_id)
    if ends.task_id == ends.opposite_task_id and link_id == other_link_id:
        raise Rejected(Reason.SAME_TASK, "opposite_task_id")
    return TaskLink(
        id=ids[0],
        task_id=ends.task_id,
        opposite_task_id=ends.opposite_task_id,
        link_id=link_id,
        other_id=ids[1],
        other_link_id=other_link_id,
    )


def encode(types: LinkTypes) -> str:
    """Return the types as their stored doc; see `serialization.serialize`."""
    return serialize(types, "label")


decode = decoder(LinkTypes)
"""Read a stored doc."""
