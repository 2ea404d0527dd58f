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
REGISTRY = "__import__('lambdaboard.procedures').procedures.registry"
SIGNATURES = f"[each.name for each in {REGISTRY} if 'signature' in vars(each)]"


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


def test_only_the_document_of_the_api_needs_what_pydantic_makes_models_with() -> None:
    models = {"pydantic.type_adapter", "pydantic.fields"}
    assert models.isdisjoint(after_import("rpc", MODULES))
    arguments, modules = after_import("rpc", f"[{REGISTRY}.find('getTask').signature.bind(['5']), {MODULES}]")
    assert arguments == {"task_id": 5}
    assert models.isdisjoint(modules)
    described = "__import__('lambdaboard.procedures.discovery').procedures.discovery.described()['openrpc']"
    _, modules = after_import("rpc", f"[{described}, {MODULES}]")
    assert models.issubset(modules)


def test_bcrypt_is_for_passwords_of_kanboards_alone() -> None:
    passwords = "__import__('lambdaboard.domain.passwords').domain.passwords"
    ours = f"{passwords}.fits('secret', {passwords}.hashed('secret'))"
    assert after_import("rpc", f"[{ours}, 'bcrypt' in {MODULES}]") == [True, False]
    theirs = f"{passwords}.fits('secret', '$2y$04$fZzEY3L/RrCXR0p2eR7RwupC5Bmik3/HvKak3wptYie1mJaHBGHKq')"
    assert after_import("rpc", f"[{theirs}, 'bcrypt' in {MODULES}]") == [True, True]


def test_no_procedure_is_looked_into_before_it_is_called() -> None:
    assert after_import("rpc", SIGNATURES) == []
    assert after_import("rpc", f"[{REGISTRY}.find('getTask').signature.required, {SIGNATURES}]") == [
        ["task_id"],
        ["getTask"],
    ]
