"""The JSON-RPC endpoint: an event of the HTTP API in, a response out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.logging import correlation_paths

from lambdaboard.app.service import Service

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

# Each byte of a line costs money: CloudWatch notes the time of a line itself, and X-Ray knows the id of the request.
logger = Logger(location=None, timestamp=None, xray_trace_id=None)
metrics = Metrics(service="")  # no dimension but the stage: each costs money
metrics.set_default_dimensions(stage=os.environ["STAGE"])
service = Service.from_environment()  # once per container: a wrong setting fails the first call, not one in a hundred


SAID_ELSEWHERE = ["service", "function_name", "function_arn", "function_memory_size", "function_request_id"]
"""Keys that Powertools adds to each line: equal in the whole log group, or Lambda's own id of the request."""


# log_event, since else an environment variable could add the credentials of every caller to the log
@logger.inject_lambda_context(clear_state=True, correlation_id_path=correlation_paths.API_GATEWAY_HTTP, log_event=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one event of the HTTP API (payload format 2.0)."""
    request_id = logger.get_correlation_id() or context.aws_request_id  # an event of another origin has none
    logger.set_correlation_id(request_id)
    is_warm = not logger.get_current_keys()["cold_start"]
    logger.remove_keys([*SAID_ELSEWHERE, "cold_start"] if is_warm else SAID_ELSEWHERE)
    try:
        return service.answer(event, request_id, lambda: context.get_remaining_time_in_millis() / 1_000)
    finally:
        if metrics.metric_set:  # only after an error: Lambda itself counts the requests
            metrics.flush_metrics()
