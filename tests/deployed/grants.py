"""The rights of each role of the deployed stack: the expected ones, and the real ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.deployed.account import NUMBER, REGION, USED_ACTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.deployed.stack import Stack

Grants = set[tuple[str, str]]  # action, on what

_LOGS = "logs:CreateLogStream", "logs:PutLogEvents"


def _on(resource: str, *actions: str) -> Grants:
    return {(action, resource) for action in actions}


def _items(*names: str) -> Grants:
    return _on("table", *(f"dynamodb:{name}" for name in names))


GRANTED: dict[str, Grants] = {
    "RpcRole": {
        *_items("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"),
        *_on("indexes", "dynamodb:Query"),
        *_on("contents", "s3:GetObject", "s3:PutObject"),
        *_on("bucket", "s3:ListBucket"),
        *_on("token", "secretsmanager:GetSecretValue"),
        *_on("logs of RpcFunction", *_LOGS),
    },
    "CascadeRole": {
        *_items("GetItem", "BatchGetItem", "Query", "BatchWriteItem", "UpdateItem", "DeleteItem", "PutItem"),
        *_on(
            "stream",
            *(f"dynamodb:{name}" for name in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")),
        ),
        *_on("contents", "s3:DeleteObject"),
        *_on("failures", "sqs:SendMessage"),
        *_on("logs of CascadeFunction", *_LOGS),
    },
    "SweepRole": {
        *_items("Scan", "GetItem", "BatchGetItem", "Query", "BatchWriteItem", "DeleteItem", "UpdateItem", "PutItem"),
        *_on("contents", "s3:DeleteObject"),
        *_on("owner", "s3:GetObject", "s3:PutObject"),
        *_on("bucket", "s3:ListBucket"),
        *_on("logs of SweepFunction", *_LOGS),
    },
    "SweepFunctionDailyRole": _on("sweep", "lambda:InvokeFunction"),
}
"""All rights. Tracing adds those for X-Ray, which have no resources."""

BY_LAMBDA_ITSELF = {"stream", "failures", *(f"logs of {name}Function" for name in ("Rpc", "Cascade", "Sweep"))}
"""Resources that Lambda uses in a role's name, not our code."""


@dataclass(frozen=True)
class Roles:
    """The roles of a stack."""

    stack: Stack

    def names(self) -> dict[str, str]:
        """Return the roles' names by logical id."""
        return self.stack.resources("AWS::IAM::Role")

    def granted(self, role: str) -> Grants:
        """Return the rights of a role, from the documents in the account."""
        iam, name, known = self.stack.account.client("iam"), self.names()[role], self.resources()
        found: Grants = set()
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            for each in document["Statement"]:
                assert set(each) <= {"Sid", "Effect", "Action", "Resource"}
                assert each["Effect"] == "Allow"
                found |= {(a, known.get(r, r)) for a in listed(each["Action"]) for r in listed(each["Resource"])}
        return found

    def used(self, role: str) -> Grants:
        """Return the rights that the functions with a role have used so far."""
        name, known = self.names()[role], self.resources()
        lines = (self.stack.account.folder / USED_ACTIONS).read_text().splitlines()
        calls = [line.split(" ", 2) for line in lines]
        return {
            (action, _resource(arn, known))
            for caller, action, arn in calls
            if f":assumed-role/{name}/" in caller and not caller.endswith("/test")
        }

    def resources(self) -> dict[str, str]:
        """Return the words of GRANTED by what they stand for in this stack."""
        table = f"arn:aws:dynamodb:{REGION}:{NUMBER}:table/{self.stack.outputs['Table']}"
        bucket = f"arn:aws:s3:::{self.stack.outputs['Bucket']}"
        there = self.stack.resources()
        return {
            table: "table",
            f"{table}/index/*": "indexes",
            f"{table}/stream/*": "stream",
            bucket: "bucket",
            f"{bucket}/table": "owner",
            f"{bucket}/*": "contents",
            self.stack.outputs["TokenSecret"]: "token",
            f"arn:aws:sqs:{REGION}:{NUMBER}:{there['CascadeFailures'].rpartition('/')[2]}": "failures",
            f"arn:aws:lambda:{REGION}:{NUMBER}:function:{there['SweepFunction']}": "sweep",
            **dict(self._logs()),
        }

    def _logs(self) -> Iterator[tuple[str, str]]:
        functions = self.stack.account.client("lambda")
        for logical, name in self.stack.resources("AWS::Lambda::Function").items():
            group = functions.get_function_configuration(FunctionName=name)["LoggingConfig"]["LogGroup"]
            yield f"arn:aws:logs:{REGION}:{NUMBER}:log-group:{group}:*", f"logs of {logical}"


def listed(value: str | list[str]) -> list[str]:
    """Return a list: policies write lists of one without brackets, too."""
    return [value] if isinstance(value, str) else value


def _resource(arn: str, known: dict[str, str]) -> str:
    """Return the word for one resource, e.g. `indexes` for that of one index."""
    within = (word for pattern, word in known.items() if pattern.endswith("/*") and arn.startswith(pattern[:-1]))
    return known.get(arn) or next(within, arn)
