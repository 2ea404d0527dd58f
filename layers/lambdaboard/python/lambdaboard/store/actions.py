"""The parts of a write: attributes, conditions and what is raised where a condition fails."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import msgspec

from lambdaboard.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambdaboard.store.keys import Attribute, Key

Item = dict[str, Any]
"""An item, or some of its attributes, as DynamoDB takes and gives it: `{"v": {"N": "1"}}`."""

MARKS_KEPT = 5
"""How many writers an item remembers, for the one whose answer was lost (design.md, "A lost answer")."""


def string(value: str) -> Attribute:
    """Return a text as DynamoDB takes it."""
    return {"S": value}


def number(value: int) -> Attribute:
    """Return an integer as DynamoDB takes it."""
    return {"N": str(value)}


class Version(msgspec.Struct, frozen=True):
    """What a conditional write needs to know of the item that was read: its version, and the last writers' marks."""

    version: int
    marks: str

    @classmethod
    def of(cls, item: Item) -> Version:
        """Take version and marks from an item."""
        return cls(int(item["v"]["N"]), item["w"]["S"])


class TransactItem(msgspec.Struct, frozen=True):
    """One part of a transaction, and what is raised where its condition fails."""

    request: dict[str, Any]
    on_condition_failed: Exception = msgspec.field(default_factory=lambda: Conflict("another write came first"))


def put(key: Key, item: Mapping[str, Attribute]) -> TransactItem:
    """Write an item whole, whether or not it is there."""
    return TransactItem({"Put": {"Item": {**key.attributes(), **item}}})


def put_new(key: Key, item: Mapping[str, Attribute], on_condition_failed: Exception | None = None) -> TransactItem:
    """Write an item that must not be there."""
    request = {"Put": {"Item": {**key.attributes(), **item}, "ConditionExpression": "attribute_not_exists(pk)"}}
    return TransactItem(request, on_condition_failed or Conflict("already there"))


def put_existing(key: Key, item: Mapping[str, Attribute], on_condition_failed: Exception) -> TransactItem:
    """Write an item whole that must be there."""
    request = {"Put": {"Item": {**key.attributes(), **item}, "ConditionExpression": "attribute_exists(pk)"}}
    return TransactItem(request, on_condition_failed)


def delete(key: Key, on_condition_failed: Exception | None = None) -> TransactItem:
    """Delete an item; with `on_condition_failed`, one that must be there."""
    request: dict[str, Any] = {"Key": key.attributes()}
    if on_condition_failed is None:
        return TransactItem({"Delete": request})
    return TransactItem({"Delete": request | {"ConditionExpression": "attribute_exists(pk)"}}, on_condition_failed)


def delete_unchanged(key: Key, condition: str, values: Item) -> TransactItem:
    """Delete an item if it is still as it was read."""
    request = {"Key": key.attributes(), "ConditionExpression": condition, "ExpressionAttributeValues": values}
    return TransactItem({"Delete": request})


def replacement(key: Key, read: Version, attributes: Mapping[str, Attribute | None]) -> TransactItem:
    """Change attributes of an item if it still has the version that was read; None removes one."""
    return TransactItem({"Update": replacement_request(key, read, attributes, secrets.token_hex(4))})


def update(key: Key, expression: str, values: Item, condition: str, on_condition_failed: Exception) -> TransactItem:
    """Change an item by an expression, under a condition."""
    return TransactItem(
        {
            "Update": {
                "Key": key.attributes(),
                "UpdateExpression": expression,
                "ConditionExpression": condition,
                "ExpressionAttributeValues": values,
            }
        },
        on_condition_failed,
    )


def new_item(attributes: Mapping[str, Attribute]) -> dict[str, Attribute]:
    """Return the attributes of a new versioned item."""
    return {**attributes, "v": number(1), "w": string(secrets.token_hex(4))}


def replacement_request(
    key: Key, read: Version, attributes: Mapping[str, Attribute | None], mark: str
) -> dict[str, Any]:
    """Return the update that sets attributes over the version that was read and puts the mark in front."""
    marks = " ".join([mark, *read.marks.split(" ")][:MARKS_KEPT])
    kept = {name: value for name, value in attributes.items() if value is not None}
    kept |= {"v": number(read.version + 1), "w": string(marks)}
    gone = [name for name, value in attributes.items() if value is None]
    expression = "SET " + ", ".join(f"{name} = :{name}" for name in kept)
    return {
        "Key": key.attributes(),
        "UpdateExpression": expression + (" REMOVE " + ", ".join(gone) if gone else ""),
        "ConditionExpression": "v = :read",
        "ExpressionAttributeValues": {f":{name}": value for name, value in kept.items()}
        | {":read": number(read.version)},
    }
