"""The resources that the function behind the API needs: a table, a bucket, a secret, and its environment."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local import resources, template
from tests import make_events

if TYPE_CHECKING:
    from tests.deployed.account import Account


@dataclass(frozen=True)
class Board:
    """An empty table and bucket as the template declares them, and a secret with the token of events/.

    Attributes:
        variables: the environment of the function in the template, and the endpoint of the account.
    """

    account: Account
    table: str
    variables: dict[str, str]

    @classmethod
    def make(cls, account: Account) -> Board:
        """Create new ones in the account, under free names."""
        name = f"board-{uuid.uuid4().hex}"
        resources.create_table(account.client("dynamodb"), name)
        resources.create_bucket(account.client("s3"), name)
        secret = account.client("secretsmanager").create_secret(Name=name, SecretString=make_events.TOKEN)
        return cls(
            account,
            name,
            {each: value for each, value in account.environment().items() if each.startswith("AWS_")}
            | template.environment({}, {"Table": name, "Bucket": name})
            | {"TOKEN_SECRET_ARN": secret["ARN"], "TMPDIR": os.fspath(account.folder)},
        )
