"""The daily repair of one part of all data; an event by hand reads everything, and repairs only if it says so."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.parser import event_parser
from pydantic import BaseModel, ConfigDict, Field

from lambdaboard import error_report
from lambdaboard.store import usage
from lambdaboard.store.stores import Stores
from lambdaboard.store.sweep import Sweep

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


class Event(BaseModel):
    """The event of the schedule, or one by hand.

    Attributes:
        repair: repair the findings; set by the schedule.
        parts: of a round, of which one is read; 1 for everything.
    """

    model_config = ConfigDict(strict=True, hide_input_in_errors=True)

    repair: bool = False
    parts: Annotated[int, Field(ge=1, le=365)] = 1


logger = Logger(location=None, xray_trace_id=None)  # as functions/rpc
metrics = Metrics(service="")  # no dimension but the stage: each costs money
metrics.set_default_dimensions(stage=os.environ["STAGE"])
table, bucket = os.environ["TABLE_NAME"], os.environ["BUCKET_NAME"]
stores = Stores.connect(table, bucket)

ADOPT = f"make adopt TABLE={table} BUCKET={bucket}"
"""The command that assigns the bucket to this table."""

TIME_TO_STOP = 60_000
"""Milliseconds that a run keeps for its last page; the next run continues from there."""


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
@event_parser(model=Event)
def handler(event: Event, context: LambdaContext) -> dict[str, Any]:
    """Find what interrupted calls have left, and repair it if the event has `{"repair": true}`, as the schedule's.

    Returns:
        `{"found": {kind: count}, "repaired": bool, "complete": bool}`.

    Raises:
        ValidationError: the event is invalid; nothing was read.
        RuntimeError: the sweep failed; the log has the stack.
    """
    used = usage.Usage()
    usage.current.set(used)
    sweep = Sweep(
        stores,
        repair=event.repair,
        parts=event.parts,
        has_time=lambda: context.get_remaining_time_in_millis() > TIME_TO_STOP,
    )
    try:
        report = sweep.run()
    except Exception as error:  # noqa: BLE001 - it is logged
        logger.error("sweep failed", **error_report.describe(error))  # noqa: TRY400 - its text is not for the log
        raise RuntimeError("sweep failed") from None  # Lambda logs what is raised, and counts it
    if report.owner is not None:
        remedy = f"give this stack another bucket; or, if the other table is out of use: {ADOPT}"
        logger.warning("bucket of another table", bucket=bucket, owner=report.owner, remedy=remedy)
    metrics.add_metric("LeftBehind", MetricUnit.Count, sum(report.found.values()))
    answer: dict[str, Any] = {"found": dict(report.found), "repaired": event.repair, "complete": report.is_complete}
    cost = {"parts": event.parts, "read_units": used.read_units, "write_units": used.write_units}
    logger.info({"message": "swept", **answer, **cost})
    return answer
