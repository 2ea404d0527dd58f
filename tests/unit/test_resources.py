"""What a call is authorized for is shown by the types of its parameters (api/resources.py)."""

from __future__ import annotations

from typing import get_args

from lambdaboard.api.access import ROLES_IN_PROJECT
from lambdaboard.api.resources import READS, Resource
from lambdaboard.procedures import registry


def resources_of(name: str) -> list[Resource]:
    """Return what the parameters of a procedure name."""
    procedure = registry.find(name)
    assert procedure is not None
    return [
        each
        for parameter in procedure.signature.parameters
        for each in get_args(parameter.annotation)
        if isinstance(each, Resource)
    ]


def test_every_procedure_that_asks_for_a_role_in_a_project_names_what_it_is_authorized_for() -> None:
    unnamed = {
        procedure.name
        for procedure in registry
        if procedure.access in ROLES_IN_PROJECT and not resources_of(procedure.name)
    }
    # these find a project by a name, and tell everybody if there is none
    assert unnamed == {"getProjectByName", "getProjectByIdentifier", "getProjectByEmail"}


def test_only_procedures_that_ask_for_a_role_in_a_project_name_something_in_one() -> None:
    others = [procedure.name for procedure in registry if procedure.access not in ROLES_IN_PROJECT]
    assert [name for name in others if resources_of(name)] == []


def test_every_resource_has_a_read_that_finds_its_project() -> None:
    assert set(READS) == set(Resource)
