"""The invariants of groups, over the whole table; `broken` and `parents` are parts of `invariants`."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambdaboard.store.actions import Item

    Items = Mapping[tuple[str, str], Item]

OF_ALL = "GROUPS"
"""The partition of all groups."""


def _doc(item: Item) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(item["doc"]["S"])
    return found


def _name_key(name: str) -> tuple[str, str]:
    return f"GRN#{sha256(name.encode()).hexdigest()}", "@"


def broken(items: Items) -> Iterator[str]:
    """Yield differences between two items about a group that exists."""
    groups = {int(sk[2:]): _doc(item) for (pk, sk), item in items.items() if pk == OF_ALL and sk.startswith("G#")}
    for group_id, group in groups.items():
        if items.get(_name_key(group["name"]), {}).get("group_id") != {"N": str(group_id)}:
            yield f"group {group_id}: not known by its name"
    for (pk, sk), item in items.items():
        if pk.startswith("GRN#") and int(item["group_id"]["N"]) in groups:
            if _name_key(groups[int(item["group_id"]["N"])]["name"])[0] != pk:
                yield f"{pk}: its group has another name"
        elif sk == "@" and pk.startswith("U#"):
            named = dict.fromkeys(_doc(item).get("groups", ()), "")
            yield from _listed(items, groups, pk, named, "M")
        elif sk == "@" and pk.startswith("P#"):
            named = {int(group_id): role for group_id, role in _doc(item).get("groups", {}).items()}
            yield from _listed(items, groups, pk, named, "P")


def _listed(items: Items, groups: Mapping[int, Any], pk: str, named: Mapping[int, str], sign: str) -> Iterator[str]:
    """Compare the groups that a user or a project names with those that list it."""
    number = int(pk[2:])
    for group_id in groups:
        listed = items.get((OF_ALL, f"{sign}#{group_id:012d}#{number:012d}"))
        role = None if listed is None else listed.get("role", {"S": ""})["S"]
        if role != named.get(group_id):
            yield f"{pk}: group {group_id} lists it as {role!r}, it says {named.get(group_id)!r}"


def parents(pk: str, sk: str, item: Item) -> Iterator[tuple[str, str]]:
    """Yield the parents of an item of a group."""
    if pk.startswith("GRN#"):
        yield OF_ALL, f"G#{int(item['group_id']['N']):012d}"
    elif pk == OF_ALL and not sk.startswith("G#"):
        sign, group_id, other_id = sk.split("#")
        yield OF_ALL, f"G#{group_id}"
        yield ("U#" if sign == "M" else "P#") + str(int(other_id)), "@"


def dangling(items: Items) -> Iterator[str]:
    """Yield the users and projects that name a removed group."""
    for (pk, sk), item in items.items():
        named = _doc(item).get("groups", ()) if sk == "@" and pk.startswith(("U#", "P#")) else ()
        for group_id in named:
            if (OF_ALL, f"G#{int(group_id):012d}") not in items:
                yield f"{pk}: names group {group_id}, which is gone"
