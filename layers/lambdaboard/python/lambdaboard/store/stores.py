"""All stores, over one client of DynamoDB and one of S3."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import boto3
import msgspec
from botocore.config import Config

from lambdaboard.domain.comment import Comment
from lambdaboard.domain.external_link import ExternalLink
from lambdaboard.store import keys
from lambdaboard.store.activity import ActivityStore
from lambdaboard.store.authorization import EVERYTHING, Authorization
from lambdaboard.store.blobs import Blobs
from lambdaboard.store.cache import Cache
from lambdaboard.store.child_entities import ChildEntityStore
from lambdaboard.store.fast_parser import with_fast_parser
from lambdaboard.store.files import FileStore, ProjectFile, TaskFileStore
from lambdaboard.store.groups import GroupStore
from lambdaboard.store.imports import ImportStore
from lambdaboard.store.item_collections import watched
from lambdaboard.store.lanes import Lanes
from lambdaboard.store.link_types import LinkTypeStore
from lambdaboard.store.links import LinkStore
from lambdaboard.store.logins import LoginStore
from lambdaboard.store.metadata import MetadataStore
from lambdaboard.store.projects import ProjectStore, StoredProject
from lambdaboard.store.subtasks import SubtaskStore
from lambdaboard.store.table import Table
from lambdaboard.store.tags import TagStore
from lambdaboard.store.task_index import TaskIndex
from lambdaboard.store.tasks import TaskStore
from lambdaboard.store.time_limit import limited
from lambdaboard.store.tokens import TokenStore
from lambdaboard.store.uploads import UploadStore
from lambdaboard.store.usage import instrumented
from lambdaboard.store.users import UserStore

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

# DynamoDB answers in milliseconds: a request of more than a second is lost, and repeated. Four attempts have pauses of
# at most 7 s; a call that takes longer is ended by `time_limit`.
# The user agent and the validation of our own parameters would take a seventh of the processor time of each call.
AGENT = "Lambdaboard"
DYNAMODB = Config(
    user_agent=AGENT,
    parameter_validation=False,
    retries={"mode": "standard", "total_max_attempts": 4},
    connect_timeout=1,
    read_timeout=1,
    max_pool_connections=32,
    tcp_keepalive=True,
)
# Presigned URLs are signed with version 4, since version 2 has no checksums, and have the region in their host:
# the host without one redirects to a new bucket's region, but the signature includes the host (decision 12).
S3 = Config(
    user_agent=AGENT,
    signature_version="s3v4",
    s3={"addressing_style": "virtual"},
    retries={"mode": "standard", "total_max_attempts": 3},
    connect_timeout=2,  # the content of a request must be sent within this time, too
    max_pool_connections=32,
)


def _s3(read_timeout: float) -> S3Client:
    return instrumented(limited(boto3.client("s3", config=S3.merge(Config(read_timeout=read_timeout)))))


class Stores(msgspec.Struct, frozen=True, dict=True):
    """The table and the bucket, as the procedures see them.

    Attributes:
        cache: data that the container keeps between calls.
        authorization: what the call may read.
    """

    table: Table
    blobs: Blobs
    cache: Cache = msgspec.field(default_factory=Cache)
    authorization: Authorization = EVERYTHING

    @classmethod
    def connect(cls, table_name: str, bucket_name: str) -> Stores:
        """Connect to the table and the bucket of these names; region and credentials are the environment's."""
        client = limited(boto3.client("dynamodb", config=DYNAMODB))
        table = Table(with_fast_parser(watched(instrumented(client))), table_name)
        # S3's on first use: a call that needs no file does not wait 30 ms for it.
        return cls(table, Blobs(_s3, bucket_name))

    def authorized(self, authorization: Authorization) -> Stores:
        """Return the same stores for one call, which may read only this."""
        return msgspec.structs.replace(self, authorization=authorization)

    @cached_property
    def projects(self) -> ProjectStore:
        """Projects with their columns, swimlanes and categories."""
        return ProjectStore(self.table, self.cache, self.authorization)

    @cached_property
    def users(self) -> UserStore:
        """Users, and their roles in projects."""
        return UserStore(self.table, self.projects, self.groups)

    @cached_property
    def groups(self) -> GroupStore:
        """Groups of users."""
        return GroupStore(self.table, self.projects)

    @cached_property
    def logins(self) -> LoginStore:
        """Attempts to log in."""
        return LoginStore(self.table)

    @cached_property
    def tokens(self) -> TokenStore:
        """Tokens."""
        return TokenStore(self.table)

    @cached_property
    def tasks(self) -> TaskStore:
        """Tasks."""
        return TaskStore(self.table, self.projects, self.cache)

    @cached_property
    def task_index(self) -> TaskIndex:
        """Keys of tasks."""
        return TaskIndex(self.table)

    @cached_property
    def lanes(self) -> Lanes:
        """Places of tasks."""
        return Lanes(self.table)

    @cached_property
    def tags(self) -> TagStore:
        """Tags."""
        return TagStore(self.table, self.projects)

    @cached_property
    def metadata(self) -> MetadataStore:
        """Metadata of tasks."""
        return MetadataStore(self.table, keys.metadata, self.tasks.find_parent)

    @cached_property
    def project_metadata(self) -> MetadataStore:
        """Metadata of projects."""
        return MetadataStore(self.table, keys.project_metadata, self.projects.get)

    @cached_property
    def comments(self) -> ChildEntityStore[Comment]:
        """Comments."""
        return ChildEntityStore(self.table, self.tasks, "comment", Comment)

    @cached_property
    def subtasks(self) -> SubtaskStore:
        """Subtasks."""
        return SubtaskStore(self.table, self.tasks)

    @cached_property
    def external_links(self) -> ChildEntityStore[ExternalLink]:
        """External links of tasks."""
        return ChildEntityStore(self.table, self.tasks, "external_link", ExternalLink)

    @cached_property
    def link_types(self) -> LinkTypeStore:
        """Types of links."""
        return LinkTypeStore(self.table)

    @cached_property
    def links(self) -> LinkStore:
        """Links between tasks."""
        return LinkStore(self.table, self.tasks)

    @cached_property
    def files(self) -> TaskFileStore:
        """Records of files of tasks."""
        return TaskFileStore(self.table, self.tasks)

    @cached_property
    def project_files(self) -> FileStore[StoredProject, ProjectFile]:
        """Records of files of projects."""
        return FileStore(self.table, keys.project_file, "project_file", ProjectFile, self.projects.get)

    @cached_property
    def activity(self) -> ActivityStore:
        """Activity of projects."""
        return ActivityStore(self.table)

    @cached_property
    def uploads(self) -> UploadStore:
        """Uploads that are not confirmed."""
        return UploadStore(self.table)

    @cached_property
    def imports(self) -> ImportStore:
        """The progress of an import."""
        return ImportStore(self.table)
