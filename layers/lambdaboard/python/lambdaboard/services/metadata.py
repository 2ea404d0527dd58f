"""Metadata: values by name of a task or a project (behaviour.md 4, context.md 13)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lambdaboard.api.rows import MetadataRow
from lambdaboard.errors import InvalidParams, NotFound, Reason, Rejected, Thing
from lambdaboard.services.result_budget import ResultBudget
from lambdaboard.store.parallel import first_page, gather

if TYPE_CHECKING:
    from lambdaboard.api.context import Context
    from lambdaboard.store.metadata import MetadataStore

MAX_NAME, MAX_VALUE, MAX_CALL = 1_000, 350_000, 3_500_000
"""Limits of bytes of UTF-8: of a name, a value, and all of one call (behaviour.md 7.2)."""

MAX_NAMES = 90
"""The limit of names of one call: they are written in one transaction."""


def get_all(context: Context, metadata: MetadataStore, parent_id: int) -> MetadataRow:
    """Return all values of a task or project; NotFound, Forbidden, ResultTooLarge."""
    _, values = gather(partial(metadata.find_parent, parent_id), first_page(metadata.of(parent_id)))
    return MetadataRow(ResultBudget(context.result_limit).each(values, _characters))


def get_one(metadata: MetadataStore, parent_id: int, name: str) -> str:
    """Return one value, "" for null; NotFound, Forbidden."""
    _check_is_short(metadata, parent_id, name)
    return metadata.value(parent_id, name) or ""


def save(context: Context, metadata: MetadataStore, parent_id: int, values: dict[str, object] | list[object]) -> bool:
    """End a call that adds or replaces values.

    Raises:
        Rejected: a name is too long.
        InvalidParams: `values`, if there are too many, or one is too large, or has another JSON type.
        NotFound: there is no such task or project.
    """
    _check_count(values)
    texts = {name: _stored(value) for name, value in _by_name(values).items()}
    if any(map(_is_long, texts)):
        raise Rejected(Reason.TOO_LONG, "values")
    _check_size(texts)
    metadata.find_parent(parent_id)
    return context.commit(True, *metadata.put_actions(parent_id, texts, context.caller.user_id, context.now))


def remove(context: Context, metadata: MetadataStore, parent_id: int, name: str) -> bool:
    """End a call that removes a value; NotFound, Forbidden."""
    _check_is_short(metadata, parent_id, name)
    metadata.find_parent(parent_id)
    return context.commit(True, *metadata.delete_actions(parent_id, name))


def _characters(value: tuple[str, str | None]) -> int:
    """Return the characters of a name and its value in a result."""
    name, text = value
    return len(name) + len(text or "")


def _check_is_short(metadata: MetadataStore, parent_id: int, name: str) -> None:
    """Check that a key can hold a name; NotFound if it is too long for one, or there is no such task or project."""
    if _is_long(name):
        metadata.find_parent(parent_id)
        raise NotFound(Thing.METADATA)


def _is_long(name: str) -> bool:
    return len(name.encode()) > MAX_NAME


def _by_name(values: dict[str, object] | list[object]) -> dict[str, object]:
    return values if isinstance(values, dict) else {str(place): value for place, value in enumerate(values)}


def _stored(value: object) -> str | None:
    """Return a value as a string as in the original, 1.0 as "1" and true as "1" (behaviour.md 4)."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int | float):
        return str(value)
    raise InvalidParams("values", "must hold strings, numbers, booleans or null")


def _check_count(values: dict[str, object] | list[object]) -> None:
    """Check the number of values before their contents: a body of 6 MB can contain three million."""
    if len(values) > MAX_NAMES:
        raise _too_many()


def _check_size(texts: dict[str, str | None]) -> None:
    sizes = [len((text or "").encode()) for text in texts.values()]
    if sum(sizes) > MAX_CALL:
        raise _too_many()
    if max(sizes, default=0) > MAX_VALUE:
        raise InvalidParams("values", f"must hold at most {MAX_VALUE:,} bytes a name")


def _too_many() -> InvalidParams:
    return InvalidParams("values", f"must be at most {MAX_NAMES} names and {MAX_CALL:,} bytes a call")
