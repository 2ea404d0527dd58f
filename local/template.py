"""template.yaml, read for the local server and the tests, so that they run what is deployed."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped]

from local.settings import ROOT, SettingsError

Node = dict[str, Any]


@cache
def template() -> Node:
    """Return the parsed template; short forms such as `!Ref X` become `{"Ref": "X"}`. Callers must not change it."""
    parsed: Node = yaml_parse((ROOT / "template.yaml").read_text())
    return parsed


def properties(resource: str) -> Node:
    """Return the properties of one resource, with intrinsic functions."""
    found: Node = template()["Resources"][resource]["Properties"]
    return found


def routes() -> list[tuple[str, str]]:
    """List the routes of the HTTP API: each a method and a path."""
    routes = (each for each in template()["Resources"].values() if each["Type"] == "AWS::ApiGatewayV2::Route")
    keys = (each["Properties"]["RouteKey"].partition(" ") for each in routes)
    return [(method, path) for method, _, path in keys]


def environment(given: Mapping[str, str], stands_for: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that the template gives every function.

    Args:
        given: settings of the caller, by variable; they override the defaults of the template's parameters.
        stands_for: physical names by logical id, e.g. `{"Table": "lambdaboard"}`.

    Raises:
        SettingsError: a given setting is not one that the template would accept.
    """
    variables: Node = template()["Globals"]["Function"]["Environment"]["Variables"]
    stands_for = {"AWS::StackName": "lambdaboard", **stands_for}
    return {name: _value(name, value, given, stands_for) for name, value in variables.items()}


def _holds(condition: Any) -> bool:
    """Return whether a condition holds if all parameters have their defaults."""
    if isinstance(condition, str):
        return _holds(template()["Conditions"][condition])
    ((function, operands),) = condition.items()
    if function == "Condition":
        return _holds(operands)
    if function == "Fn::Equals":
        first, second = map(_operand, operands)
        return bool(first == second)
    combined: dict[str, Callable[[Iterable[bool]], bool]] = {
        "Fn::And": all,
        "Fn::Or": any,
        "Fn::Not": lambda values: not all(values),
    }
    return combined[function](_holds(each) for each in operands)


def _operand(operand: Any) -> Any:
    """Return an operand of a comparison: a string, or the default of a parameter."""
    return str(template()["Parameters"][operand["Ref"]]["Default"]) if "Ref" in operand else operand


def _value(name: str, value: Any, given: Mapping[str, str], stands_for: Mapping[str, str]) -> str:
    while isinstance(value, dict) and "Fn::If" in value:
        condition, *branches = value["Fn::If"]
        value = branches[0 if _holds(condition) else 1]
    referred = value.get("Ref") if isinstance(value, dict) else None
    if referred is None:
        return given.get(name, str(value))
    if referred in stands_for:
        return stands_for[referred]
    parameter: Node = template()["Parameters"][referred]
    text = given.get(name, str(parameter["Default"]))
    problem = fault(parameter, text)
    if problem:
        raise SettingsError(f"{name} {problem}, not {text!r}")
    return text


def fault(parameter: Node, text: str) -> str:
    """Return why CloudFormation would reject a parameter's value, or "" for a valid one."""
    allowed = list(map(str, parameter.get("AllowedValues", [text])))
    if text not in allowed:
        return str(parameter.get("ConstraintDescription", "must be one of " + ", ".join(allowed)))
    if not re.search(parameter.get("AllowedPattern", ""), text):
        return str(parameter.get("ConstraintDescription", "is malformed"))
    if len(text) > parameter.get("MaxLength", len(text)):
        return f"must have {parameter['MaxLength']} characters at most"
    return _number_fault(parameter, text) if parameter["Type"] == "Number" else ""


def _number_fault(parameter: Node, text: str) -> str:
    if not (text.isascii() and text.isdigit()):
        return "must be a number"
    if not parameter["MinValue"] <= int(text) <= parameter["MaxValue"]:
        return f"must be from {parameter['MinValue']} to {parameter['MaxValue']}"
    return ""
