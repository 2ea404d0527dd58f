"""All stores, over one client of DynamoDB and one of S3."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from lambdaboard.store.files import Blobs, FileStore
from lambdaboard.store.lanes import Lanes
from lambdaboard.store.metadata import MetadataStore
from lambdaboard.store.projects import ProjectStore
from lambdaboard.store.table import Table
from lambdaboard.store.tags import TagStore
from lambdaboard.store.tasks import TaskStore

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# A call of ours must end before the gateway gives up after 30 s: four tries of at most 5 s, and the pauses between.
DYNAMODB = Config(
    retries={"mode": "standard", "total_max_attempts": 4},
    connect_timeout=2,
    read_timeout=5,
    max_pool_connections=32,
    tcp_keepalive=True,
)
S3 = Config(
    retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=2, read_timeout=8, max_pool_connections=32
)


@dataclass(frozen=True)
class Stores:
    """The table and the bucket, as the procedures see them; one a container."""

    table: Table
    bucket_name: str

    @classmethod
    def connect(cls, table_name: str, bucket_name: str) -> Stores:
        """Connect to the table and the bucket of these names; region and credentials are the environment's."""
        client: DynamoDBClient = boto3.client("dynamodb", config=DYNAMODB)
        return cls(Table(client, table_name), bucket_name)

    @cached_property
    def projects(self) -> ProjectStore:
        """Projects with their columns, swimlanes and categories."""
        return ProjectStore(self.table)

    @cached_property
    def tasks(self) -> TaskStore:
        """Tasks."""
        return TaskStore(self.table, self.projects)

    @cached_property
    def lanes(self) -> Lanes:
        """Places of tasks."""
        return Lanes(self.table)

    @cached_property
    def tags(self) -> TagStore:
        """Tags."""
        return TagStore(self.table)

    @cached_property
    def metadata(self) -> MetadataStore:
        """Task metadata."""
        return MetadataStore(self.table)

    @cached_property
    def files(self) -> FileStore:
        """Records of task files."""
        return FileStore(self.table)

    # On first use: a call that needs no file does not wait 30 ms for the client.
    @cached_property
    def blobs(self) -> Blobs:
        """Contents of task files."""
        return Blobs(boto3.client("s3", config=S3), self.bucket_name)
