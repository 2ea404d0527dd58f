"""`make deploy`: deploys the build as a stack in the AWS account of the caller's credentials.

SAM makes a change set. It is shown, refused if it would lose data, and executed. Runs in SAM's own environment.
Arguments are passed to `sam deploy`.
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

STACK_POLICY = Path(__file__).resolve().parent.parent / "stack-policy.json"
STACKS = {"dev": "lambdaboard-dev", "prod": "lambdaboard"}
KEPT = {"Table": "ExistingTable", "Bucket": "ExistingBucket"}
"""Resources with data, and the parameters that name others in their place."""

PATIENCE = {"Delay": 5, "MaxAttempts": 720}
"""An hour: a gradual deployment takes long."""


class DeploymentError(Exception):
    """Nothing was deployed, or it was rolled back; the message is for the person at the terminal."""


def stack_of(environment: Mapping[str, str]) -> str:
    """Return the name of the stack: STACK, else the default of STAGE."""
    return environment.get("STACK") or STACKS[stage_of(environment)]


def stage_of(environment: Mapping[str, str]) -> str:
    """Read STAGE, by default `dev`; DeploymentError for an unknown one."""
    stage = environment.get("STAGE") or "dev"
    if stage not in STACKS:
        raise DeploymentError(f"STAGE must be {' or '.join(STACKS)}, not {stage!r}")
    return stage


@dataclass(frozen=True)
class Request:
    """A deployment as the environment describes it.

    Attributes:
        stage: `dev` or `prod`.
        stack: the stack's name.
        parameters: of the template, as `Name=value`; the stack keeps the others.
        confirm: ask before changes are made.
    """

    stage: str
    stack: str
    parameters: Sequence[str]
    confirm: bool

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Request":
        """Read STAGE, STACK, PARAMETERS, AT_ONCE and YES; an empty variable is not set."""
        stage = stage_of(environment)
        given = shlex.split(environment.get("PARAMETERS", ""))
        # also for other data: calls of the old version would write to the old table as long as calls are shifted
        is_at_once = bool(environment.get("AT_ONCE")) or any(each.startswith(tuple(KEPT.values())) for each in given)
        at_once = f"AtOnce={str(is_at_once).lower()}"  # set each time, so that the stack does not keep it
        parameters = [f"Stage={stage}", at_once, *given]
        return cls(stage, stack_of(environment), parameters, not environment.get("YES"))

    def command(self, arguments: Sequence[str]) -> list[str]:
        """Return the command that makes the change set."""
        sam = str(Path(sys.executable).with_name("sam"))
        settings = ["--config-env", "prod"] if self.stage == "prod" else []
        name = ["--stack-name", self.stack, "--s3-prefix", self.stack]
        quiet = ["--no-execute-changeset", "--no-confirm-changeset"]
        return [sam, "deploy", *settings, *name, *quiet, "--parameter-overrides", *self.parameters, *arguments]


def refusals(changes: Sequence[Mapping[str, Any]], parameters: Mapping[str, str]) -> list[str]:
    """Return why a change set of an existing stack must not be executed; [] if it may.

    Args:
        changes: from DescribeChangeSet.
        parameters: of the change set.
    """
    found = []
    for change in (each["ResourceChange"] for each in changes):
        name = change["LogicalResourceId"]
        if name not in KEPT:
            continue
        if change["Action"] == "Modify" and change.get("Replacement") == "True":
            found.append(f"{name} would be replaced by an empty one. docs/decisions/0014 says how it can be changed")
        if change["Action"] == "Add":
            found.append(f"{name} would be a new and empty one in place of {KEPT[name]}, which must stay set")
        if change["Action"] == "Remove" and not parameters.get(KEPT[name]):
            found.append(f"{name} would leave the stack and no other take its place: {KEPT[name]} is not set")
    return found


def check_stage(stack: Mapping[str, Any], request: Request) -> None:
    """Let a production stack stay one: as `dev` it would lose its alarms and old logs; DeploymentError.

    Args:
        stack: from DescribeStacks; {} if it does not exist.
        request: the deployment.
    """
    given = {each["ParameterKey"]: each["ParameterValue"] for each in stack.get("Parameters", [])}
    if given.get("Stage") == "prod" and request.stage != "prod":
        raise DeploymentError(f"{request.stack} is a stack of production: add STAGE=prod")


class Stack:
    """A stack that may not exist yet."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._formation: Any = boto3.client("cloudformation")

    def described(self) -> dict[str, Any]:
        """Return the stack from DescribeStacks; {} if it does not exist."""
        try:
            found: dict[str, Any] = self._formation.describe_stacks(StackName=self.name)["Stacks"][0]
        except ClientError as error:
            if error.response["Error"]["Code"] == "ValidationError":
                return {}
            raise
        return {} if found["StackStatus"] == "REVIEW_IN_PROGRESS" else found

    def protect(self) -> None:
        """Set the stack policy, by which CloudFormation never replaces resources with data."""
        self._formation.set_stack_policy(StackName=self.name, StackPolicyBody=STACK_POLICY.read_text())

    def newest_change_set(self) -> str:
        """Return the ARN of the newest change set."""
        pages = self._formation.get_paginator("list_change_sets").paginate(StackName=self.name)
        made = [each for page in pages for each in page["Summaries"]]
        return str(max(made, key=lambda each: each["CreationTime"])["ChangeSetId"])

    def changes(self, change_set: str) -> tuple[list[dict[str, Any]], dict[str, str]]:
        """Return the changes of a change set, and its parameters."""
        pages = [*self._formation.get_paginator("describe_change_set").paginate(ChangeSetName=change_set)]
        given = {each["ParameterKey"]: each["ParameterValue"] for each in pages[0].get("Parameters", [])}
        return [each for page in pages for each in page["Changes"]], given

    def forget(self, change_set: str) -> None:
        """Delete a change set that is not executed."""
        self._formation.delete_change_set(ChangeSetName=change_set)

    def carry_out(self, change_set: str, *, is_new: bool) -> None:
        """Execute a change set and wait for its end.

        Raises:
            DeploymentError: it was rolled back.
        """
        self._formation.execute_change_set(ChangeSetName=change_set)
        waiter = self._formation.get_waiter("stack_create_complete" if is_new else "stack_update_complete")
        try:
            waiter.wait(StackName=self.name, WaiterConfig=PATIENCE)
        except WaiterError as error:
            raise DeploymentError("\n".join([f"{self.name}: {error}", *self._reasons()])) from error

    def _reasons(self) -> list[str]:
        events = self._formation.describe_stack_events(StackName=self.name)["StackEvents"]
        failed = [each for each in events if each["ResourceStatus"].endswith("_FAILED")]
        return [f"  {each['LogicalResourceId']}: {each.get('ResourceStatusReason', '')}" for each in reversed(failed)]


