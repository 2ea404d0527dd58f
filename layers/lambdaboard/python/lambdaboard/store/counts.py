"""The numbers and generations of a task's child entities."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

from lambdaboard.errors import Conflict
from lambdaboard.store.actions import TransactItem, number, update

if TYPE_CHECKING:
    from lambdaboard.store.actions import Item
    from lambdaboard.store.keys import Attribute, Key


class Counts(NamedTuple):
    """Attributes of a task's item beside its doc; a missing one is 0. A project has those of files.

    Attributes:
        nb_files: of the current generation; it and those up to `nb_milestones` are changed by ADD, without a
            condition on the task's version.
        nb_milestones: the number of links that make the task a milestone.
        nb_subtasks: changed with the task's version, like all that follow but `file_generation`.
        nb_timers: timers that run on subtasks.
        file_generation: files of a lower one are removed; it grows when all are removed at once.
        subtask_generation: subtasks written in a lower one are done; it grows when the task is closed.
    """

    nb_files: int = 0
    nb_comments: int = 0
    nb_links: int = 0
    nb_external_links: int = 0
    nb_milestones: int = 0
    nb_subtasks: int = 0
    nb_completed_subtasks: int = 0
    nb_timers: int = 0
    file_generation: int = 0
    subtask_generation: int = 0

    @classmethod
    def of(cls, item: Item) -> Self:
        """Read them from a task's item."""
        return cls(**{name: int(value["N"]) for name, value in item.items() if name in cls._fields})

    def attributes(self) -> dict[str, Attribute]:
        """Return the attributes of a new task."""
        return {name: number(value) for name, value in self._asdict().items() if value}

    def changed(self, wanted: Counts) -> dict[str, Attribute]:
        """Return the attributes that make these counts the wanted ones."""
        before = self._asdict()
        return {name: number(value) for name, value in wanted._asdict().items() if value != before[name]}

    def unchanged(self) -> tuple[str, dict[str, Attribute]]:
        """Return the condition that none has changed since it was read, and its values."""
        parts = [f"{name} = :{name}" if value else _is_none(name) for name, value in self._asdict().items()]
        return " AND ".join(parts), {f":{name}": number(value) for name, value in self._asdict().items()}


NO_COUNTS = Counts()

ATTRIBUTES = ", ".join(Counts._fields)
"""For a projection expression."""


def add_to_counters(task: Key, **counts: int) -> TransactItem:
    """Return the action that adds to a task's counters; Conflict if the task was moved or removed."""
    expression = ", ".join(f"{name} :{name}" for name in counts)
    values = {f":{name}": number(by) for name, by in counts.items()}
    return update(task, f"ADD {expression}", values, "attribute_exists(pk)", Conflict("task moved"))


def _is_none(name: str) -> str:
    return f"(attribute_not_exists({name}) OR {name} = :{name})"
