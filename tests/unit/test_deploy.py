"""What `make deploy` asks SAM for, and which change sets it refuses."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from local.deploy import KEPT, DeploymentError, Request, check_stage, refusals
from local.settings import ROOT


def change(name: str, action: str, **more: str) -> dict[str, Any]:
    """Return a change as DescribeChangeSet lists it."""
    kind = {"Table": "AWS::DynamoDB::Table", "Bucket": "AWS::S3::Bucket"}.get(name, "AWS::Lambda::Function")
    return {"ResourceChange": {"LogicalResourceId": name, "ResourceType": kind, "Action": action, **more}}


@pytest.mark.parametrize("name", KEPT)
def test_a_change_set_that_would_replace_what_holds_data_is_refused(name: str) -> None:
    (said,) = refusals([change("RpcFunction", "Modify"), change(name, "Modify", Replacement="True")], {})
    assert said.startswith(f"{name} would be replaced by an empty one")


@pytest.mark.parametrize("name", KEPT)
def test_a_change_set_that_removes_what_holds_data_is_refused_unless_something_takes_its_place(name: str) -> None:
    removed = [change(name, "Remove")]
    assert refusals(removed, {}) == refusals(removed, {KEPT[name]: ""}) != []
    assert refusals(removed, {KEPT[name]: "another"}) == []
    (other,) = (each for each in KEPT.values() if each != KEPT[name])
    assert refusals(removed, {other: "another"})


@pytest.mark.parametrize("name", KEPT)
def test_a_change_set_that_puts_an_empty_one_in_the_place_of_an_existing_one_is_refused(name: str) -> None:
    (said,) = refusals([change(name, "Add")], {})
    assert said.startswith(f"{name} would be a new and empty one in place of {KEPT[name]}")


def test_what_changes_in_place_and_what_holds_nothing_may_change() -> None:
    harmless = [change("Table", "Modify", Replacement="False"), change("Bucket", "Modify", Replacement="False")]
    of_others = [change("RpcFunction", "Modify", Replacement="True"), change("Charts", "Remove")]
    assert refusals([*harmless, *of_others], {}) == []


def test_the_stack_policy_lets_nothing_replace_them_either_whoever_deploys_but_lets_them_be_cut_over() -> None:
    allowed, denied = json.loads((ROOT / "stack-policy.json").read_text())["Statement"]
    assert (allowed["Effect"], allowed["Action"], allowed["Resource"]) == ("Allow", "Update:*", "*")
    assert (denied["Effect"], denied["Action"]) == ("Deny", "Update:Replace")
    assert denied["Resource"] == [f"LogicalResourceId/{name}" for name in KEPT]
    assert denied["Principal"] == allowed["Principal"] == "*"


def test_each_deployment_says_whether_it_is_at_once_and_keeps_what_is_not_named() -> None:
    request = Request.from_environment({"PARAMETERS": "'DefaultColumns=To do, Done' Timezone=Europe/Berlin"})
    assert request.parameters == ["Stage=dev", "AtOnce=false", "DefaultColumns=To do, Done", "Timezone=Europe/Berlin"]
    at_once = Request.from_environment({"STAGE": "prod", "AT_ONCE": "1", "STACK": "team-a", "YES": "1"})
    assert (at_once.parameters, at_once.stack, at_once.confirm) == (["Stage=prod", "AtOnce=true"], "team-a", False)
    for other in ("ExistingTable=restored", "ExistingBucket=copy"):  # else two versions would write to two tables
        assert "AtOnce=true" in Request.from_environment({"STAGE": "prod", "PARAMETERS": other}).parameters
    command = at_once.command(["--region", "x"])
    assert command[0] == str(Path(sys.executable).with_name("sam"))
    assert "--no-execute-changeset" in command
    assert command[-2:] == ["--region", "x"]
    with pytest.raises(DeploymentError, match="STAGE"):
        Request.from_environment({"STAGE": "test"})


def test_a_production_stack_is_not_deployed_as_another_stage() -> None:
    production = {"Parameters": [{"ParameterKey": "Stage", "ParameterValue": "prod"}]}
    with pytest.raises(DeploymentError, match="team-a is a stack of production: add STAGE=prod"):
        check_stage(production, Request.from_environment({"STACK": "team-a"}))
    check_stage(production, Request.from_environment({"STACK": "team-a", "STAGE": "prod"}))
    check_stage({}, Request.from_environment({"STACK": "new"}))
