"""rpc.discover: the API describes itself."""

from __future__ import annotations

import json
import keyword
from typing import TYPE_CHECKING, Any

import openrpc
import pytest
from pydantic import ConfigDict, TypeAdapter, ValidationError

from lambdaboard.api.access import WHO
from lambdaboard.api.rows import Row
from lambdaboard.jsonrpc.schemas import name_of, parameter_schema
from lambdaboard.jsonrpc.validation import validator
from lambdaboard.procedures import registry
from lambdaboard.procedures.discovery import described
from lambdaboard.wire import NATIVE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Client


@pytest.fixture
def document(call: Client) -> dict[str, Any]:
    return dict(call("rpc.discover"))


@pytest.fixture
def methods(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {method["name"]: method for method in document["methods"]}


def test_the_document_is_openrpc_and_has_every_procedure_once(document: dict[str, Any]) -> None:
    parsed = openrpc.OpenRPC.model_validate(document)
    assert sorted(method.name for method in parsed.methods) == sorted(each.name for each in registry)
    assert parsed.openrpc == "1.3.2"


def test_the_model_of_openrpc_reads_parameters_results_and_defaults_as_they_are_meant(document: dict[str, Any]) -> None:
    parsed = {method.name: method for method in openrpc.OpenRPC.model_validate(document).methods}
    create = parsed["createTask"]
    assert [each.name for each in create.params][:3] == ["title", "project_id", "color_id"]
    assert [each.required for each in create.params] == [True, True] + [False] * 20
    assert isinstance(create.result.schema_, openrpc.Schema)
    assert create.result.schema_.any_of == [openrpc.Schema(type="integer"), openrpc.Schema(type="boolean", const=False)]
    assert parsed["getAllTasks"].param_structure is openrpc.ParamStructure.EITHER


def test_the_server_is_the_absolute_url_to_which_the_request_was_sent(call: Client) -> None:
    for client in (call, call.documented):
        (server,) = client("rpc.discover")["servers"]
        assert server["url"] == f"https://api.example.com/{client.wire}/jsonrpc.php"


RESERVED = frozenset(
    """break case catch class const continue debugger default delete do else enum export extends false finally for
    function if implements import in instanceof interface let new null package private protected public return static
    super switch this throw true try typeof var void while with yield""".split()  # noqa: SIM905 - as it reads best
)
"""Words that TypeScript does not accept as names of parameters, and most other languages neither."""


def test_no_parameter_has_a_name_that_a_generated_client_cannot_use(methods: dict[str, Any]) -> None:
    named = {(name, param["name"]) for name, method in methods.items() for param in method["params"]}
    assert [each for each in named if each[1] in RESERVED or keyword.iskeyword(each[1])] == []


def test_the_version_is_the_one_that_the_application_names(call: Client, document: dict[str, Any]) -> None:
    assert document["info"]["version"] == call("getVersion")


def test_a_parameter_has_its_type_its_default_and_its_meaning(methods: dict[str, Any]) -> None:
    params = {param["name"]: param for param in methods["getAllTasks"]["params"]}
    assert params["status_id"]["schema"] == {"type": "integer", "default": 1}
    assert params["status_id"]["description"].startswith("1 for the open ones")
    assert [name for name, param in params.items() if param.get("x-by-name")] == ["limit", "after_id"]
    tags = {param["name"]: param["schema"] for param in methods["createTask"]["params"]}["tags"]
    assert tags == {"type": "array", "items": {"type": "string"}, "default": []}


SENT_INSTEAD = {"integer": ("7", 7), "number": ("7.5", 7.5), "string": (7, "7"), "boolean": ("1", True)}
"""By type: what `info.description` allows to be sent, and what the function gets."""


def test_what_may_be_sent_instead_of_a_type_may_be_sent_for_every_parameter_of_that_type() -> None:
    seen: set[str] = set()
    for procedure in registry:
        for parameter in procedure.signature.parameters:
            schema = parameter_schema(parameter.annotation)
            kind = schema.get("anyOf", [schema])[0]["type"]
            if kind in SENT_INSTEAD and parameter.name not in {"blob", "sha256"}:  # of a content, never a number
                seen.add(kind)
                sent, got = SENT_INSTEAD[kind]
                assert procedure.signature.validated({parameter.name: sent}) == {parameter.name: got}, procedure.name
    assert seen == SENT_INSTEAD.keys()


VALUES: list[Any] = [None, True, 0, 7, -1, 1.5, 10**30, "", "7", "1.5", "x", [], ["a", 1], [None], {}, {"a": 1}]


def outcome(validate: Callable[[Any], Any], value: Any) -> Any:
    """Return the argument that a value becomes and its type, or what is wrong with it."""
    try:
        got = validate(value)
    except ValidationError as error:
        return [each["msg"] for each in error.errors()]
    return got, type(got)


def differing(annotation: Any) -> list[Any]:
    """Return the values that the application and pydantic's own adapter make something else of."""
    ours, adapter = validator({"it": annotation}), TypeAdapter(annotation, config=ConfigDict(strict=True))

    def by_ours(value: Any) -> Any:
        return ours.validate_python({"it": value})["it"]

    return [value for value in VALUES if outcome(by_ours, value) != outcome(adapter.validate_python, value)]


def test_pydantics_own_adapter_makes_the_same_of_every_parameter() -> None:
    annotations = {each.annotation for procedure in registry for each in procedure.signature.parameters}
    assert {annotation: differing(annotation) for annotation in annotations} == {each: [] for each in annotations}


def test_optional_parameters_come_after_the_required_ones_as_openrpc_demands(methods: dict[str, Any]) -> None:
    for name, method in methods.items():
        required = [param["required"] for param in method["params"]]
        assert required == sorted(required, reverse=True), name


def test_a_procedure_says_who_may_call_it_in_words_that_are_explained(
    document: dict[str, Any], methods: dict[str, Any]
) -> None:
    assert {each.name: each.access for each in registry} == {
        name: method["x-access"] for name, method in methods.items()
    }
    assert document["x-access-levels"] == WHO


def test_each_format_tells_its_own_failure_values(call: Client, methods: dict[str, Any]) -> None:
    documented = {method["name"]: method for method in call.documented("rpc.discover")["methods"]}
    assert {each.name: each.failure for each in registry} == {
        name: method["x-failure"] for name, method in documented.items()
    }
    assert not any("x-failures" in method for method in documented.values())
    for (name, reason), value in NATIVE.failures.items():
        told = methods[name]["x-failures"][reason] if reason else methods[name]["x-failure"]
        assert json.dumps(told) == json.dumps(value), (name, reason)


def test_each_format_tells_the_types_of_its_own_results(call: Client, document: dict[str, Any]) -> None:
    task = document["components"]["schemas"]["Task"]["properties"]
    assert task["score"] == {"type": "integer", "description": "its complexity."}
    written = call.documented("rpc.discover")["components"]["schemas"]["Task"]["properties"]
    assert written["score"] == {"type": "string", "pattern": "^-?[0-9]+$", "description": "its complexity."}


def test_a_result_may_be_what_a_rejected_call_has_in_the_format(call: Client, methods: dict[str, Any]) -> None:
    documented = {method["name"]: method for method in call.documented("rpc.discover")["methods"]}
    task, file = ({"$ref": f"#/components/schemas/{name}"} for name in ("Task", "TaskFile"))
    false, null = {"type": "boolean", "const": False}, {"type": "null"}
    for name, native_schema, documented_schema in (
        ("getTask", {"anyOf": [task, null]}, {"anyOf": [task, null]}),
        ("getTaskFile", {"anyOf": [file, null]}, {"anyOf": [file, false]}),
        ("closeTask", {"type": "boolean"}, {"type": "boolean"}),
        ("getVersion", {"type": "string"}, {"type": "string"}),
    ):
        assert methods[name]["result"]["schema"] == native_schema, name
        assert documented[name]["result"]["schema"] == documented_schema, name


def test_but_for_these_the_formats_agree_and_numbers_stay_numbers(call: Client, methods: dict[str, Any]) -> None:
    own = {"x-failure", "x-failures", "result"}
    for method in call.documented("rpc.discover")["methods"]:
        native = methods[method["name"]]
        assert {k: v for k, v in method.items() if k not in own} == {k: v for k, v in native.items() if k not in own}
        assert method["result"].get("description") == native["result"].get("description")
    assert methods["getAllTasks"]["params"][1]["schema"]["default"] == 1


def test_every_class_of_rows_has_one_schema_of_its_name(document: dict[str, Any]) -> None:
    classes = [Row]
    for each in classes:  # which grows
        classes += each.__subclasses__()
    names = [name_of(each) for each in classes if not each.__name__.endswith("Properties") and each is not Row]
    assert sorted(names) == sorted(document["components"]["schemas"])


def test_a_kind_of_objects_says_what_it_is_and_what_each_of_its_properties_means(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        for each, told in schema.get("properties", {}).items():
            assert told["description"].endswith("."), f"{name}.{each}"
        assert schema["description"].endswith("."), name


def test_it_is_asked_with_credentials_like_any_other(call: Client) -> None:
    body = json.dumps({"jsonrpc": "2.0", "method": "rpc.discover", "id": 1}).encode()
    assert call.post(body)["statusCode"] == 200
    assert call.post(body, authorization="Basic bm9ib2R5Om5vdGhpbmc=")["statusCode"] == 401


def test_it_is_made_once_a_container(call: Client, document: dict[str, Any]) -> None:
    made = described.cache_info().misses
    for client in (call, call.documented):
        assert client("rpc.discover")["info"] == document["info"]
    assert described.cache_info().misses == made == 1


def test_an_answer_is_small_enough_to_be_asked_for_often(call: Client) -> None:
    for client in (call, call.documented):
        assert len(client.response("rpc.discover")["body"]) < 200_000
