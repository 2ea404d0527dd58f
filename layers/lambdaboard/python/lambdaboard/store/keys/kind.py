"""Kinds of items: how their keys are built and read, and which other items they need."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeAlias, TypedDict, TypeVarTuple, cast

import msgspec

from lambdaboard.domain import sortable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

Ids = TypeVarTuple("Ids")

FIELD = re.compile(r"{(\w+)(:\d*d|:short)?}")
"""An id in a pattern: `{task_id:d}` and `{task_id:012d}` are integers, `{name}` is a string.

`{task_id:short}` is an integer, too, in the form of `domain.sortable`; only sort keys may have it.
"""

READ: dict[str, Callable[[str], Any]] = {"": str, ":short": sortable.decode}
"""The function that reads an id from a key, by the format behind its name; else `int`."""


class Attribute(TypedDict, total=False):
    """A value in DynamoDB's form: a string, or a number written as a string."""

    S: str
    N: str
    NULL: bool


class Key(NamedTuple):
    """A primary key of the table; only a `Kind` builds one."""

    pk: str
    sk: str

    def attributes(self) -> dict[str, Attribute]:
        """Return the key in DynamoDB's form."""
        return {"pk": {"S": self.pk}, "sk": {"S": self.sk}}


class NamedIds(Protocol):
    """Integer ids by name, such as `task_id`."""

    def __getitem__(self, name: str, /) -> int:
        """Return the id of a name."""


