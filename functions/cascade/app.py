"""The consumer of the table's stream: tidies up behind what was removed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from lambdaboard.store.cascade import Cascade
from lambdaboard.store.stores import Stores

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
metrics = Metrics(service="")  # no dimension but the stage: each costs money
metrics.set_default_dimensions(stage=os.environ["STAGE"])
# One that fails does not hold up the others of the batch; Lambda sends it again, then to the queue of failures.
processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)
stores = Stores.connect(os.environ["TABLE_NAME"], os.environ["BUCKET_NAME"])
cascade = Cascade(stores.table, stores.blobs)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Tidy up behind each record of the stream; answers which failed."""
    metrics.add_metric("Removals", MetricUnit.Count, len(event["Records"]))
    return process_partial_response(event=event, record_handler=tidy_up, processor=processor, context=context)


def tidy_up(record: DynamoDBRecord) -> None:
    """Handle one record: a removed item, or a task of a new generation."""
    change: dict[str, Any] = record.raw_event["dynamodb"]
    try:
        if record.raw_event["eventName"] == "REMOVE":
            cascade.removed(change["OldImage"])
        else:
            cascade.changed(change["OldImage"], change["NewImage"])
    except Exception:
        logger.exception("record failed", sequence_number=change["SequenceNumber"])
        metrics.add_metric("InternalErrors", MetricUnit.Count, 1)
        raise
