"""What belongs to tasks, as a search asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from lambdaboard.domain.search import Belongings
    from lambdaboard.domain.search.conditions import Fact
    from lambdaboard.procedures.context import Context
    from lambdaboard.store.tasks import Listed


def belongings_of(_context: Context, _listed: Sequence[Listed], _asked: Collection[Fact]) -> Mapping[int, Belongings]:
    """Read comments, subtasks and links of tasks; there are none yet.

    Args:
        _context: the call.
        _listed: the tasks, at most `reader.AT_ONCE`; those whose counters say that they have none need not be asked.
        _asked: "comments", "subtasks" and "links", as far as they are asked for; the others need not be read.

    Returns:
        By task; one that has nothing of all that may be left out. A removed user's subtasks are nobody's.
    """
    return {}
