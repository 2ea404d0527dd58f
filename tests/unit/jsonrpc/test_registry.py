"""Procedures by name."""

from __future__ import annotations

import pytest

from lambdaboard.jsonrpc import Registry


@pytest.fixture
def registry() -> Registry:
    return Registry({"open"})


def close_task(_context: object) -> bool:
    return True


def test_a_registered_function_stays_an_ordinary_function(registry: Registry) -> None:
    assert registry.procedure("closeTask", "open")(close_task) is close_task


@pytest.mark.parametrize("name", ["closeTask", "closetask", "CLOSETASK"])
def test_letter_case_does_not_matter_and_the_registered_name_is_kept(registry: Registry, name: str) -> None:
    registry.procedure("closeTask", "open")(close_task)
    found = registry.find(name)
    assert found is not None
    assert found.name == "closeTask"
    assert found.function is close_task


@pytest.mark.parametrize("name", ["", "closeTask ", " closeTask", "close_task", "closeTas\u212a", "closeTask\u0000"])
def test_any_other_name_is_unknown(registry: Registry, name: str) -> None:
    registry.procedure("closeTask", "open")(close_task)
    assert registry.find(name) is None


@pytest.mark.parametrize("name", ["closeTask", "CloseTask"])
def test_a_name_cannot_be_registered_twice(registry: Registry, name: str) -> None:
    registry.procedure("closeTask", "open")(close_task)
    with pytest.raises(ValueError, match="registered twice"):
        registry.procedure(name, "open")(close_task)


def test_the_failure_value_is_false_unless_said(registry: Registry) -> None:
    registry.procedure("closeTask", "open")(close_task)
    registry.procedure("getTask", "open", failure=None)(close_task)
    assert [(each.name, each.failure) for each in registry] == [("closeTask", False), ("getTask", None)]


def test_a_signature_is_resolved_at_the_first_call_and_kept(registry: Registry) -> None:
    @registry.procedure("later", "open")
    def later(_context: object, what: Unknown) -> None:  # type: ignore[name-defined]  # noqa: F821
        """Cannot be resolved: registering must not try."""

    @registry.procedure("now", "open")
    def now(_context: object) -> None:
        """Can be resolved."""

    *_, procedure = registry
    assert procedure.signature is procedure.signature


@pytest.mark.parametrize("access", ["", "everybody"])
def test_a_procedure_that_declares_no_level_of_access_cannot_be_registered(registry: Registry, access: str) -> None:
    with pytest.raises(ValueError, match="access"):
        registry.procedure("closeTask", access)
    assert registry.find("closeTask") is None
