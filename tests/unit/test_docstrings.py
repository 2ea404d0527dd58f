"""What is written of the procedures: the document of the API and docs/api.md are made of it."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import pytest
from local import data_model

from lambdaboard.jsonrpc.docstrings import Docstring
from lambdaboard.procedures import registry

if TYPE_CHECKING:
    from lambdaboard.jsonrpc import Procedure

every_procedure = pytest.mark.parametrize("procedure", [*registry], ids=lambda procedure: procedure.name)


@every_procedure
def test_a_procedure_describes_each_of_its_parameters_in_order_and_nothing_else(procedure: Procedure) -> None:
    context, *parameters = inspect.signature(procedure.function).parameters
    described = [name for name in Docstring.of(procedure.function).arguments if name != context]
    assert described == parameters


@every_procedure
def test_a_procedure_says_in_one_sentence_what_it_does_and_what_it_returns(procedure: Procedure) -> None:
    told = Docstring.of(procedure.function)
    assert told.summary.endswith(".")
    assert told.returns.endswith(".")


def test_the_kinds_of_items_in_the_architecture_are_up_to_date() -> None:
    current = data_model.FILE.read_text(encoding="utf-8")
    assert current.count(data_model.BEGIN) == current.count(data_model.END) == 1
    is_current = current == data_model.content()
    assert is_current, "docs/architecture.md is stale: run `make docs`"
