"""The handlers of functions/, loaded and called as in Lambda."""

import importlib.util
import os
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aws_lambda_powertools import Metrics
from botocore.config import Config

from local import template
from local.settings import ROOT, Settings

NAMES = {"Table": "lambdaboard", "Bucket": "lambdaboard"}

Handler = Callable[[dict[str, Any], "Context"], Any]


@dataclass(frozen=True)
class Context:
    """Lambda's context object of a call.

    Attributes:
        seconds: the function's time-out.
    """

    function_name: str
    memory_limit_in_mb: int
    seconds: int
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    function_version: str = "$LATEST"
    log_stream_name: str = "local"
    started: float = field(default_factory=time.monotonic)

    @property
    def invoked_function_arn(self) -> str:
        """The function's ARN."""
        return f"arn:aws:lambda:us-east-1:000000000000:function:{self.function_name}"

    @property
    def log_group_name(self) -> str:
        """The name of its log group."""
        return f"/aws/lambda/{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """Return the time until Lambda would end the call."""
        return max(0, int((self.started + self.seconds - time.monotonic()) * 1000))


@dataclass(frozen=True)
class Function:
    """A function of the template, ready to be called."""

    name: str
    handler: Handler
    cache: int
    seconds: int

    @classmethod
    def load(cls, resource: str) -> "Function":
        """Import the handler of a function of the template, e.g. `RpcFunction`; raises any error of the import."""
        declared = {**template.template()["Globals"]["Function"], **template.properties(resource)}
        file, _, handler = declared["Handler"].partition(".")
        name = declared["CodeUri"].rstrip("/").replace("/", "_")  # two functions have an `app`
        spec = importlib.util.spec_from_file_location(name, ROOT / declared["CodeUri"] / f"{file}.py")
        if spec is None or spec.loader is None:
            raise ImportError(f"no module {file} for {resource}")
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return cls(name, getattr(module, handler), declared["MemorySize"], declared["Timeout"])

    def __call__(self, event: dict[str, Any]) -> Any:
        """Call it once."""
        try:
            return self.handler(event, Context(self.name, self.cache, self.seconds))
        finally:
            # nothing collects them here, and Powertools prints them once there are a hundred
            Metrics(service="").clear_metrics()


def wait_longer() -> None:
    """Give the functions longer time-outs for a local engine, which is slower than AWS and shares their processor."""
    from lambdaboard.store import stores  # noqa: PLC0415 - it may be broken during development

    stores.DYNAMODB = stores.DYNAMODB.merge(Config(read_timeout=20))


def settings_of_functions(given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the variables of the template, with the given values.

    Raises:
        SettingsError: one of them is not allowed.
    """
    return template.environment(given, NAMES)


def environment_of_functions(settings: Settings, aws: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of the functions: the template's, and the endpoints of the local AWS."""
    return {
        "POWERTOOLS_METRICS_DISABLED": "true",
        "PYTHONWARNINGS": "ignore:No application metrics to publish",  # Powertools, of metrics that are disabled
        **aws,
        **settings_of_functions(),
        "API_TOKEN": settings.token,
        "DATA_DIR": str(settings.data),
        "PYTHONPATH": str(ROOT / "layers" / "lambdaboard" / "python"),
    }
