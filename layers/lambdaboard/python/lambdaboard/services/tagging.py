"""Names of the tags of tasks, to and from the stored ids (behaviour.md 3.7)."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from lambdaboard.domain.casefold import casefold
from lambdaboard.errors import InvalidParams
from lambdaboard.store.tags import NEW_AT_ONCE, Tag, by_folded_name, distinct_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lambdaboard.api.context import Context
    from lambdaboard.store.actions import TransactItem


MAX_NAMES, MAX_NAME, MAX_TAGS = 100, 191, 1_000
"""Limits: names of one call; characters of a name; tags of a project, and of all projects together (context.md 5).

They apply to new tags of clients. A project that has more tags, or longer names, keeps them.
"""


class Tagging(NamedTuple):
    """The tags of a task, in order, and the actions that write the new ones together with the task."""

    ids: tuple[int, ...]
    actions: list[TransactItem]

    def behind_kept(self, before: Sequence[int]) -> Tagging:
        """Return the same tags in the order of assignment: first those that the task had before."""
        kept = [tag_id for tag_id in before if tag_id in self.ids]
        return self._replace(ids=tuple(dict.fromkeys([*kept, *self.ids])))


def tagging(context: Context, project_id: int, names: Sequence[str], usable: Iterable[Tag]) -> Tagging:
    """Find or make the tags in a list of names (0 round trips; 1 if there are new ones).

    Args:
        context: the call.
        project_id: where new tags are made.
        names: as the client sent them in the parameter `tags`.
        usable: the global tags, then the project's.

    Raises:
        InvalidParams: beyond `MAX_NAMES`, `MAX_NAME` or `MAX_TAGS`; nothing is written.
    """
    if len(names) > MAX_NAMES:
        raise InvalidParams("tags", f"must be at most {MAX_NAMES} names")
    known = [*usable]
    found = _found(names, known)
    for name in _missing(found):
        check_name(name, "tags")
    check_number(project_id, known, len(_missing(found)), "tags")
    return _made(context, project_id, found, {})


def carried(context: Context, project_id: int, tags: Sequence[Tag], usable: Sequence[Tag]) -> Tagging:
    """Find or make, with their colours, the tags of a task that moves or is copied to another project; see `tagging`.

    Raises:
        InvalidParams: the project of the parameter `project_id` would have more than `MAX_TAGS`.
    """
    colors = {tag.name: tag.color_id for tag in tags}
    found = _found(colors, usable)
    check_number(project_id, usable, len(_missing(found)), "project_id")
    return _made(context, project_id, found, colors)


def _found(names: Iterable[str], usable: Sequence[Tag]) -> dict[str, Tag | None]:
    """Return the tags by names, in their order; None for new ones."""
    there = by_folded_name(usable)
    return {name: there.get(casefold(name)) for name in distinct_names(names)}


def _missing(found: Mapping[str, Tag | None]) -> list[str]:
    return [name for name, tag in found.items() if tag is None]


def _made(
    context: Context, project_id: int, found: Mapping[str, Tag | None], colors: Mapping[str, str | None]
) -> Tagging:
    """Make the missing tags, with colours by name."""
    new = _new_tags(context, project_id, _missing(found), colors)
    made = {tag.name: tag for tag in new}
    ids = [(tag or made[name]).id for name, tag in found.items()]
    groups = [*map(context.stores.tags.put_actions, new)]
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


def tags_by_id(tags: Iterable[Tag], ids: Sequence[int]) -> list[Tag]:
    """Return the tags with these ids, in their order; removed ones are skipped."""
    by_id = {tag.id: tag for tag in tags}
    return [by_id[tag_id] for tag_id in ids if tag_id in by_id]


def check_name(name: str, parameter: str) -> None:
    """Check a name from a client; InvalidParams."""
    if len(name) > MAX_NAME:
        raise InvalidParams(parameter, f"must be at most {MAX_NAME} characters a name")


def check_number(project_id: int, tags: Iterable[Tag], new: int, parameter: str) -> None:
    """Check the number of tags that a project would have with new ones; InvalidParams.

    Args:
        project_id: the project; 0 for the global tags.
        tags: the present ones, of other projects too; they are read only up to the limit.
        new: the number of new ones.
        parameter: the one to name.
    """
    own = (tag for tag in tags if tag.project_id == project_id)
    if new and new + len([*islice(own, MAX_TAGS)]) > MAX_TAGS:
        raise InvalidParams(parameter, f"would exceed {MAX_TAGS:,} tags in the project")
