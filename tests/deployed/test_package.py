"""The deployed packages are small, compiled, and contain only code that runs."""

from __future__ import annotations

import importlib.util
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from tests.deployed.stack import BUILT, built_template, code_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.deployed.stack import Package

LARGEST = 25_000_000  # bytes, zipped, of all functions and layers
LAYERS = ("DependenciesLayer", "LambdaboardLayer")
UNCHECKED = 1  # flag of bytecode that is used without a check of the source (PEP 552)


def folders() -> dict[str, Path]:
    """Return where each function and layer was built, by logical id."""
    return {name: BUILT / folder for name, folder in code_of(built_template()).items()}


def files() -> list[Path]:
    return [path for folder in folders().values() for path in folder.rglob("*") if path.is_file()]


def test_functions_and_layers_have_less_than_25_mb_zipped(package: Package) -> None:
    assert set(package.sizes) == set(folders())
    print({name: f"{size / 1e6:.2f} MB" for name, size in package.sizes.items()})
    assert sum(package.sizes.values()) < LARGEST


def test_no_tests_and_no_records_of_pip_are_deployed() -> None:
    names = [part for path in files() for part in path.relative_to(BUILT).parts]
    assert [name for name in names if name.startswith(("test_", "conftest")) or name in {"test", "tests"}] == []
    assert [name for name in names if name.endswith((".dist-info", ".egg-info"))] == []


def test_nothing_is_deployed_twice() -> None:
    modules = Counter(
        path.stem
        for name, folder in folders().items()
        for path in ((folder / "python") if name in LAYERS else folder).iterdir()
        if path.is_dir() or path.suffix == ".py"
    )
    each_has_its_own = {"app", "requirements", "__pycache__"}
    assert [name for name, times in modules.items() if times > 1 and name not in each_has_its_own] == []
    assert modules["boto3"] == modules["lambdaboard"] == 1


@pytest.mark.parametrize("layer", LAYERS)
def test_every_module_of_a_layer_has_bytecode_that_survives_zipping(layer: str) -> None:
    sources = [*folders()[layer].rglob("*.py")]
    assert sources
    for source in sources:
        code = source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc"
        head = code.read_bytes()[:8]
        assert head == importlib.util.MAGIC_NUMBER + UNCHECKED.to_bytes(4, "little"), code
    assert len([*folders()[layer].rglob("*.pyc")]) == len(sources)
