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
"""How much two names must have in common, of 1: for moveColumnUp, which is no more, nobody shall call removeColumn."""


class Procedure(msgspec.Struct, frozen=True, dict=True):
    """A function under the name that clients call it by.

    Attributes:
        name: in the letter case of the documents.
        function: takes the context first, then the API's parameters; keyword-only ones can be given by name only.
        access: who may call it, in the words of the registry.
        failure: the result of a rejected call.
        hides_forbidden: what the caller may not see is answered as what is not there, with `failure`.
        looks_for: what the call asks for by a name; if there is none, `failure` is the answer, and no refusal.
    """

    name: str
    function: Callable[..., Any]
    access: str
    failure: Json = False
    hides_forbidden: bool = False
    looks_for: Thing | None = None

    # Lazily: a cold start pays for the procedure that is called, not for all of them.
    @cached_property
    def signature(self) -> Signature:
        """The parameters, as the function's own signature declares them."""
        return Signature.of(self.function)


class Registry:
    """Procedures by name; letter case does not matter.

    Args:
        levels: of access that a procedure may declare.
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
        """Register a function, which stays the ordinary function that it is.

        Args:
            name: as the documents write it, in ASCII.
            access: who may call it; one of the registry's levels.
            failure: what a rejected call returns.
            hides_forbidden: see `Procedure`.
            looks_for: see `Procedure`.

        Raises:
            ValueError: no such level; from the decorator, where the name is taken.
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
        """Return the procedure that a client means; None if there is none."""
        # lower() turns the Kelvin sign into a k: beyond ASCII no name is another one's spelling
        return self._procedures.get(name.lower()) if name.isascii() else None

    def nearest(self, name: str) -> str | None:
        """Return the name of the procedure that a client may have meant, letter case ignored; None if none is near.

        Only a short name is compared: the time that it takes grows with its length.
        """
        if len(name) > LONGEST_NAME:
            return None
        # imported here: a start need not wait for what a misspelt name needs
        from difflib import get_close_matches  # noqa: PLC0415

        near = get_close_matches(name.lower(), self._procedures, n=1, cutoff=NEAR)
        return self._procedures[near[0]].name if near else None
