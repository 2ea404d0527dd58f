"""What is done when a function is imported, and what is not: a cold start waits for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from local import template
from local.settings import ROOT

MODULES = "[*__import__('sys').modules]"
SIGNATURES = (
    "[each.name for each in __import__('lambdaboard.procedures').procedures.registry if 'signature' in vars(each)]"
)


def after_import(function: str, expression: str) -> Any:
    """Import a function in a process of its own, as Lambda does; return what the expression says then."""
    path = [ROOT / "functions" / function, ROOT / "layers" / "lambdaboard" / "python"]
    environment = {
        **os.environ,
        **template.environment({}, {"Table": "table", "Bucket": "bucket"}),
        "API_TOKEN": "token",
        "AWS_DEFAULT_REGION": "us-east-1",
        "PYTHONPATH": os.pathsep.join(map(str, path)),
    }
    command = [sys.executable, "-c", f"import app, json; print(json.dumps({expression}))"]
    told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    return json.loads(told)


@pytest.mark.parametrize("name", ["aws_lambda_powertools.utilities.parser", "aws_lambda_powertools.utilities.batch"])
def test_powertools_parser_and_batches_are_for_events_of_the_other_functions_alone(name: str) -> None:
    assert name not in after_import("rpc", MODULES)
    assert name in after_import("cascade", MODULES)


def test_no_procedure_is_looked_into_before_it_is_called() -> None:
    assert after_import("rpc", SIGNATURES) == []
    called = "__import__('lambdaboard.procedures').procedures.registry.find('getTask').signature.required"
    assert after_import("rpc", f"[{called}, {SIGNATURES}]") == [["task_id"], ["getTask"]]


def test_the_garbage_collector_runs_again_once_the_function_is_imported() -> None:
    assert after_import("rpc", "[__import__('gc').isenabled(), __import__('gc').get_freeze_count() > 10_000]") == [
        True,
        True,
    ]
