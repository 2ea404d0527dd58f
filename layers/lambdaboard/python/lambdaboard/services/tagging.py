"""Names of tags, as tasks carry them, to and from the ids that are stored (behaviour.md 3.7)."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from lambdaboard.store.tags import NEW_AT_ONCE, Tag, distinct_names, tag_named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lambdaboard.api.context import Context
    from lambdaboard.store.actions import TransactItem


class Tagging(NamedTuple):
    """The tags of a task, in order, and what writes those that are new, in the same write as the task."""

    ids: tuple[int, ...]
    actions: list[TransactItem]

    def behind_kept(self, before: Sequence[int]) -> Tagging:
        """Return the same tags in the order of assignment: those that the task had before stay in front."""
        kept = [tag_id for tag_id in before if tag_id in self.ids]
        return self._replace(ids=tuple(dict.fromkeys([*kept, *self.ids])))


def tagging(
    context: Context,
    project_id: int,
    names: Sequence[str],
    usable: Sequence[Tag],
    colors: Mapping[str, str | None] | None = None,
) -> Tagging:
    """Find or make the tags that a list of names means (0 round trips; 1 where there are new ones).

    Args:
        context: the call.
        project_id: where new tags are made.
        names: as the client gave them.
        usable: the global tags, then the project's, as they were read.
        colors: of new tags, by name; none, if None.
    """
    by_name = {name: tag_named(usable, name) for name in distinct_names(names)}
    missing = [name for name, tag in by_name.items() if tag is None]
    new = _new_tags(context, project_id, missing, colors or {})
    made = {tag.name: tag for tag in new}
    ids = [(tag or made[name]).id for name, tag in by_name.items()]
    groups = [context.stores.tags.put_actions(tag) for tag in new]
    if len(groups) > NEW_AT_ONCE:
        context.prepare(groups[NEW_AT_ONCE:])
    return Tagging(tuple(dict.fromkeys(ids)), [*chain.from_iterable(groups[:NEW_AT_ONCE])])


def _new_tags(context: Context, project_id: int, names: Sequence[str], colors: Mapping[str, str | None]) -> list[Tag]:
    if not names:
        return []
    first = context.stores.tags.next_id(len(names))
    return [
        Tag(id=tag_id, name=name, project_id=project_id, color_id=colors.get(name), is_guarded=True)
        for tag_id, name in enumerate(names, start=first)
    ]


def tags_by_id(tags: Sequence[Tag], ids: Sequence[int]) -> list[Tag]:
    """Return the tags with these ids, in their order; those that are gone are left out."""
    by_id = {tag.id: tag for tag in tags}
    return [by_id[tag_id] for tag_id in ids if tag_id in by_id]
