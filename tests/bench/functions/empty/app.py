"""The smallest possible function."""

from __future__ import annotations

from typing import Any


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer nothing."""
    return {"statusCode": 200, "body": ""}
