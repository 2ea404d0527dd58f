"""docs/api.md, from the document that `rpc.discover` answers; tests/make_docs.py brings the examples."""

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

Made by `make docs` from signatures, docstrings and examples: change those. A program asks the API itself, by
`rpc.discover`: the answer has all types as JSON Schema, in the wire format of the request, so that a client can be
generated from it ([one in Python](../tests/clients/with_a_generated_client.py)).

Parameters come by position, in the order of the signature, or by name; those behind `*` by name only. The types are
those of JSON. An integer or a number may be sent as text (`"5"`), a text as a number, `true` and `false` as `1` and
`0`. `null` for a parameter that has a default means that it is not given.

A call that is refused has the failure value as its result, and has changed nothing; the header `X-Refused` says why, as
`title: empty`, and a request with `Prefer: handling=strict` gets the error -32602 instead
([extensions.md](extensions.md#why-a-call-is-refused)). Params of the wrong type, number or
size get the error -32602, whose `data` says what is wrong. A parameter that a procedure does not know is ignored, and
the response has a header that names it, `X-Ignored-Params: column_id`; a request with the header
`Prefer: handling=strict` gets the error -32602 instead, with `Unknown argument: column_id`.

[wire-formats.md](wire-formats.md) says how the two formats write the results. Those that are objects have names; what
they hold stands [at the end](#results). A type stands for both formats, or the one in `native` before that in
`documented`.

Each example is a call that was made, and its answer in the format `documented`. Those of the procedures of Kanboard's
API documents are the examples of these documents, each over data of its own; all others were called one after the other
in one project. `/* 2 more */` stands for what is left out, `<40 hex digits>` for what is another text each time.
[events/](../events) has the same requests as events of API Gateway.
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
"""Areas by section: first those of Kanboard's API documents, then as docs/kanboard/context.md has them."""

RESULTS = """\
## Results

The objects in results, by name. `digits` and `decimal` are strings: a whole number such as `"5"`, and one that may have
a fraction, such as `"1.5"`.
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
    named, native_named = document["components"]["schemas"], native["components"]["schemas"]
    parts.append(RESULTS)
    parts += [_result(name, native_named[name], named[name]) for name in sorted(named)]
    return "\n".join(parts)


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
    """Return what is to be said of one procedure."""
    parts = [f"### {method['name']}", f"`{_signature(method)}`", method["summary"]]
    parts += [method["description"]] if "description" in method else []
    parts += ["\n".join(_table(method["params"]))] if method["params"] else []
    types = _both(native["result"]["schema"], method["result"]["schema"])
    last = [f"- Result: {types}. {method['result'].get('description', '')}"]
    # one that takes nothing has nothing to refuse
    last += [f"- Rejected: {_failure(method, native)}"] if method["params"] else []
    none = f"- Where there is none: `{_json(method['x-failure'])}`, which is an answer and no refusal."
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
    # as JSON: to Python, 0 is the same as false
    if _json(native["x-failure"]) != _json(method["x-failure"]):
        values.append(f"native `{_json(native['x-failure'])}`")
    things: dict[str, list[str]] = {}
    for thing, value in native.get("x-failures", {}).items():
        things.setdefault(_json(value), []).append(thing)
    values += [f"native `{value}` for an unknown {' or '.join(each)}" for value, each in things.items()]
    return ", ".join(values) + "."


def _result(name: str, native: Schema, documented: Schema) -> str:
    """Return what is to be said of a kind of objects."""
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
    return f"{schema.get('type', 'any')}{f' of {_type(inner)}' if inner and inner is not True else ''}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
