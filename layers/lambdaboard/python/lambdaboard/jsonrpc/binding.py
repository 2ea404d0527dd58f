"""From params to the arguments of a function, whose signature is the schema."""

import inspect
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Self, get_args, get_type_hints

import msgspec

from lambdaboard.errors import InvalidParams
from lambdaboard.jsonrpc.envelope import Json
from lambdaboard.jsonrpc.errors import WrongArguments
from lambdaboard.jsonrpc.parameters import Mismatch, Read, RequiredUnless, reader


class Parameter(msgspec.Struct, frozen=True):
    """One parameter of a procedure.

    Attributes:
        is_positional: False for an extension, which can be given by name only.
        required_unless: names one of which must be given where this one is not; none where it may always be left out.
        drops_null: a null means "not given", so that the default of the function applies.
        annotation: the type, with its rules.
        default: of one that is not required.
        reads: returns the argument or raises Mismatch.
    """

    name: str
    annotation: Any
    default: Json
    is_required: bool
    is_positional: bool
    required_unless: frozenset[str]
    drops_null: bool
    reads: Read

    def read(self, value: Json) -> Any:
        """Turn what was sent into the argument.

        Raises:
            InvalidParams: with the problem in the words of the parameter's type.
        """
        try:
            return self.reads(value)
        except Mismatch as mismatch:
            raise InvalidParams(self.name, str(mismatch)) from None


class Signature(msgspec.Struct, frozen=True):
    """The parameters of a procedure, in the order of the function and so of positional params.

    Attributes:
        required: those that a call must give, but for calls that may do without (`Parameter.required_unless`).
    """

    parameters: tuple[Parameter, ...]
    required: tuple[str, ...]
    positional: tuple[str, ...]
    names: frozenset[str]

    @classmethod
    def of(cls, function: Callable[..., Any]) -> Self:
        """Read the signature of a function; its first parameter is the context and not the client's."""
        _, *declared = inspect.signature(function).parameters.values()
        types = _types(function, {each.name: each.annotation for each in declared})
        parameters = tuple(_parameter(each, types[each.name]) for each in declared)
        return cls(
            parameters,
            required=tuple(each.name for each in parameters if each.is_required or each.required_unless),
            positional=tuple(each.name for each in parameters if each.is_positional),
            names=frozenset(each.name for each in parameters),
        )

    def unknown(self, params: list[Json] | dict[str, Json]) -> list[str]:
        """Return the names that the function does not know, as they were sent; params by position have none."""
        return [name for name in params if name not in self.names] if isinstance(params, dict) else []

    def bind(self, params: list[Json] | dict[str, Json]) -> dict[str, Any]:
        """Turn params into keyword arguments; names that the function does not know are ignored (`unknown` tells them).

        The order is Kanboard's, its clients know these messages: first the count, then the names, then the types.

        Raises:
            WrongArguments: too few, too many, or a required one is missing.
            InvalidParams: one has the wrong type.
        """
        self._check_count(params)
        # zip may end early: the optional ones need not be given
        given = params if isinstance(params, dict) else dict(zip(self.positional, params, strict=False))
        self._check_names(given)
        return {
            each.name: each.read(given[each.name])
            for each in self.parameters
            if each.name in given and not (each.drops_null and given[each.name] is None)
        }

    def _required_by(self, params: list[Json] | dict[str, Json]) -> list[str]:
        """Return the names that a call with these params must give."""
        named = params.keys() if isinstance(params, dict) else set()
        spared = {each.name for each in self.parameters if each.required_unless & named}
        return [name for name in self.required if name not in spared]

    def _check_count(self, params: list[Json] | dict[str, Json]) -> None:
        if len(params) < len(self._required_by(params)):
            raise WrongArguments("Wrong number of arguments")
        # those that go by name only are extensions: they make no room for names that nobody knows
        extensions = self.names.difference(self.positional).intersection(params) if isinstance(params, dict) else ()
        if len(params) - len(extensions) > len(self.positional):
            raise WrongArguments("Too many arguments")

    def _check_names(self, given: dict[str, Json]) -> None:
        for name in self._required_by(given):
            if name not in given:
                raise WrongArguments(f"Missing argument: {name}")


def result_type(function: Callable[..., Any]) -> Any:
    """Return the annotation of a function's result; Any where it has none."""
    declared = inspect.signature(function).return_annotation
    return Any if declared is inspect.Signature.empty else _types(function, {"return": declared})["return"]


def _types(function: Callable[..., Any], declared: dict[str, Any]) -> dict[str, Any]:
    """Resolve these annotations only: the context's type may be imported for type checking alone."""
    annotated = SimpleNamespace(__annotations__=declared)
    return get_type_hints(annotated, inspect.unwrap(function).__globals__, include_extras=True)


def _parameter(declared: inspect.Parameter, annotation: Any) -> Parameter:
    reads = reader(annotation)
    is_required = declared.default is inspect.Parameter.empty
    return Parameter(
        name=declared.name,
        annotation=annotation,
        default=None if is_required else declared.default,
        is_required=is_required,
        is_positional=declared.kind is not inspect.Parameter.KEYWORD_ONLY,
        required_unless=_required_unless(annotation),
        drops_null=not is_required and not _admits_null(reads),
        reads=reads,
    )


def _required_unless(annotation: Any) -> frozenset[str]:
    rules = (rule.names for rule in get_args(annotation) if isinstance(rule, RequiredUnless))
    return frozenset().union(*rules)


def _admits_null(reads: Read) -> bool:
    try:
        reads(None)
    except Mismatch:
        return False
    return True
