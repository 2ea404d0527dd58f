"""Names of tags, as tasks carry them, to and from the ids that are stored (behaviour.md 3.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambdaboard.store.tags import found, wanted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lambdaboard.procedures.context import Context
    from lambdaboard.store.actions import TransactItem
    from lambdaboard.store.tags import Tag


class Tagging(NamedTuple):
    """The tags of a task, in order, and what writes those that are new."""

    ids: tuple[int, ...]
    births: list[TransactItem]


def tagging(
    context: Context,
    project_id: int,
    names: Sequence[str],
    usable: Sequence[Tag],
    colors: Mapping[str, str | None] | None = None,
) -> Tagging:
    """Find or make the tags that a list of names means (0 round trips; 1 where there are new ones).

    Args:
        project_id: where new tags are made.
        names: as the client gave them.
        usable: the global tags, then the project's, as they were read.
        colors: of new tags, by name; none, if None.
    """
    by_name = {name: found(usable, name) for name in wanted(names)}
    missing = [name for name, tag in by_name.items() if tag is None]
    new = context.stores.tags.new_item(project_id, missing, dict(colors or {}))
    made = {tag.name: tag for tag in new}
    ids = [(tag or made[name]).id for name, tag in by_name.items()]
    return Tagging(tuple(dict.fromkeys(ids)), context.stores.tags.births(new))


def named(tags: Sequence[Tag], ids: Sequence[int]) -> list[Tag]:
    """Return the tags with these ids, in their order; those that are gone are left out."""
    by_id = {tag.id: tag for tag in tags}
    return [by_id[tag_id] for tag_id in ids if tag_id in by_id]
