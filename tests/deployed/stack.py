"""Stacks from the build of `make build-here`."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import time
import urllib.request
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from local.settings import ROOT
from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped]
from tests.deployed.account import DIRECT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.deployed.account import Account

BUILT = ROOT / ".cache" / "built"
CODE_BUCKET = "code-of-the-tests"

Node = dict[str, Any]

NOT_THERE = {
    "AWS::S3::BucketPolicy": "refuses calls without TLS, and the local AWS has no TLS",
    "AWS::Logs::QueryDefinition": "unknown to the local AWS; a saved query runs nothing",
}
"""Types of resources that a stack on the local AWS does not have, each with the reason."""


def built_template() -> Node:
    """Return the built template; its paths are relative to BUILT.

    Raises:
        FileNotFoundError: nothing has been built.
    """
    file = BUILT / "template.yaml"
    if not file.exists():
        raise FileNotFoundError(f"{file.relative_to(ROOT)}: run `make build-here` first")
    parsed: Node = yaml_parse(file.read_text())
    return parsed


def for_the_local_aws(template: Node) -> Node:
    """Return the template without resources that the local AWS does not support: NOT_THERE and those removed here."""
    adapted = copy.deepcopy(template)
    resources = {name: each for name, each in adapted["Resources"].items() if each["Type"] not in NOT_THERE}
    for each in resources.values():
        # CodeDeploy is not there: a new version gets all calls at once
        each.get("Properties", {}).pop("DeploymentPreference", None)
    # ... nor are alarms over a formula: one on a single metric only
    resources = {name: each for name, each in resources.items() if "Metrics" not in each.get("Properties", {})}
    return adapted | {"Resources": resources}


def code_of(template: Node) -> dict[str, str]:
    """Return the folders that functions and layers are made from, by logical id."""
    kinds = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}
    return {
        name: each["Properties"][kinds[each["Type"]]]
        for name, each in template["Resources"].items()
        if each["Type"] in kinds
    }


def zipped(folder: Path, target: Path) -> Path:
    """Pack a folder as `sam deploy` does."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.write(file, file.relative_to(folder))
    return target


@dataclass
class Package:
    """The build, with its code in a bucket of the account.

    Attributes:
        template: names the code in the bucket.
        sizes: bytes of each zipped function and layer, by logical id.
    """

    template: Node
    sizes: dict[str, int] = field(default_factory=dict)

    @classmethod
    def upload(cls, account: Account, *, mark: str = "") -> Package:
        """Zip and upload everything, under names that depend on the content, as with `sam deploy`.

        Args:
            account: where to.
            mark: a text to put into the layer of our package, as if its code had been changed and nothing else.
        """
        s3 = account.client("s3")
        s3.create_bucket(Bucket=CODE_BUCKET)  # in this region, again is no fault
        package = cls(for_the_local_aws(built_template()))
        for name, folder in code_of(package.template).items():
            archive = zipped(BUILT / folder, account.folder / f"{name}.zip")
            if mark and name == "LambdaboardLayer":
                with zipfile.ZipFile(archive, "a") as opened:
                    opened.writestr("mark.txt", mark)
            package.sizes[name] = archive.stat().st_size
            key = hashlib.sha256(archive.read_bytes()).hexdigest()
            s3.upload_file(str(archive), CODE_BUCKET, key)
            package.place(name, f"s3://{CODE_BUCKET}/{key}")
        return package

    def place(self, name: str, code: str) -> None:
        """Return the place of the code of a function or a layer."""
        properties = self.template["Resources"][name]["Properties"]
        properties["CodeUri" if "CodeUri" in properties else "ContentUri"] = code

    def written(self, file: Path) -> Path:
        """Write the template as `sam deploy` wants it: with the code on this machine."""
        local = Package(copy.deepcopy(self.template))
        for name, folder in code_of(built_template()).items():
            local.place(name, str(BUILT / folder))
        file.write_text(json.dumps(local.template))
        return file


class StackError(Exception):
    """The deployment failed; the message has CloudFormation's reasons."""


