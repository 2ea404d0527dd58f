"""Stacks are made, changed and deleted; what people wrote stays."""

from __future__ import annotations

import os
import subprocess
import urllib.error
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from local.settings import ROOT
from tests.deployed.account import DIRECT
from tests.deployed.mess import a_task
from tests.deployed.stack import Package, Stack, post

if TYPE_CHECKING:
    from pathlib import Path

    from tests.deployed.account import Account

NOON = "2030-06-01 12:00"
IN_BERLIN = 2 * 3600  # seconds that Berlin is ahead in June


@pytest.fixture(scope="module")
def production(account: Account, package: Package) -> Stack:
    """A second stack of the account, with everything that is off by default."""
    return Stack.create(account, "board-of-others", package, Stage="prod", Dashboard="true", Tracing="true")


def test_two_stacks_of_one_account_share_nothing(stack: Stack, production: Stack) -> None:
    # routes' ids are within their API, and a layer's versions are numbered by its name
    shared = set(stack.resources().values()) & set(production.resources().values())
    assert shared <= {"$default"}
    project_id = production.call("createProject", name="Of production", identifier="PRODUCTION")
    assert production.call("getProjectByIdentifier", "PRODUCTION")["id"] == project_id
    assert not stack.call("getProjectByIdentifier", "PRODUCTION")
    with pytest.raises(urllib.error.HTTPError, match="401"):
        DIRECT.open(post(f"{stack.url}/jsonrpc.php", "{}", production.token))


def test_the_table_of_production_cannot_be_deleted(production: Stack) -> None:
    with pytest.raises(ClientError, match=r"(?i)deletion ?protection"):
        production.account.client("dynamodb").delete_table(TableName=production.outputs["Table"])


@dataclass
class Written:
    """What a person wrote, and how it reads."""

    task: dict[str, Any]
    files: Any

    @classmethod
    def on(cls, stack: Stack) -> Written:
        task = a_task(stack, date_due=NOON)
        return cls(task, cls.files_of(stack, task))

    @staticmethod
    def files_of(stack: Stack, task: dict[str, Any]) -> Any:
        files = stack.call("getAllTaskFiles", task["id"])
        return files, [stack.call("downloadTaskFile", each["id"]) for each in files]

    def is_there(self, stack: Stack) -> bool:
        """Tell whether all reads as it did."""
        task = stack.call("getTask", self.task["id"])
        # links name the address, and a time zone may have changed
        return _lasting(task) == _lasting(self.task) and self.files_of(stack, task) == self.files


def _lasting(task: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in task.items() if name != "url"}


def answering(stack: Stack) -> dict[str, Any]:
    """Return the configuration of the function, or of its version, that the API sends calls to."""
    (api,) = stack.resources("AWS::ApiGatewayV2::Api").values()
    (integration,) = stack.account.client("apigatewayv2").get_integrations(ApiId=api)["Items"]
    address = integration["IntegrationUri"]
    return dict(stack.account.client("lambda").get_function_configuration(FunctionName=address))


def layers(stack: Stack) -> set[str]:
    return set(stack.resources("AWS::Lambda::LayerVersion").values())


def test_a_changed_parameter_takes_effect_and_keeps_what_was_written(account: Account, package: Package) -> None:
    stack = Stack.create(account, "other-zone", package)
    written, token = Written.on(stack), stack.token
    stack.update(package, Timezone="Europe/Berlin")
    assert written.is_there(stack)
    assert a_task(stack, date_due=NOON)["date_due"] == written.task["date_due"] - IN_BERLIN
    assert Stack(account, stack.name).token == token


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_changed_code_answers_and_keeps_what_was_written(account: Account, package: Package, stage: str) -> None:
    stack = Stack.create(account, f"new-code-{stage}", package, Stage=stage)
    written, before = Written.on(stack), layers(stack)
    assert {each["Arn"] for each in answering(stack)["Layers"]} == before
    stack.update(Package.upload(account, mark=stage), Stage=stage)
    assert len(layers(stack) - before) == 1
    assert {each["Arn"] for each in answering(stack)["Layers"]} == layers(stack)
    assert written.is_there(stack)


def test_deletion_keeps_table_and_bucket_and_a_new_stack_begins_empty(account: Account, package: Package) -> None:
    stack = Stack.create(account, "passing", package)
    Written.on(stack)
    kept = dict(stack.outputs)
    stack.delete()
    assert account.client("dynamodb").scan(TableName=kept["Table"], Select="COUNT")["Count"] > 0
    assert account.client("s3").list_objects_v2(Bucket=kept["Bucket"])["KeyCount"] == 1
    again = Stack.create(account, stack.name, package)
    assert (again.outputs["Table"], again.outputs["Bucket"]) != (kept["Table"], kept["Bucket"])
    assert again.call("getAllProjects") == []


def test_sam_deploys_with_the_settings_of_samconfig(account: Account, package: Package, tmp_path: Path) -> None:
    template = package.written(tmp_path / "template.json")
    sam = ROOT / ".venv-sam" / "bin" / "sam"
    command = [str(sam), "deploy", "--no-confirm-changeset", "--template-file", str(template)]
    environment = account.environment() | {"SAM_CLI_TELEMETRY": "0", "HOME": str(tmp_path), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [*command, "--config-file", str(ROOT / "samconfig.toml")],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    stack = Stack(account, "lambdaboard-dev")
    assert stack.outputs["Url"] in done.stdout.replace(os.linesep, "")
    assert stack.call("getVersion")