def deploy(request: Request, arguments: Sequence[str]) -> None:
    """Deploy.

    Raises:
        DeploymentError: the deployment is refused by our rules, by the person or by AWS.
    """
    stack = Stack(request.stack)
    before = stack.described()
    is_new = not before
    check_stage(before, request)
    if subprocess.run(request.command(arguments), check=False).returncode:
        raise DeploymentError("sam created no change set")
    change_set = stack.newest_change_set()
    changes, parameters = stack.changes(change_set)
    show(changes)
    refused = [] if is_new else refusals(changes, parameters)
    if refused or (request.confirm and not agreed(f"Deploy this to {stack.name}? [y/N] ")):
        stack.forget(change_set)
        raise DeploymentError("\n".join(["rejected, nothing has changed", *refused]))
    if not is_new:
        stack.protect()
    stack.carry_out(change_set, is_new=is_new)
    stack.protect()
    told = {each["OutputKey"]: each["OutputValue"] for each in stack.described()["Outputs"]}
    if request.stage == "prod":
        # not in the template: then a first deployment that fails could not be rolled back
        client = boto3.client("dynamodb")
        client.update_table(TableName=told["Table"], DeletionProtectionEnabled=True)
    print("".join(f"\n{name}\n    {value}" for name, value in told.items()))


def show(changes: Sequence[Mapping[str, Any]]) -> None:
    """Print the changes."""
    for change in (each["ResourceChange"] for each in changes):
        replaced = {"True": "replaced", "Conditional": "perhaps replaced"}.get(change.get("Replacement", ""), "")
        print(f"{change['Action']:8} {change['ResourceType']:36} {change['LogicalResourceId']} {replaced}".rstrip())


def choose_region() -> None:
    """Let boto3 use the region that the AWS CLI and SAM use."""
    region = os.environ.get("AWS_REGION")
    if region:
        os.environ["AWS_DEFAULT_REGION"] = region


def agreed(question: str) -> bool:
    """Ask the person at the terminal; without one, the answer is no."""
    try:
        return input(question).strip().lower() in {"y", "yes"}
    except EOFError:
        return False


def main() -> int:
    """Deploy as the environment says; return the exit status."""
    choose_region()
    try:
        deploy(Request.from_environment(os.environ), sys.argv[1:])
    except (DeploymentError, ClientError, BotoCoreError) as error:
        print(f"make deploy: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
