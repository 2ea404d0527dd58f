"""The environment of a function; imported before the application, which reads it.

No test reaches a real account, or the local AWS of another process.
"""

import os

import pytest

HELPERS = ("boards", "children", "events", "faults", "integration", "model", "rpc_function", "streams")
pytest.register_assert_rewrite(*(f"tests.{name}" for name in HELPERS))  # their failed asserts show both sides, too

for _name in [name for name in os.environ if name.startswith("AWS_ENDPOINT_URL")]:
    del os.environ[_name]

os.environ |= {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "POWERTOOLS_SERVICE_NAME": "lambdaboard",
    "POWERTOOLS_METRICS_NAMESPACE": "Lambdaboard",
    "STAGE": "dev",
}
