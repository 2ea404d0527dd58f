"""The smallest function with logs, metrics and a table: boto3 and Powertools, and no call of AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
metrics = Metrics()
table = boto3.client("dynamodb")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer nothing, and log it."""
    metrics.add_metric("Requests", MetricUnit.Count, 1)
    logger.info("call")
    return {"statusCode": 200, "body": ""}
