"""The target of a move: the table and the bucket of a stack, or of `make run`."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import BotoCoreError, ClientError
from local import data, resources
from local.functions import wait_longer
from local.settings import SettingsError

from importer.errors import ImporterError
from lambdaboard.store.stores import Stores

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCAL = "local"


@contextmanager
def connected(name: str) -> Iterator[Stores]:
    """Yield the stores of a stack, or with `local` those of `make run`, which may run or not.

    Raises:
        ImporterError: there is no such stack, or no engine can be started on the data; or a call of AWS failed.
    """
    try:
        with _local() if name == LOCAL else _stack(name) as stores:
            yield stores
    except (BotoCoreError, ClientError, S3UploadFailedError, TimeoutError) as error:
        raise ImporterError(f"AWS: {error}. --resume continues an import that was interrupted") from error
    except SettingsError as error:
        raise ImporterError(str(error)) from error


@contextmanager
def _local() -> Iterator[Stores]:
    with data.environment() as found, _environment(found):
        resources.make_all()
        wait_longer()
        yield Stores.connect(found["TABLE_NAME"], found["BUCKET_NAME"])


@contextmanager
def _stack(name: str) -> Iterator[Stores]:
    yield Stores.connect(*_names(name))


@contextmanager
def nowhere() -> Iterator[Stores]:
    """Yield stores that only build items, without a connection."""
    with _environment({**os.environ, "AWS_DEFAULT_REGION": "us-east-1"}):
        yield Stores.connect("nowhere", "nowhere")


@contextmanager
def _environment(wanted: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(wanted)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _names(stack: str) -> tuple[str, str]:
    """Return the names of the table and the bucket of a stack."""
    (found,) = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    outputs: dict[str, Any] = {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])}
    if not {"Table", "Bucket"} <= outputs.keys():
        raise ImporterError(f"the stack {stack} is not a Lambdaboard: it has no outputs Table and Bucket")
    return outputs["Table"], outputs["Bucket"]
