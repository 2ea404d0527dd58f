"""Each function has the rights that it uses and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.deployed.attempts import ATTEMPTS, KEY, OTHER_TABLE, Attempt, Attempts
from tests.deployed.grants import BY_LAMBDA_ITSELF, GRANTED, Roles, listed

if TYPE_CHECKING:
    from tests.deployed.stack import Stack

FUNCTIONS = {"RpcFunction": "RpcRole", "CascadeFunction": "CascadeRole", "SweepFunction": "SweepRole"}

NOT_REACHED = {
    # granted, so that S3 answers "no such key" for a missing key instead of "access denied"
    "RpcRole": {("s3:ListBucket", "bucket")},
    # sweep reads contents without a record when they are a day old
    "SweepRole": {("s3:DeleteObject", "contents"), ("dynamodb:Query", "table")},
}
"""Granted actions without a call here, each with the reason of the grant."""


@pytest.fixture(scope="module")
def roles(stack: Stack) -> Roles:
    """The roles of the stack."""
    return Roles(stack)


@pytest.fixture(scope="module")
def _other_table(stack: Stack) -> None:
    """A table of the account that is not the stack's."""
    stack.account.client("dynamodb").create_table(
        TableName=OTHER_TABLE,
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in KEY],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        BillingMode="PAY_PER_REQUEST",
    )


def test_there_are_no_other_roles_and_each_function_has_its_own(roles: Roles, stack: Stack) -> None:
    assert set(roles.names()) == set(GRANTED)
    functions, names = stack.account.client("lambda"), stack.resources("AWS::Lambda::Function")
    found = {
        logical: functions.get_function_configuration(FunctionName=name)["Role"].rpartition("/")[2]
        for logical, name in names.items()
    }
    assert found == {function: roles.names()[role] for function, role in FUNCTIONS.items()}


@pytest.mark.parametrize("role", GRANTED)
def test_a_role_grants_exactly_what_is_listed(roles: Roles, role: str) -> None:
    assert roles.granted(role) == GRANTED[role]


@pytest.mark.parametrize("role", GRANTED)
def test_a_role_has_no_managed_policy_and_is_for_one_service_alone(roles: Roles, stack: Stack, role: str) -> None:
    iam, name = stack.account.client("iam"), roles.names()[role]
    assert iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"] == []
    (trust,) = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]["Statement"]
    service = "lambda" if role in FUNCTIONS.values() else "scheduler"
    assert (trust["Effect"], listed(trust["Action"])) == ("Allow", ["sts:AssumeRole"])
    assert {kind: listed(who) for kind, who in trust["Principal"].items()} == {"Service": [f"{service}.amazonaws.com"]}


@pytest.fixture(scope="module")
def attempts(roles: Roles, stack: Stack) -> dict[str, Attempts]:
    """Calls with the credentials of each function, by role."""
    names = roles.names()
    return {role: Attempts(stack, stack.account.credentials_of(names[role])) for role in FUNCTIONS.values()}


@pytest.mark.usefixtures("_other_table")
@pytest.mark.parametrize("attempt", ATTEMPTS, ids=str)
@pytest.mark.parametrize("role", FUNCTIONS.values())
def test_what_is_not_granted_is_refused(attempts: dict[str, Attempts], role: str, attempt: Attempt) -> None:
    assert attempts[role].is_refused(attempt) == ((attempt.action, attempt.on) not in GRANTED[role])


@pytest.mark.usefixtures("exercised")
@pytest.mark.parametrize("role", FUNCTIONS.values())
def test_what_is_granted_is_used(roles: Roles, role: str) -> None:
    by_our_code = {(action, on) for action, on in GRANTED[role] if on not in BY_LAMBDA_ITSELF}
    assert roles.used(role) | NOT_REACHED.get(role, set()) == by_our_code
