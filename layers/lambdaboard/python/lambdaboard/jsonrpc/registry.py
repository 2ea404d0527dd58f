"""The procedures that a client can call."""

from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from typing import Any, TypeVar

import msgspec

from lambdaboard.errors import Thing
from lambdaboard.jsonrpc.binding import Signature
from lambdaboard.jsonrpc.envelope import Json
from lambdaboard.jsonrpc.ignored import LONGEST_NAME

F = TypeVar("F", bound=Callable[..., Any])

NEAR = 0.85
"""The least similarity of two names, of 1: removeColumn must not be suggested for moveColumnUp, an old name."""


class Procedure(msgspec.Struct, frozen=True, dict=True):
    """A function under the name for clients.

    Attributes:
        name: in the letter case of the documents.
        function: takes the context first, then the API's parameters; keyword-only ones can be given by name only.
        access: its access level, one of the registry's.
        failure: the result of a rejected call.
        hides_forbidden: a thing that the caller may not see is answered as a missing one, with `failure`.
        looks_for: the thing that the call searches by a name; if there is none, `failure` is an answer, not a refusal.
    """

    name: str
    function: Callable[..., Any]
    access: str
    failure: Json = False
    hides_forbidden: bool = False
    looks_for: Thing | None = None

    # Lazily: a cold start makes only the signature of the procedure that is called.
    @cached_property
    def signature(self) -> Signature:
        """The parameters, as the function's own signature declares them."""
        return Signature.of(self.function)


class Registry:
    """Procedures by name, case-insensitively.

    Args:
        levels: the access levels that a procedure may declare.
    """

    def __init__(self, levels: Collection[str]) -> None:
        self._levels = levels
        self._procedures: dict[str, Procedure] = {}

    def __iter__(self) -> Iterator[Procedure]:
        return iter(self._procedures.values())

    def procedure(
        self,
        name: str,
        access: str,
        *,
        failure: Json = False,
        hides_forbidden: bool = False,
        looks_for: Thing | None = None,
    ) -> Callable[[F], F]:
        """Register a function, and return it unchanged.

        Args:
            name: as the documents write it, in ASCII.
            access: its access level, one of the registry's.
            failure: the result of a rejected call.
            hides_forbidden: see `Procedure`.
            looks_for: see `Procedure`.

        Raises:
            ValueError: there is no such level; from the decorator, if the name is taken.
        """
        if access not in self._levels:
            raise ValueError(f"procedure {name} declares no known level of access: {access!r}")

        def register(function: F) -> F:
            if self.find(name):
                raise ValueError(f"procedure {name} is registered twice")
            self._procedures[name.lower()] = Procedure(name, function, access, failure, hides_forbidden, looks_for)
            return function

        return register

    def find(self, name: str) -> Procedure | None:
        """Return the procedure of a name from a client; None if there is none."""
        # lower() converts the Kelvin sign to k, but a non-ASCII name is never the same as another one
        return self._procedures.get(name.lower()) if name.isascii() else None

    def nearest(self, name: str) -> str | None:
        """Return the name of the most similar procedure, case-insensitively; None if none is similar enough.

        Only names with the same first letter are compared: removeTask must not be suggested for moveTask. A long name
        is compared with none, since the time grows with the length.
        """
        if len(name) > LONGEST_NAME:
            return None
        lower = name.lower()
        names = [each for each in self._procedures if each[0] == lower[:1]]
        # imported here, so that only a misspelt name waits for it
        from difflib import get_close_matches  # noqa: PLC0415

        near = get_close_matches(lower, names, n=1, cutoff=NEAR)
        return self._procedures[near[0]].name if near else None
