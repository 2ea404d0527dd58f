"""The lines of the log of a function, as it writes them."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest
    from local.functions import Function


def logged(function: Function, caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """Return all lines that were logged so far, in the function's own format."""
    logger: Any = vars(sys.modules[function.name])["logger"]
    return [json.loads(logger.registered_formatter.format(record)) for record in caplog.records]