class Kind(Generic[*Ids]):
    """A kind of item. Calling it builds a key: `task(7, 12)`. `Ids` are the types of the ids, those in `pk` first.

    Attributes:
        name: for reports and docs/architecture.md.
        pk: the pattern of the partition key: a constant such as `LINKS`, or a prefix and ids, as `P#{project_id:d}`.
        sk: the pattern of the sort key.
        pk_prefix: the part of `pk` before the first id; all of `pk` if it has none.
        sk_prefix: the same of `sk`, for a query for all items of this kind in a partition.
        holds: the attributes beside the key, in Markdown.
        parents: returns the keys of an item's parents, from its ids (`ItemIds`).
        deleted_with: returns the key of the item that `cascade` deletes together with one of this kind, from the ids
            of its key; None if there is no such item.
    """

    def __init__(
        self,
        name: str,
        pk: str,
        sk: str,
        *,
        holds: str,
        parents: Callable[[NamedIds], Iterable[Key]] = lambda _: (),
        deleted_with: Callable[[*Ids], Key] | None = None,
    ) -> None:
        self.name, self.pk, self.sk, self.holds = name, pk, sk, holds
        self.pk_prefix, self.sk_prefix = pk.partition("{")[0], sk.partition("{")[0]
        self.parents = parents
        self.deleted_with = deleted_with
        self.fields = {field: int if spec else str for field, spec in FIELD.findall(pk + sk)}
        self._format_pk, self._format_sk = self._numbered(pk).format, self._numbered(sk).format
        self._read = [READ.get(spec, int) for _, spec in FIELD.findall(pk + sk)]
        self._is_short = ":short}" in sk

    def __call__(self, *ids: *Ids) -> Key:
        """Build the key of an item."""
        # a list of tasks builds thousands: `Key()` would take 1.5 times as long
        short = map(sortable.encode, cast("tuple[int, ...]", ids)) if self._is_short else ids
        return tuple.__new__(Key, (self._format_pk(*ids), self._format_sk(*short)))

    def partition(self, *ids: *Ids) -> str:
        """Build the partition key alone."""
        return self._format_pk(*ids)

    def matches(self, key: Key) -> bool:
        """Return whether a key is of this kind."""
        return self._texts(key) is not None

    def parse(self, key: Key) -> tuple[*Ids]:
        """Return the ids that a key of this kind was built from.

        Raises:
            ValueError: the key is of another kind.
        """
        texts = self._texts(key)
        if texts is None:
            raise ValueError(f"not the key of a {self.name}")
        ids: Any = tuple(read(text) for read, text in zip(self._read, texts, strict=True))
        return cast("tuple[*Ids]", ids)

    @cached_property
    def _regexes(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        # not compiled at import, which would make cold starts some milliseconds longer: few calls parse a key
        return _regex(self.pk), _regex(self.sk)

    def _texts(self, key: Key) -> tuple[str, ...] | None:
        pk_regex, sk_regex = self._regexes
        sk = sk_regex.fullmatch(key.sk)
        pk = sk and pk_regex.fullmatch(key.pk)
        return pk.groups() + sk.groups() if pk and sk else None

    def overlaps(self, other: AnyKind) -> bool:
        """Return whether a key may be of both kinds, judged by their constants and prefixes."""
        return _overlap(self.pk, other.pk) and _overlap(self.sk, other.sk)

    def _numbered(self, pattern: str) -> str:
        """Return a pattern with numbers for names: `T#{task_id:012d}` -> `T#{1:012d}`."""
        names = [*self.fields]
        return FIELD.sub(lambda field: f"{{{names.index(field[1])}{(field[2] or '').replace(':short', '')}}}", pattern)


def _regex(pattern: str) -> re.Pattern[str]:
    """Return the regex of the keys of a pattern, which has only ids, letters, `#` and `@`."""
    values = {None: "(.*)", ":short": "([1-9][0-9a-z]+)"}
    return re.compile(FIELD.sub(lambda field: values.get(field[2], "([0-9]+)"), pattern), re.DOTALL)


def _overlap(one: str, other: str) -> bool:
    """Return whether a string may match both patterns for some ids."""
    (prefix, has_ids, _), (other_prefix, other_has_ids, _) = one.partition("{"), other.partition("{")
    if prefix == other_prefix:
        return True
    return bool(has_ids and other_prefix.startswith(prefix)) or bool(other_has_ids and prefix.startswith(other_prefix))


def needs(*kinds: AnyKind) -> Callable[[NamedIds], list[Key]]:
    """Return a function that finds the parents of an item: one of each kind, with ids of the same names."""
    return lambda ids: [kind(*(ids[field] for field in kind.fields)) for kind in kinds]


AnyKind: TypeAlias = Kind[*tuple[Any, ...]]

UNKNOWN: Kind[()] = Kind("unknown item", "", "", holds="")
"""The kind of items that this release does not know, since a newer one wrote them; they have no parents."""


class ItemIds:
    """The ids that an item has: in its key, else in an attribute, else in its `doc`, which is decoded only then."""

    def __init__(self, kind: AnyKind, key: Key, item: Mapping[str, Any]) -> None:
        self._kind = kind
        self._key = key
        self._item = item

    @cached_property
    def _of_key(self) -> dict[str, Any]:
        return dict(zip(self._kind.fields, self._kind.parse(self._key), strict=True))

    def __getitem__(self, name: str, /) -> int:
        """Return the id of a name; KeyError if the item has none."""
        if name in self._of_key:
            return int(self._of_key[name])
        if name in self._item:
            return int(self._item[name]["N"])
        return int(msgspec.json.decode(self._item["doc"]["S"])[name])


class Registry:
    """All kinds of items; a key is of at most one of them.

    Raises:
        ValueError: a key may be of two kinds, or a partition key begins with an id.
    """

    def __init__(self, kinds: Iterable[AnyKind]) -> None:
        self._by_prefix: defaultdict[str, list[AnyKind]] = defaultdict(list)
        for kind in kinds:
            if kind.pk_prefix != kind.pk and not kind.pk_prefix.endswith("#"):
                raise ValueError(f"{kind.name}: {kind.pk} needs a prefix that ends in #")
            # kinds without a common prefix up to the first # have no common key
            same_prefix = self._by_prefix[_first_prefix(kind.pk)]
            for other in same_prefix:
                if kind.overlaps(other):
                    raise ValueError(f"a key may be of two kinds: {other.name}, {kind.name}")
            same_prefix.append(kind)

    def __iter__(self) -> Iterator[AnyKind]:
        """Yield all kinds, grouped by the prefix of their partition keys."""
        for kinds in self._by_prefix.values():
            yield from kinds

    def kind_of(self, key: Key) -> AnyKind:
        """Return the kind of a key; UNKNOWN if it is none of these."""
        candidates = self._by_prefix.get(_first_prefix(key.pk), [])
        return next((kind for kind in candidates if kind.matches(key)), UNKNOWN)

    def deleted_with(self, key: Key) -> Key | None:
        """Return the key of the item that is deleted together with one; None if there is no such item."""
        kind = self.kind_of(key)
        return kind.deleted_with(*kind.parse(key)) if kind.deleted_with else None


def _first_prefix(pk: str) -> str:
    """Return the part before the first `#` of a partition key or its pattern."""
    return pk.partition("#")[0]
