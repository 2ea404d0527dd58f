"""What is installed is what was looked at: each file by its hash, in CI, in the layer and where the role is."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from local.lock import LISTS
from local.settings import ROOT
from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped]

LOCKED = re.compile(
    r"^[A-Za-z0-9._-]+(\[[a-z0-9,]+\])?==[^\s;]+( ; [^\\]+)?((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", re.MULTILINE
)
WORKFLOW: dict[str, Any] = yaml_parse((ROOT / ".github/workflows/deploy.yml").read_text())


def packages(text: str) -> set[str]:
    """Return what a list names, in the spelling of the registry, with versions."""
    found = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", text, re.MULTILINE)
    return {f"{re.sub(r'[-_.]+', '-', name).lower()}=={version}" for name, version in found}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_a_hash_for_each_file_of_each_package_and_the_versions_that_were_asked_for(name: str) -> None:
    asked, locked = ((ROOT / f"{name}{ending}").read_text() for ending in (".in", ".txt"))
    rest = LOCKED.sub("", re.sub(r"^\s*#.*\n", "", locked, flags=re.MULTILINE))
    assert rest.strip() == ""
    assert packages(locked) >= packages(asked) != set()


def test_what_is_deployed_is_all_listed_and_nothing_is_brought_along() -> None:
    asked, locked = ((ROOT / f"layers/dependencies/requirements{ending}").read_text() for ending in (".in", ".txt"))
    assert packages(locked) == packages(asked)


@pytest.mark.parametrize(
    "file",
    ["local/make-environment", "layers/dependencies/Makefile", "tests/deployed/emulator.py", "tests/clients/client.py"],
)
def test_whatever_installs_packages_requires_the_hashes(file: str) -> None:
    text = (ROOT / file).read_text()
    assert text.count("--requirement") == text.count("--require-hashes") == 1


def test_packages_of_npm_are_locked_too() -> None:
    lock = json.loads((ROOT / "tests/clients/requirements/npm/package-lock.json").read_text())
    installed = {name: each for name, each in lock["packages"].items() if name}
    assert installed
    assert all(each["integrity"].startswith("sha512-") for each in installed.values())


def test_each_action_is_pinned_by_its_commit() -> None:
    used = re.findall(r"uses: (\S+)", (ROOT / ".github/workflows/deploy.yml").read_text())
    assert used
    assert [each for each in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", each)] == []


def test_the_job_that_has_the_role_deploys_what_a_job_without_it_has_built_and_installs_locked_packages_first() -> None:
    with_role = [name for name, job in WORKFLOW["jobs"].items() if job["permissions"].get("id-token") == "write"]
    assert with_role == ["deploy"]
    steps = WORKFLOW["jobs"]["deploy"]["steps"]
    done = [each.get("run") or each["uses"].partition("@")[0] for each in steps]
    assert done == [
        "actions/checkout",
        "actions/setup-python",
        "make .venv-sam/.stamp",
        "actions/download-artifact",
        "aws-actions/configure-aws-credentials",
        "make deploy-built STAGE=prod YES=1",
    ]
    assert WORKFLOW["jobs"]["deploy"]["needs"] == "build"
    assert "make build" in [each.get("run") for each in WORKFLOW["jobs"]["build"]["steps"]]
    assert WORKFLOW["jobs"]["build"]["permissions"] == {"contents": "read"}
