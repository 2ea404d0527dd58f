"""Procedures by name."""

from __future__ import annotations

import pytest

from lambdaboard.jsonrpc import Registry


@pytest.fixture
def registry() -> Registry:
    return Registry()


def close_task(_context: object) -> bool:
    return True


def test_a_registered_function_stays_an_ordinary_function(registry: Registry) -> None:
    assert registry.procedure("closeTask")(close_task) is close_task


@pytest.mark.parametrize("name", ["closeTask", "closetask", "CLOSETASK"])
def test_letter_case_does_not_matter_and_the_registered_name_is_kept(registry: Registry, name: str) -> None:
    registry.procedure("closeTask")(close_task)
    found = registry.find(name)
    assert found is not None
    assert found.name == "closeTask"
    assert found.function is close_task


@pytest.mark.parametrize("name", ["", "closeTask ", " closeTask", "close_task", "closeTas\u212a", "closeTask\u0000"])
def test_any_other_name_is_unknown(registry: Registry, name: str) -> None:
    registry.procedure("closeTask")(close_task)
    assert registry.find(name) is None


@pytest.mark.parametrize("name", ["closeTask", "CloseTask"])
def test_a_name_cannot_be_registered_twice(registry: Registry, name: str) -> None:
    registry.procedure("closeTask")(close_task)
    with pytest.raises(ValueError, match="registered twice"):
        registry.procedure(name)(close_task)


def test_the_failure_value_is_false_unless_said(registry: Registry) -> None:
    registry.procedure("closeTask")(close_task)
    registry.procedure("getTask", failure=None)(close_task)
    assert [(each.name, each.failure) for each in registry] == [("closeTask", False), ("getTask", None)]


def test_a_signature_is_resolved_at_the_first_call_and_kept(registry: Registry) -> None:
    @registry.procedure("later")
    def later(_context: object, what: Unknown) -> None:  # type: ignore[name-defined]  # noqa: F821
        """Cannot be resolved: registering must not try."""

    @registry.procedure("now")
    def now(_context: object) -> None:
        """Can be resolved."""

    *_, procedure = registry
    assert procedure.signature is procedure.signature
