"""The consumer of the table's stream: deletes what belonged to removed things, and completes interrupted calls."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.parser.models import DynamoDBStreamChangedRecordModel, DynamoDBStreamRecordModel
from pydantic import ConfigDict, field_validator

from lambdaboard import error_report
from lambdaboard.store.cascade import Cascade, OutOfTime
from lambdaboard.store.stores import Stores

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext


class Change(DynamoDBStreamChangedRecordModel):
    """An item before and after a change; without a new image if it was removed."""

    OldImage: dict[str, Any]
    NewImage: dict[str, Any] | None = None

    @field_validator("Keys", "OldImage", "NewImage", mode="before")
    @classmethod
    def deserialize_field(cls, value: Any) -> Any:
        """Keep the items in DynamoDB's form, which `store` reads; Powertools would convert them."""
        return value


class Record(DynamoDBStreamRecordModel):
    """A record that passes the template's filters."""

    model_config = ConfigDict(hide_input_in_errors=True)

    dynamodb: Change


logger = Logger(location=None, xray_trace_id=None)  # as functions/rpc
metrics = Metrics(service="")  # no dimension but the stage: each costs money
metrics.set_default_dimensions(stage=os.environ["STAGE"])
# A record that fails does not stop the others of the batch; Lambda sends it again, then to the queue of failures.
processor = BatchProcessor(event_type=EventType.DynamoDBStreams, model=Record, raise_on_entire_batch_failure=False)
stores = Stores.connect(os.environ["TABLE_NAME"], os.environ["BUCKET_NAME"])

TIME_TO_STOP = 60_000
"""Milliseconds that the last step of a call may take; the remaining records are in the next call."""


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Handle each record of the stream; return those that failed, or are not finished.

    All records of an event are of one stream. After a stack changes to another table (docs/operations.md, "Backup and
    restore"), it may still get records of the old one, which must not change the new table: they are ignored.
    """
    metrics.add_metric("Removals", MetricUnit.Count, len(event["Records"]))
    stream = event["Records"][0]["eventSourceARN"]
    if f":table/{stores.table.name}/" not in stream:
        logger.warning("stream of another table", stream=stream)
        return {"batchItemFailures": []}
    cascade = Cascade(stores.table, stores.blobs, lambda: context.get_remaining_time_in_millis() > TIME_TO_STOP)
    response = process_partial_response(
        event=event, record_handler=partial(handle_record, cascade), processor=processor, context=context
    )
    failures = response["batchItemFailures"]
    for failure, (_, error, _) in zip(failures, processor.exceptions, strict=True):
        if isinstance(error, OutOfTime):
            logger.info("record continues in the next call", sequence_number=failure["itemIdentifier"])
            continue
        fault = error_report.describe(error) if error else {}
        logger.error("record failed", sequence_number=failure["itemIdentifier"], **fault)
        metrics.add_metric("CascadeFaults", MetricUnit.Count, 1)
    return response


def handle_record(cascade: Cascade, record: Record) -> None:
    """Handle one record: a removed item, one with rows of activity to follow, or a task of a new generation."""
    change = record.dynamodb
    if change.NewImage is None:
        cascade.removed(change.OldImage)
    else:
        cascade.changed(change.OldImage, change.NewImage)
