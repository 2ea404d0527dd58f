"""The parts of a write: which item changes, under which condition, and what is raised if the condition fails."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import msgspec

from lambdaboard.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lambdaboard.store.keys import Attribute, Key

Item = dict[str, Any]
"""An item, or some of its attributes, in DynamoDB's form: `{"v": {"N": "1"}}`."""

TOKENS_KEPT = 5
"""How many write tokens an item keeps, to recognise a write whose answer was lost (architecture.md, "Writing")."""


def string(value: str) -> Attribute:
    """Return a string in DynamoDB's form."""
    return {"S": value}


def number(value: int) -> Attribute:
    """Return an integer in DynamoDB's form."""
    return {"N": str(value)}


class Version(msgspec.Struct, frozen=True):
    """The version of an item that was read, for optimistic locking.

    Attributes:
        number: from 1; the attribute `v`.
        tokens: the write tokens of the last writers, the newest first, separated by spaces; the attribute `w`.
    """

    number: int
    tokens: str

    @classmethod
    def of(cls, item: Item) -> Version:
        """Take the version from an item."""
        return cls(int(item["v"]["N"]), item["w"]["S"])


class TransactItem(msgspec.Struct, frozen=True):
    """One action of a write.

    Attributes:
        request: a Put, Update or Delete of TransactWriteItems, without the table's name.
        on_condition_failed: the exception to raise if its condition fails.
        token: the write token that the action leaves in its item; "" for none.
    """

    request: dict[str, Any]
    on_condition_failed: Exception = msgspec.field(default_factory=lambda: Conflict("another write came first"))
    token: str = ""

    @property
    def is_repeatable(self) -> bool:
        """Whether sending it twice does no harm: it has no condition, or its own token is in the item if that fails."""
        (request,) = self.request.values()
        return bool(self.token) or "ConditionExpression" not in request


def put(key: Key, item: Mapping[str, Attribute]) -> TransactItem:
    """Write a whole item, whether or not it exists."""
    return TransactItem({"Put": {"Item": {**key.attributes(), **item}}})


def put_new(key: Key, item: Mapping[str, Attribute], on_condition_failed: Exception | None = None) -> TransactItem:
    """Write an item that must not exist; Conflict, or the given exception, if it does."""
    request = {"Put": {"Item": {**key.attributes(), **item}, "ConditionExpression": "attribute_not_exists(pk)"}}
    return TransactItem(request, on_condition_failed or Conflict("already there"))


def put_existing(key: Key, item: Mapping[str, Attribute], on_condition_failed: Exception) -> TransactItem:
    """Write a whole item that must exist."""
    request = {"Put": {"Item": {**key.attributes(), **item}, "ConditionExpression": "attribute_exists(pk)"}}
    return TransactItem(request, on_condition_failed)


def delete(key: Key, on_condition_failed: Exception | None = None) -> TransactItem:
    """Delete an item; with `on_condition_failed`, it must exist."""
    request: dict[str, Any] = {"Key": key.attributes()}
    if on_condition_failed is None:
        return TransactItem({"Delete": request})
    return TransactItem({"Delete": request | {"ConditionExpression": "attribute_exists(pk)"}}, on_condition_failed)


def delete_unchanged(
    key: Key, condition: str, values: Item, on_condition_failed: Exception | None = None
) -> TransactItem:
    """Delete an item if it is still as it was read; Conflict, or the given exception, if it is not."""
    request = {"Key": key.attributes(), "ConditionExpression": condition, "ExpressionAttributeValues": values}
    return TransactItem({"Delete": request}, on_condition_failed or Conflict("another write came first"))


def delete_version(key: Key, version: Version) -> TransactItem:
    """Delete an item if it still has the version that was read; else Conflict."""
    return delete_unchanged(key, "v = :read", {":read": number(version.number)})


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


def setting_too(action: TransactItem, name: str, value: Attribute) -> TransactItem:
    """Return an update that also sets one more attribute; its expression must begin with SET."""
    update = action.request["Update"]
    expression = f"SET {name} = :{name}, " + update["UpdateExpression"].removeprefix("SET ")
    values = update["ExpressionAttributeValues"] | {f":{name}": value}
    changed = update | {"UpdateExpression": expression, "ExpressionAttributeValues": values}
    return msgspec.structs.replace(action, request={"Update": changed})


def update_version(key: Key, version: Version, attributes: Mapping[str, Attribute | None]) -> TransactItem:
    """Change attributes of an item if it still has the version that was read; None removes one; else Conflict."""
    token = secrets.token_hex(4)
    tokens = " ".join([token, *version.tokens.split(" ")][:TOKENS_KEPT])
    present = {name: value for name, value in attributes.items() if value is not None}
    present |= {"v": number(version.number + 1), "w": string(tokens)}
    request = {
        "Key": key.attributes(),
        "UpdateExpression": _set_and_remove(present, attributes.keys() - present.keys()),
        "ConditionExpression": "v = :read",
        "ExpressionAttributeValues": {
            ":read": number(version.number),
            **{f":{name}": value for name, value in present.items()},
        },
    }
    return TransactItem({"Update": request}, token=token)


def _set_and_remove(present: Iterable[str], absent: Iterable[str]) -> str:
    removed = ", ".join(sorted(absent))
    return "SET " + ", ".join(f"{name} = :{name}" for name in present) + (f" REMOVE {removed}" if removed else "")


def joined(actions: Iterable[TransactItem]) -> list[TransactItem]:
    """Return actions in which updates of the same item are joined: a transaction allows one action per item.

    Their expressions must change different attributes, each by SET and REMOVE or by ADD.
    """
    by_key: dict[str, TransactItem] = {}
    for place, action in enumerate(actions):
        key = repr(action.request["Update"]["Key"]) if "Update" in action.request else str(place)
        by_key[key] = _join(by_key[key], action) if key in by_key else action
    return [*by_key.values()]


def _join(one: TransactItem, other: TransactItem) -> TransactItem:
    first, second = one.request["Update"], other.request["Update"]
    request = {
        "Key": first["Key"],
        "UpdateExpression": f"{first['UpdateExpression']} {second['UpdateExpression']}",
        "ConditionExpression": f"{first['ConditionExpression']} AND {second['ConditionExpression']}",
        "ExpressionAttributeValues": first["ExpressionAttributeValues"] | second["ExpressionAttributeValues"],
    }
    return TransactItem({"Update": request}, one.on_condition_failed, one.token or other.token)


def new_item(attributes: Mapping[str, Attribute]) -> dict[str, Attribute]:
    """Return the attributes of a new versioned item."""
    return {**attributes, "v": number(1), "w": string(secrets.token_hex(4))}
