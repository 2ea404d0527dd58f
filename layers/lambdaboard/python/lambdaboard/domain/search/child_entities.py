"""Attributes about the child entities of a task: comments, subtasks and links (search.md 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdaboard.domain.search.conditions import Asker, ChildEntities, Condition, Fact, digits, never
from lambdaboard.domain.search.text import begins, contains, equals

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DONE = 2
"""The status of a done subtask."""


def search(value: str) -> Condition:
    """Read a value of `search:`, which searches titles, descriptions, comments and ids."""
    fits, wanted = contains(value), digits(value.removeprefix("#"))
    return Condition(
        lambda task, _: task.id == wanted or fits(task.title) or fits(task.description),
        by=_some_comment(fits),
        asks=frozenset({"comments"}),
    )


def comment(value: str) -> Condition:
    """Read a value of `comment:`; an empty one matches any comment."""
    fits = contains(value)
    return Condition(never, by=_some_comment(fits), asks=frozenset({"comments"}))


def _some_comment(fits: Callable[[str], bool]) -> Callable[[ChildEntities, Asker], bool]:
    return lambda children, asker: any(asker.check_time() and fits(comment) for comment in children.comments)


def link(value: str) -> Condition:
    """Read a value of `link:`, a label as seen from the task."""
    fits = equals(value)
    return Condition(never, by=lambda children, _: any(map(fits, children.links)), asks=frozenset({"links"}))


def subtask_assignee(value: str) -> Condition:
    """Read a value of `subtask:assignee:`, which searches subtasks that are not done."""
    does = _performer(value)
    is_name = value not in _PERFORMERS and digits(value) is None
    asks: frozenset[Fact] = frozenset({"subtasks", "performers"} if is_name else {"subtasks"})

    def by(children: ChildEntities, asker: Asker) -> bool:
        return any(does(each.user_id, asker) for each in children.subtasks if each.status != _DONE)

    return Condition(never, by=by, asks=asks)


_PERFORMERS: Mapping[str, Callable[[int, Asker], bool]] = {
    "me": lambda user_id, asker: user_id == asker.user_id,
    "nobody": lambda user_id, _: user_id == 0,
    "anybody": lambda user_id, _: user_id != 0,
    "": lambda user_id, _: user_id != 0,
}


def _performer(value: str) -> Callable[[int, Asker], bool]:
    if value in _PERFORMERS:
        return _PERFORMERS[value]
    wanted = digits(value)
    if wanted is not None:
        return lambda user_id, _: user_id == wanted
    starts, fits = begins(value), contains(value)

    def is_called(user_id: int, asker: Asker) -> bool:
        username, name = asker.people.get(user_id, ("", ""))
        return user_id in asker.people and (starts(username) or fits(name))

    return is_called


CHILD_ENTITY_FILTERS: Mapping[str, Callable[[str], Condition]] = {
    "search": search,
    "comment": comment,
    "link": link,
    "subtask:assignee": subtask_assignee,
}
"""Attribute -> condition of a value."""
