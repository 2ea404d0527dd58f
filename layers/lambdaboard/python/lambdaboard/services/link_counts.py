"""The number of links, and whether a task is a milestone, in rows of tasks (search.md 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lambdaboard.store.parallel import gather_map

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdaboard.api.context import Context
    from lambdaboard.domain.link import LinkTypes
    from lambdaboard.store.tasks import ListedTask


def with_link_counts(context: Context, types: LinkTypes, listed: Sequence[ListedTask]) -> Sequence[ListedTask]:
    """Return tasks with counters without the links of removed types (0 round trips if there are none).

    The stored counters include them until `sweep` has removed them. Until then, the links of the tasks are read (1
    round trip, 16 tasks at a time); also if another type has the label of a milestone.
    """
    if types.are_counted:
        return listed
    return gather_map(lambda each: _counted(context, types, each) if each.counts.nb_links else each, listed)


def _counted(context: Context, types: LinkTypes, each: ListedTask) -> ListedTask:
    there = [link for link in context.stores.links.of(each.task.id) if not types.is_removed(link.link_id)]
    milestones = sum(link.link_id == types.milestone_id for link in there)
    counts = each.counts._replace(nb_links=len(there), nb_milestones=milestones)
    return msgspec.structs.replace(each, counts=counts)