@dataclass
class Stack:
    """A deployed stack."""

    account: Account
    name: str

    @classmethod
    def create(cls, account: Account, name: str, package: Package, **parameters: str) -> Stack:
        """Deploy a new stack and wait for it."""
        stack = cls(account, name)
        stack._deploy("create_stack", package, parameters)
        return stack

    def update(self, package: Package, **parameters: str) -> None:
        """Deploy over it and wait."""
        self.__dict__.pop("outputs", None)
        self._deploy("update_stack", package, parameters)

    def delete(self) -> None:
        """Delete it and wait."""
        stack_id = self._described()["StackId"]
        self._formation.delete_stack(StackName=self.name)
        self._wait(stack_id)

    @property
    def _formation(self) -> Any:
        return self.account.client("cloudformation")

    def _deploy(self, operation: str, package: Package, parameters: dict[str, str]) -> None:
        answer = getattr(self._formation, operation)(
            StackName=self.name,
            TemplateURL=self._uploaded(package.template),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        self._wait(answer["StackId"])

    def _uploaded(self, template: Node) -> str:
        """Put a template beside the code, as `sam deploy` does: a request takes 51,200 bytes of one, which is less."""
        text = json.dumps(template).encode()
        key = hashlib.sha256(text).hexdigest()
        self.account.client("s3").put_object(Bucket=CODE_BUCKET, Key=key, Body=text)
        return f"{self.account.url}/{CODE_BUCKET}/{key}"

    def _described(self, stack_id: str = "") -> Node:
        return dict(self._formation.describe_stacks(StackName=stack_id or self.name)["Stacks"][0])

    def _wait(self, stack_id: str) -> None:
        deadline = time.monotonic() + 60
        while (status := self._described(stack_id)["StackStatus"]).endswith("_IN_PROGRESS"):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.name} is still {status}")
            time.sleep(0.02)
        if status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE"}:
            events = self._formation.describe_stack_events(StackName=stack_id)["StackEvents"]
            reasons = [
                f"{e['LogicalResourceId']}: {e['ResourceStatusReason']}" for e in events if "ResourceStatusReason" in e
            ]
            raise StackError("\n".join([f"{self.name} is {status}", *reasons]))

    @cached_property
    def outputs(self) -> dict[str, str]:
        """The outputs of the stack, by name."""
        return {each["OutputKey"]: each["OutputValue"] for each in self._described()["Outputs"]}

    def parameters(self) -> dict[str, str]:
        """Return the values of the template's parameters, as they are now."""
        return {each["ParameterKey"]: each["ParameterValue"] for each in self._described()["Parameters"]}

    def resources(self, kind: str = "") -> dict[str, str]:
        """Return physical names by logical id, of all resources or of one type."""
        found = self._formation.describe_stack_resources(StackName=self.name)["StackResources"]
        return {
            each["LogicalResourceId"]: each["PhysicalResourceId"]
            for each in found
            if kind in {"", each["ResourceType"]}
        }

    @cached_property
    def url(self) -> str:
        """Where the local AWS serves the stack's API; paths of routes follow."""
        (api,) = self.resources("AWS::ApiGatewayV2::Api").values()
        return f"{self.account.url}/_aws/execute-api/{api}"

    @cached_property
    def token(self) -> str:
        """The API token."""
        (secret,) = self.resources("AWS::SecretsManager::Secret").values()
        return str(self.account.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"])

    def call(self, method: str, *positional: Any, **named: Any) -> Any:
        """Call a procedure over HTTP, in the native format, and return its result."""
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": [*positional] or named})
        with DIRECT.open(post(f"{self.url}/native/jsonrpc.php", body, self.token), timeout=60) as response:
            return json.load(response)["result"]

    def invoke(self, function: str, event: Node) -> Any:
        """Call a function by its logical id and return its answer.

        Raises:
            RuntimeError: the function failed; the message is its own.
        """
        name = self.resources("AWS::Lambda::Function")[function]
        answer = self.account.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event))
        result = json.load(answer["Payload"])
        if "FunctionError" in answer:
            raise RuntimeError(f"{function}: {result}")
        return result


def post(url: str, body: str, token: str) -> urllib.request.Request:
    """Return a request of the application user."""
    secret = base64.b64encode(f"jsonrpc:{token}".encode()).decode()
    headers = {"Content-Type": "application/json", "Authorization": f"Basic {secret}"}
    return urllib.request.Request(url, body.encode(), headers)
