"""Stacks are made, changed and deleted; the data of users stays."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import time
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
    """A second stack of the account, with all options that are off by default."""
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


@dataclass
class Written:
    """The data of a user, and its results."""

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
        """Return whether all results are as before."""
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


def deploy(account: Account, template: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command of `make deploy`."""
    arguments = ["--template-file", str(template), "--config-file", str(ROOT / "samconfig.toml")]
    return run(account, template.parent, "local.deploy", *arguments, **variables)


def run(
    account: Account, folder: Path, module: str, *arguments: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a module of `local` with SAM's own Python, as the Makefile does."""
    python = ROOT / ".venv-sam" / "bin" / "python"
    ours = {"SAM_CLI_TELEMETRY": "0", "HOME": str(folder), "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    return subprocess.run(
        [str(python), "-m", module, *arguments],
        cwd=folder,
        env=account.environment() | ours | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def revised(package: Package, revision: str) -> Package:
    """Return a package with a change of the function, as `make deploy` makes one each time."""
    other = copy.deepcopy(package)
    other.template["Resources"]["RpcFunction"]["Properties"]["Description"] = revision
    return other


@pytest.fixture(scope="module")
def made(account: Account, package: Package, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """A production stack that `make deploy` has made."""
    template = package.written(tmp_path_factory.mktemp("made") / "template.json")
    done = deploy(account, template, STAGE="prod", YES="1")
    assert done.returncode == 0, done.stdout + done.stderr
    stack = Stack(account, "lambdaboard")
    assert stack.outputs["Url"] in done.stdout.replace(os.linesep, "")
    assert stack.call("getVersion")
    return stack


def test_the_table_of_production_cannot_be_deleted(made: Stack) -> None:
    with pytest.raises(ClientError, match=r"(?i)deletion ?protection"):
        made.account.client("dynamodb").delete_table(TableName=made.outputs["Table"])


def test_a_stack_that_make_deploy_made_has_the_policy_that_lets_nothing_replace_what_holds_data(made: Stack) -> None:
    policy = made.account.client("cloudformation").get_stack_policy(StackName=made.name)["StackPolicyBody"]
    assert json.loads(policy) == json.loads((ROOT / "stack-policy.json").read_text())


def test_deploying_at_once_holds_for_that_one_time(
    account: Account, made: Stack, package: Package, tmp_path: Path
) -> None:
    for given, value in (({"AT_ONCE": "1"}, "true"), ({}, "false")):
        template = revised(package, value).written(tmp_path / "template.json")
        done = deploy(account, template, STAGE="prod", YES="1", **given)
        assert done.returncode == 0, done.stdout + done.stderr
        assert made.parameters()["AtOnce"] == value


def test_a_deployment_that_would_replace_or_drop_the_table_changes_nothing(
    account: Account, made: Stack, package: Package, tmp_path: Path
) -> None:
    written, table = Written.on(made), made.outputs["Table"]
    other = revised(package, "another table")
    other.template["Resources"]["Table"]["Properties"]["TableName"] = "another"
    done = deploy(account, other.written(tmp_path / "template.json"), STAGE="prod", YES="1")
    assert (done.returncode, "Table would be replaced" in done.stderr) == (1, True), done.stdout + done.stderr
    assert Stack(account, made.name).outputs["Table"] == table
    assert written.is_there(made)


def test_a_deployment_that_nobody_agrees_to_changes_nothing(
    account: Account, made: Stack, package: Package, tmp_path: Path
) -> None:
    template = revised(package, "not agreed to").written(tmp_path / "template.json")
    done = deploy(account, template, STAGE="prod", PARAMETERS="Timezone=Europe/Berlin")
    assert done.returncode == 1
    assert made.parameters()["Timezone"] == "UTC"


def test_make_rotate_makes_a_new_token_and_the_old_one_is_still_accepted(
    account: Account, made: Stack, tmp_path: Path
) -> None:
    old = Stack(account, made.name).token
    done = run(account, tmp_path, "local.rotate", STAGE="prod")
    assert done.returncode == 0, done.stderr
    new = Stack(account, made.name).token
    assert (len(new), new == old, new in done.stdout) == (40, False, False)
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "getVersion"})
    time.sleep(11)  # in which a container does not look again
    for token in (new, old):
        with DIRECT.open(post(f"{made.url}/jsonrpc.php", body, token)) as answer:
            assert "result" in json.load(answer)
