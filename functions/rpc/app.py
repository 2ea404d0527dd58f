"""The JSON-RPC endpoint: an event of the HTTP API in, a response out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.logging import correlation_paths

from lambdaboard.app.service import Service

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

# No trace: its id is one of X-Ray's, which knows the function's request id, too. Each byte of a line costs money.
logger = Logger(location=None, xray_trace_id=None)
metrics = Metrics(service="")  # no dimension but the stage: each costs money
metrics.set_default_dimensions(stage=os.environ["STAGE"])
service = Service.from_environment()  # once a container: a wrong setting fails the first call, not one in a hundred


SAID_BY_THE_LOG_GROUP = ["service", "function_name", "function_arn", "function_memory_size"]
"""What Powertools puts into each line, and what is the same in all of them."""


# log_event, since an environment variable could else put the credentials of every caller into the log
@logger.inject_lambda_context(clear_state=True, correlation_id_path=correlation_paths.API_GATEWAY_HTTP, log_event=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one event of the HTTP API (payload format 2.0)."""
    logger.remove_keys(SAID_BY_THE_LOG_GROUP)
    try:
        return service.answer(event, context.aws_request_id, lambda: context.get_remaining_time_in_millis() / 1_000)
    finally:
        if metrics.metric_set:  # there is one only where something went wrong: Lambda itself counts the requests
            metrics.flush_metrics()
