"""The outputs of a stack are the values that its user needs next."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

import pytest
from tests.deployed.account import DIRECT, REGION
from tests.deployed.stack import Stack, post

if TYPE_CHECKING:
    from collections.abc import Callable

PATHS = {
    "Url": "/jsonrpc.php",
    "NativeUrl": "/native/jsonrpc.php",
    "DocumentedUrl": "/documented/jsonrpc.php",
}


def test_the_outputs_are_these(stack: Stack) -> None:
    assert set(stack.outputs) == {*PATHS, "TokenSecret", "ReadToken", "FirstCall", "Table", "Bucket"}


@pytest.mark.parametrize("output", PATHS)
def test_an_address_is_that_of_the_api_and_answers(stack: Stack, output: str) -> None:
    (api,) = stack.resources("AWS::ApiGatewayV2::Api").values()
    assert stack.outputs[output] == f"https://{api}.execute-api.{REGION}.amazonaws.com{PATHS[output]}"
    project_id = stack.call("createProject", name="Of the outputs")
    body = {"jsonrpc": "2.0", "id": 1, "method": "getProjectById", "params": [project_id]}
    with DIRECT.open(post(stack.url + PATHS[output], json.dumps(body), stack.token)) as answer:
        found = json.load(answer)["result"]["id"]
    assert found == (project_id if output == "NativeUrl" else str(project_id))


def test_the_command_reads_the_token_that_opens_the_api(stack: Stack) -> None:
    aws, service, operation, *options = shlex.split(stack.outputs["ReadToken"])
    given = dict(zip(options[::2], options[1::2], strict=True))
    assert (aws, service, operation) == ("aws", "secretsmanager", "get-secret-value")
    assert (given.pop("--query"), given.pop("--output"), given.pop("--region")) == ("SecretString", "text", REGION)
    assert given == {"--secret-id": stack.outputs["TokenSecret"]}
    found = stack.account.client(service).get_secret_value(SecretId=given["--secret-id"])["SecretString"]
    assert found == stack.token
    assert len(found) == 40
    assert found.isalnum()
    assert stack.call("getVersion")


def test_the_first_call_is_one_for_a_shell(stack: Stack) -> None:
    curl, *words = shlex.split(stack.outputs["FirstCall"])
    assert curl == "curl"
    assert words[:4] == ["-u", "jsonrpc:$TOKEN", "-H", "Content-Type: application/json"]
    assert (words[4], json.loads(words[5])["method"], words[6:]) == ("-d", "getVersion", [stack.outputs["Url"]])
    address = stack.url + PATHS["Url"]
    with DIRECT.open(post(address, words[5], stack.token)) as answer:
        assert "result" in json.load(answer)


def test_table_and_bucket_are_those_of_the_stack(stack: Stack) -> None:
    found: dict[str, Callable[[str], object]] = {
        "Table": lambda name: stack.account.client("dynamodb").describe_table(TableName=name),
        "Bucket": lambda name: stack.account.client("s3").head_bucket(Bucket=name),
    }
    for output, look in found.items():
        assert stack.resources()[output] == stack.outputs[output]
        look(stack.outputs[output])
