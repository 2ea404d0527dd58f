"""docs/api.md, from the result of `rpc.discover`, with examples by tests/make_docs.py."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambdaboard.procedures.discovery import described
from lambdaboard.wire import DOCUMENTED, NATIVE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FILE = Path(__file__).resolve().parent.parent / "docs" / "api.md"

INTRO = """\
# The procedures

`make docs` generates this page from signatures, docstrings and examples, so change those. A program gets the same
content with a call of `rpc.discover`. Its answer has all types as JSON Schema, in the wire format of the request, so a
client can be generated from it ([one in Python](../tests/clients/with_a_generated_client.py)).

**Parameters** are sent by position, in the order of the signature, or by name. Those after `*` are sent only by name.
The types are those of JSON. Some conversions are accepted: a string for a number (`"5"`), a number for a string, and
`1` and `0` for `true` and `false`. If a parameter has a default, `null` means the default.

**Refusals.** A refused call returns the failure value, and has changed nothing. The header `X-Refused` has the reason,
such as `title: empty`. With the header `Prefer: handling=strict` in the request, the call gets the error -32602 instead
([extensions.md](extensions.md#why-a-call-is-refused)).

**Wrong parameters.** A parameter of a wrong type or size, or a wrong number of parameters, gets the error -32602, with
the reason in `data`. An unknown parameter is ignored, and the response has a header with its name,
`X-Ignored-Params: column_id`. With `Prefer: handling=strict` it gets the error -32602, `Unknown argument: column_id`.

**Results.** [wire-formats.md](wire-formats.md) describes the two formats of results. Results that are objects have
names; their properties are listed [at the end](#results). If the formats differ, the type in `native` comes before the
type in `documented`.

**Examples.** Each example is a real call with its answer in the format `documented`. For the procedures in Kanboard's
API documents, these are the examples of the API documents, each with its own data. All other calls were made one after
the other in one project. `/* 2 more */` replaces items that are not shown, and `<40 hex digits>` replaces a string that
differs each time. [events/](../events) has the same requests as API Gateway events.
"""

SECTIONS = {
    "Tasks": ("tasks", "lists", "moves", "search"),
    "Task metadata": ("metadata",),
    "Task files": ("files",),
    "Projects": ("projects",),
    "Columns, swimlanes, categories": ("columns", "swimlanes", "categories"),
    "Tags": ("tags",),
    "Users and me": ("users", "tokens", "me"),
    "Groups": ("groups",),
    "Roles in a project": ("members",),
    "Comments": ("comments",),
    "Subtasks and time tracking": ("subtasks",),
    "Links": ("links", "external-links"),
    "Board and activity": ("board", "activity"),
    "Project metadata and files": ("project-metadata", "project-files"),
    "Automatic actions": ("actions",),
    "Application": ("application", "discovery"),
}
"""Areas by section: first those of Kanboard's API documents, then in the order of docs/kanboard/context.md."""

RESULTS = """\
## Results

These are the objects in results, by name. The types `digits` and `decimal` are strings: `digits` is an integer such as
`"5"`, and `decimal` is a number that can have a fraction, such as `"1.5"`.
"""

Schema = dict[str, Any]

Method = dict[str, Any]


def content(examples: Mapping[str, str]) -> str:
    """Return the text of docs/api.md.

    Args:
        examples: a text for each procedure.
    """
    document, native = DOCUMENTED.sent(described()), NATIVE.sent(described())
    in_native = {method["name"]: method for method in native["methods"]}
    by_section = _by_section(document["methods"])
    parts = [INTRO, _index(by_section)]
    for section, methods in by_section.items():
        areas = dict.fromkeys(map(_area, methods))
        about = [document["components"]["tags"][area]["description"].strip() for area in areas]
        parts.append("\n".join([f"## {section}\n", *about, ""]))
        parts += [
            _section(each, in_native[each["name"]], document["x-access-levels"], examples[each["name"]])
            for each in methods
        ]
    return "\n".join([*parts, *_results(document["components"]["schemas"], native["components"]["schemas"])])


def _results(named: Mapping[str, Schema], in_native: Mapping[str, Schema]) -> list[str]:
    return [RESULTS, *(_result(name, in_native[name], named[name]) for name in sorted(named))]


def _by_section(methods: list[Method]) -> dict[str, list[Method]]:
    by_area: dict[str, list[Method]] = {}
    for method in methods:
        by_area.setdefault(_area(method), []).append(method)
    return {section: [each for area in areas for each in by_area.get(area, ())] for section, areas in SECTIONS.items()}


def _area(method: Method) -> str:
    return str(method["tags"][0]["name"])


def _index(by_section: dict[str, list[Method]]) -> str:
    rows = ["| Area | Procedures |", "|---|---|"]
    for section, methods in by_section.items():
        links = ", ".join(f"[{each['name']}](#{each['name'].lower().replace('.', '')})" for each in methods)
        rows.append(f"| [{section}](#{section.lower().replace(',', '').replace(' ', '-')}) | {links} |")
    return "\n".join(rows) + "\n"


def _section(method: Method, native: Method, who: dict[str, str], example: str) -> str:
    """Return the section of a procedure."""
    parts = [f"### {method['name']}", f"`{_signature(method)}`", method["summary"]]
    parts += [method["description"]] if "description" in method else []
    parts += ["\n".join(_table(method["params"]))] if method["params"] else []
    types = _both(native["result"]["schema"], method["result"]["schema"])
    last = [f"- Result: {types}. {method['result'].get('description', '')}"]
    # without parameters it cannot be refused
    last += [f"- Refused: {_failure(method, native)}"] if method["params"] else []
    none = f"- If nothing is found: `{_json(method['x-failure'])}`, which is an answer and not a refusal."
    last += [none] if "x-looks-for" in method else []
    last += [f"- Who may call it: {who[method['x-access']]} (`{method['x-access']}`)."]
    return "\n\n".join([*parts, "\n".join(last), example]) + "\n"


def _signature(method: Method) -> str:
    shown = [each["name"] + _default(each) for each in method["params"]]
    by_name = next((place for place, each in enumerate(method["params"]) if "x-by-name" in each), len(shown))
    if by_name < len(shown):
        shown.insert(by_name, "*")
    return f"{method['name']}({', '.join(shown)})"


def _default(parameter: dict[str, Any]) -> str:
    return "" if parameter["required"] else f"={_json(parameter['schema']['default'])}"


def _table(parameters: list[dict[str, Any]]) -> Iterator[str]:
    yield "| Parameter | Type | Default | Meaning |"
    yield "|---|---|---|---|"
    for each in parameters:
        default = "required" if each["required"] else f"`{_json(each['schema']['default'])}`"
        meaning = each.get("description", "").replace("|", "&#124;")
        yield f"| `{each['name']}` | {_type(each['schema'])} | {default} | {meaning} |"


def _failure(method: Method, native: Method) -> str:
    values = [f"`{_json(method['x-failure'])}`"]
    # as JSON: in Python, 0 equals False
    if _json(native["x-failure"]) != _json(method["x-failure"]):
        values.append(f"native `{_json(native['x-failure'])}`")
    things: dict[str, list[str]] = {}
    for thing, value in native.get("x-failures", {}).items():
        things.setdefault(_json(value), []).append(thing)
    values += [f"native `{value}` for an unknown {' or '.join(each)}" for value, each in things.items()]
    return ", ".join(values) + "."


def _result(name: str, native: Schema, documented: Schema) -> str:
    """Return the section of a kind of objects."""
    parts = [f"### {name}", native["description"]]
    properties = documented.get("properties", {})
    if properties:
        rows = ["| Property | Native | Documented | Meaning |", "|---|---|---|---|"]
        for each, schema in native["properties"].items():
            optional = "" if each in native["required"] else " (may be left out)"
            meaning = schema["description"].replace("|", "&#124;")
            rows.append(f"| `{each}`{optional} | {_type(schema)} | {_type(properties[each])} | {meaning} |")
        parts.append("\n".join(rows))
    return "\n\n".join(parts) + "\n"


def _both(native: Schema, documented: Schema) -> str:
    in_native, in_documented = _type(native), _type(documented)
    return in_native if in_native == in_documented else f"native {in_native}, documented {in_documented}"


def _type(schema: Schema) -> str:
    """Return a type in words: `array of string`, `string or null`, a link to a named one."""
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "pattern" in schema:
        return "digits" if "." not in schema["pattern"] else "decimal"
    if "const" in schema:
        return f"`{_json(schema['const'])}`"
    inner = schema.get("items") or schema.get("additionalProperties")
    kind: str = schema.get("type", "any")
    return f"{kind} of {_type(inner)}" if isinstance(inner, dict) and inner else kind


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
