"""One call for each important action: roles without the right are refused, others are not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from tests.deployed.stack import CODE_BUCKET

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.deployed.account import Credentials
    from tests.deployed.stack import Stack

KEY = {"pk": {"S": "attempt"}, "sk": {"S": "@"}}
OTHER_TABLE = "not-of-the-stack"


@dataclass(frozen=True)
class Attempts:
    """Calls on a stack with given credentials."""

    stack: Stack
    credentials: Credentials

    def is_refused(self, attempt: Attempt) -> bool:
        """Make a call; return whether IAM refused it. Other failures are answers of the service."""
        try:
            attempt.call(self)
        except ClientError as error:
            fault = error.response["Error"]
            # transactions report it in another way
            refused = "AccessDenied" in fault["Code"] or "not authorized to perform" in fault["Message"]
            assert not refused or attempt.action in fault["Message"], fault
            return refused
        return False

    def client(self, service: str) -> Any:
        """Return a client with these credentials."""
        return self.stack.account.client(service, self.credentials)

    @property
    def table(self) -> str:
        """Name of the table."""
        return self.stack.outputs["Table"]

    @property
    def bucket(self) -> str:
        """Name of the bucket."""
        return self.stack.outputs["Bucket"]

    def dynamodb(self, operation: str, **arguments: Any) -> None:
        """Call DynamoDB for the table."""
        getattr(self.client("dynamodb"), operation)(**{"TableName": self.table, **arguments})

    def s3(self, operation: str, **arguments: Any) -> None:
        """Call S3 for the bucket."""
        getattr(self.client("s3"), operation)(**{"Bucket": self.bucket, **arguments})

    def transact(self, **entry: Any) -> None:
        """Call DynamoDB with a transaction of one entry."""
        items = [{name: {"TableName": self.table, **rest} for name, rest in entry.items()}]
        self.client("dynamodb").transact_write_items(TransactItems=items)

    def secret(self, operation: str, **arguments: Any) -> None:
        """Call Secrets Manager for the token."""
        getattr(self.client("secretsmanager"), operation)(SecretId=self.stack.outputs["TokenSecret"], **arguments)

    def invoke(self, function: str) -> None:
        """Call a function."""
        self.client("lambda").invoke(FunctionName=self.stack.resources()[function], InvocationType="DryRun")


@dataclass(frozen=True)
class Attempt:
    """A call.

    Attributes:
        on: its resource, in the words of `grants`.
    """

    action: str
    on: str
    call: Callable[[Attempts], Any]

    def __str__(self) -> str:
        return f"{self.action} on {self.on}"


_QUERY = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "attempt"}}}
_EXISTS = {"Key": KEY, "ConditionExpression": "attribute_not_exists(pk)"}

ATTEMPTS = (
    Attempt("dynamodb:GetItem", "table", lambda a: a.dynamodb("get_item", Key=KEY)),
    Attempt("dynamodb:GetItem", "other table", lambda a: a.dynamodb("get_item", TableName=OTHER_TABLE, Key=KEY)),
    Attempt(
        "dynamodb:BatchGetItem",
        "table",
        lambda a: a.client("dynamodb").batch_get_item(RequestItems={a.table: {"Keys": [KEY]}}),
    ),
    Attempt("dynamodb:Query", "table", lambda a: a.dynamodb("query", **_QUERY)),
    Attempt("dynamodb:Query", "indexes", lambda a: a.dynamodb("query", IndexName="by_status", **_QUERY)),
    Attempt("dynamodb:Query", "other table", lambda a: a.dynamodb("query", TableName=OTHER_TABLE, **_QUERY)),
    Attempt("dynamodb:Scan", "table", lambda a: a.dynamodb("scan", Limit=1)),
    Attempt("dynamodb:Scan", "indexes", lambda a: a.dynamodb("scan", IndexName="by_status", Limit=1)),
    Attempt("dynamodb:PutItem", "table", lambda a: a.dynamodb("put_item", Item=KEY)),
    Attempt("dynamodb:PutItem", "table", lambda a: a.transact(Put={"Item": KEY})),
    Attempt("dynamodb:PutItem", "other table", lambda a: a.dynamodb("put_item", TableName=OTHER_TABLE, Item=KEY)),
    Attempt("dynamodb:UpdateItem", "table", lambda a: a.dynamodb("update_item", Key=KEY)),
    Attempt("dynamodb:DeleteItem", "table", lambda a: a.dynamodb("delete_item", Key=KEY)),
    Attempt("dynamodb:DeleteItem", "table", lambda a: a.transact(Delete={"Key": KEY})),
    Attempt("dynamodb:DeleteItem", "other table", lambda a: a.dynamodb("delete_item", TableName=OTHER_TABLE, Key=KEY)),
    Attempt("dynamodb:ConditionCheckItem", "table", lambda a: a.transact(ConditionCheck=_EXISTS)),
    Attempt(
        "dynamodb:BatchWriteItem",
        "table",
        lambda a: a.client("dynamodb").batch_write_item(RequestItems={a.table: [{"DeleteRequest": {"Key": KEY}}]}),
    ),
    Attempt("dynamodb:DescribeTable", "table", lambda a: a.dynamodb("describe_table")),
    Attempt("dynamodb:UpdateTable", "table", lambda a: a.dynamodb("update_table", DeletionProtectionEnabled=False)),
    Attempt(
        "dynamodb:UpdateTimeToLive",
        "table",
        lambda a: a.dynamodb("update_time_to_live", TimeToLiveSpecification={"Enabled": True, "AttributeName": "pk"}),
    ),
    Attempt("dynamodb:CreateBackup", "table", lambda a: a.dynamodb("create_backup", BackupName="attempt")),
    Attempt("dynamodb:DeleteTable", "table", lambda a: a.dynamodb("delete_table")),
    Attempt("dynamodb:ListTables", "account", lambda a: a.client("dynamodb").list_tables()),
    Attempt("s3:GetObject", "contents", lambda a: a.s3("get_object", Key="attempt")),
    Attempt("s3:GetObject", "other bucket", lambda a: a.s3("get_object", Bucket=CODE_BUCKET, Key="attempt")),
    Attempt("s3:PutObject", "contents", lambda a: a.s3("put_object", Key="attempt", Body=b"")),
    Attempt("s3:PutObject", "other bucket", lambda a: a.s3("put_object", Bucket=CODE_BUCKET, Key="attempt", Body=b"")),
    Attempt("s3:DeleteObject", "contents", lambda a: a.s3("delete_object", Key="attempt")),
    Attempt("s3:DeleteObjectVersion", "contents", lambda a: a.s3("delete_object", Key="attempt", VersionId="null")),
    Attempt("s3:PutObjectAcl", "contents", lambda a: a.s3("put_object_acl", Key="attempt", ACL="public-read")),
    Attempt("s3:ListBucket", "bucket", lambda a: a.s3("list_objects_v2")),
    Attempt("s3:ListBucketVersions", "bucket", lambda a: a.s3("list_object_versions")),
    Attempt("s3:PutBucketPolicy", "bucket", lambda a: a.s3("put_bucket_policy", Policy='{"Statement": []}')),
    Attempt("s3:DeleteBucket", "bucket", lambda a: a.s3("delete_bucket")),
    Attempt("s3:ListAllMyBuckets", "account", lambda a: a.client("s3").list_buckets()),
    Attempt("secretsmanager:GetSecretValue", "token", lambda a: a.secret("get_secret_value")),
    Attempt("secretsmanager:PutSecretValue", "token", lambda a: a.secret("put_secret_value", SecretString="mine")),
    Attempt("secretsmanager:DeleteSecret", "token", lambda a: a.secret("delete_secret")),
    Attempt("secretsmanager:ListSecrets", "account", lambda a: a.client("secretsmanager").list_secrets()),
    Attempt("lambda:InvokeFunction", "sweep", lambda a: a.invoke("SweepFunction")),
    Attempt("lambda:InvokeFunction", "cascade", lambda a: a.invoke("CascadeFunction")),
    Attempt(
        "lambda:UpdateFunctionConfiguration",
        "sweep",
        lambda a: a.client("lambda").update_function_configuration(
            FunctionName=a.stack.resources()["SweepFunction"], Timeout=3
        ),
    ),
    Attempt(
        "sqs:SendMessage",
        "failures",
        lambda a: a.client("sqs").send_message(QueueUrl=a.stack.resources()["CascadeFailures"], MessageBody="attempt"),
    ),
    Attempt(
        "sqs:ReceiveMessage",
        "failures",
        lambda a: a.client("sqs").receive_message(QueueUrl=a.stack.resources()["CascadeFailures"]),
    ),
    Attempt("logs:DescribeLogGroups", "account", lambda a: a.client("logs").describe_log_groups()),
    Attempt("iam:ListRoles", "account", lambda a: a.client("iam").list_roles()),
    Attempt("cloudformation:DescribeStacks", "account", lambda a: a.client("cloudformation").describe_stacks()),
)
