"""`make rotate`: a new API token in the secret of a deployed stack. Runs in SAM's own environment."""

import os
import sys
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local.deploy import DeploymentError, choose_region, stack_of
from local.settings import TOKEN_LENGTH

REVOKES = "REVOKES_PREVIOUS"
"""As in lambdaboard.store.secrets, which this environment does not have."""


def rotate(manager: Any, secret: str, *, revoke: bool) -> None:
    """Put a new token into a secret.

    Args:
        manager: client of Secrets Manager.
        secret: its ARN.
        revoke: the old token has leaked: functions that have read the new one do not accept it any more.
    """
    made = manager.get_random_password(PasswordLength=TOKEN_LENGTH, ExcludePunctuation=True)["RandomPassword"]
    stages = ["AWSCURRENT", *([REVOKES] if revoke else [])]
    manager.put_secret_value(SecretId=secret, SecretString=made, VersionStages=stages)


def main(environment: Mapping[str, str]) -> int:
    """Rotate the token of the stack that STAGE or STACK names; return the exit status."""
    choose_region()
    try:
        name, revoke = stack_of(environment), bool(environment.get("REVOKE"))
        (stack,) = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
        told = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
        rotate(boto3.client("secretsmanager"), told["TokenSecret"], revoke=revoke)
    except (DeploymentError, ClientError, BotoCoreError) as error:
        print(f"make rotate: {error}", file=sys.stderr)
        return 1
    print(f"The new token of {name} is valid within ten seconds. {told['ReadToken']} prints it.")
    print(_of_the_old_one(environment) if revoke else "The old one stays valid for six minutes.")
    return 0


def _of_the_old_one(environment: Mapping[str, str]) -> str:
    named = [f"{each}={environment[each]}" for each in ("STAGE", "STACK") if environment.get(each)]
    again = " ".join(["make deploy", *named, "AT_ONCE=1"])
    return f"Running functions accept the old one for up to five minutes. `{again}` replaces them now."


if __name__ == "__main__":
    sys.exit(main(os.environ))
