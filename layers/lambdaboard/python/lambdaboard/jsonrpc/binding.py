"""From params to the arguments of a function, whose signature is the schema."""

import inspect
from collections.abc import Callable, Container, Iterable, Mapping
from functools import cached_property
from types import NoneType, SimpleNamespace
from typing import Annotated, Any, Self, get_args, get_origin, get_type_hints

import msgspec
from pydantic_core import SchemaValidator, ValidationError

from lambdaboard.errors import InvalidParams
from lambdaboard.jsonrpc.envelope import Json
from lambdaboard.jsonrpc.errors import WrongArguments
from lambdaboard.jsonrpc.parameters import RequiredUnless
from lambdaboard.jsonrpc.validation import validator


class Parameter(msgspec.Struct, frozen=True):
    """One parameter of a procedure.

    Attributes:
        annotation: the type, with its rules.
        default: of an optional one.
        is_positional: False for an extension, which can be given by name only.
        required_unless: names of which one must be given if this one is not; empty if it is optional.
        drops_null: a null means "not given", so that the default of the function applies.
    """

    name: str
    annotation: Any
    default: Json
    is_required: bool
    is_positional: bool
    required_unless: frozenset[str]
    drops_null: bool

    def is_given(self, params: Mapping[str, Json]) -> bool:
        """Return whether the params have it."""
        return self.name in params and not (self.drops_null and params[self.name] is None)


class Signature(msgspec.Struct, frozen=True, dict=True):
    """The parameters of a procedure, in the order of the function and so of positional params.

    Attributes:
        required: those that a call must have, except for calls with another one instead (`Parameter.required_unless`).
    """

    parameters: tuple[Parameter, ...]
    required: tuple[str, ...]
    positional: tuple[str, ...]
    names: frozenset[str]

    @classmethod
    def of(cls, function: Callable[..., Any]) -> Self:
        """Read the signature of a function; its first parameter is the context, not one of the client."""
        _, *declared = inspect.signature(function).parameters.values()
        types = _types(function, {each.name: each.annotation for each in declared})
        parameters = tuple(_parameter(each, types[each.name]) for each in declared)
        required = [each for each in parameters if each.is_required or each.required_unless]
        positional = [each for each in parameters if each.is_positional]
        return cls(parameters, _names(required), _names(positional), frozenset(_names(parameters)))

    # Lazily: the document of all procedures needs their signatures, but validates nothing.
    @cached_property
    def validator(self) -> SchemaValidator:
        """The validator of all arguments of a call together."""
        return validator({each.name: each.annotation for each in self.parameters})

    def unknown(self, params: list[Json] | dict[str, Json]) -> list[str]:
        """Return the unknown names, as they were sent; params by position have none."""
        return [name for name in params if name not in self.names] if isinstance(params, dict) else []

    def bind(self, params: list[Json] | dict[str, Json]) -> dict[str, Any]:
        """Turn params into keyword arguments; see `named` and `validated`, which raise in that order."""
        return self.validated(self.named(params))

    def named(self, params: list[Json] | dict[str, Json]) -> dict[str, Json]:
        """Return the given values by the names of parameters.

        The order is Kanboard's, since clients know its messages: first the count, then the names. Unknown names are
        ignored (`unknown` returns them).

        Raises:
            WrongArguments: too few, too many, or a required one is missing.
        """
        self._check_count(params)
        # zip may end early: optional ones may be missing
        given = params if isinstance(params, dict) else dict(zip(self.positional, params, strict=False))
        self._check_names(given)
        return {each.name: given[each.name] for each in self.parameters if each.is_given(given)}

    def validated(self, given: dict[str, Json]) -> dict[str, Any]:
        """Turn values by name into arguments.

        Raises:
            InvalidParams: one has the wrong type; the first of them, in the order of the parameters.
        """
        try:
            arguments: dict[str, Any] = self.validator.validate_python(given)
        except ValidationError as error:
            problem, *_ = error.errors(include_url=False, include_context=False, include_input=False)
            raise InvalidParams(str(problem["loc"][0]), problem["msg"]) from None
        return arguments

    def _required_by(self, params: list[Json] | dict[str, Json]) -> list[str]:
        """Return the names that a call with these params must have."""
        named = params.keys() if isinstance(params, dict) else set()
        spared = _names(each for each in self.parameters if each.required_unless & named)
        return [name for name in self.required if name not in spared]

    def _check_count(self, params: list[Json] | dict[str, Json]) -> None:
        given = params if isinstance(params, dict) else self.positional[: len(params)]
        required = self._required_by(params)
        if len(params) < len(required):
            raise WrongArguments(f"Wrong number of arguments: {_first_missing(required, given)} is missing")
        # those by name only are extensions: they do not raise the limit for unknown names
        extensions = self.names.difference(self.positional).intersection(given)
        if len(params) - len(extensions) > len(self.positional):
            raise WrongArguments(f"Too many arguments: at most {len(self.positional)}")

    def _check_names(self, given: dict[str, Json]) -> None:
        for name in self._required_by(given):
            if name not in given:
                raise WrongArguments(f"Missing argument: {name}")


def _first_missing(required: Iterable[str], given: Container[str]) -> str:
    return next(name for name in required if name not in given)


def result_type(function: Callable[..., Any]) -> Any:
    """Return the annotation of a function's result; Any if it has none."""
    declared = inspect.signature(function).return_annotation
    return Any if declared is inspect.Signature.empty else _types(function, {"return": declared})["return"]


def _types(function: Callable[..., Any], declared: dict[str, Any]) -> dict[str, Any]:
    """Resolve these annotations only: the context's type may be imported for type checking alone."""
    annotated = SimpleNamespace(__annotations__=declared)
    return get_type_hints(annotated, inspect.unwrap(function).__globals__, include_extras=True)


def _parameter(declared: inspect.Parameter, annotation: Any) -> Parameter:
    is_required = declared.default is inspect.Parameter.empty
    return Parameter(
        name=declared.name,
        annotation=annotation,
        default=None if is_required else declared.default,
        is_required=is_required,
        is_positional=declared.kind is not inspect.Parameter.KEYWORD_ONLY,
        required_unless=_required_unless(annotation),
        drops_null=not is_required and not _admits_null(annotation),
    )


def _names(parameters: Iterable[Parameter]) -> tuple[str, ...]:
    return tuple(each.name for each in parameters)


def _required_unless(annotation: Any) -> frozenset[str]:
    rules = (rule.names for rule in get_args(annotation) if isinstance(rule, RequiredUnless))
    return frozenset().union(*rules)


def _admits_null(annotation: Any) -> bool:
    union = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    return NoneType in get_args(union)
