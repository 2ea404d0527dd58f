"""A client that is generated from what rpc.discover answers, type-checked with a program, which then runs.

`datamodel-code-generator` makes the types: of each named schema, and of the params and the result of each procedure.
The client has a method for each procedure, with these types. `mypy --strict` accepts it and a program that uses it
right, and finds each fault of one that does not. `run` says where, in which format and as whom (see `common`).
"""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.clients.common import WIRE, call, same

GENERATOR = (sys.executable, "-m", "datamodel_code_generator", "--input-file-type", "openapi")
OPTIONS = ("--output-model-type", "typing.TypedDict", "--no-use-closed-typed-dict", "--formatters", "builtin")
MYPY = (sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull, "--cache-dir", os.devnull)

BEGINNING = """\
from collections.abc import Callable
from typing import Any
from typing_extensions import Unpack
from types_of_it import *

class Client:
    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call
"""

METHOD = """
    def {python}(self, **params: Unpack[{types}Params]) -> {types}Result:
        result: {types}Result = self._call("{name}", **params)
        return result
"""

RIGHT = """\
from typing import assert_type
from client import Client

def use(api: Client) -> list[str]:
    project_id = api.createProject(name="Garten")
    assert project_id is not False
    assert api.createTask(title="", project_id=project_id) is False
    task_id = api.createTask(title="Zaun", project_id=project_id, tags=["Holz"], date_due="2030-01-15")
    assert task_id is not False
    assert api.saveTaskMetadata(task_id=task_id, values={{"Farbe": "grün"}})
    task = api.getTask(task_id=task_id)
    assert task is not None
    assert_type(task["date_due"], {number})
    assert_type(task["time_spent"], {hours})
    assert_type(api.getTaskMetadata(task_id=task_id), {metadata})
    tasks = api.getAllTasks(project_id=project_id)
    assert isinstance(tasks, list)
    names = [task["title"], task["color"]["name"], *(each["title"] for each in tasks)]
    for lane in api.getBoard(project_id=project_id):
        for column in lane["columns"]:
            for card in column["tasks"]:
                names += [column["title"], *(tag["name"] for tag in card["tags"])]
    return names
"""

NAMES = ["Zaun", "Yellow", "Zaun", "Backlog", "Holz"]

TYPES = {
    "native": {"number": "int", "hours": "float | None", "metadata": "dict[str, str | None]"},
    "documented": {"number": "str", "hours": "str", "metadata": "list[dict[str, str | None]]"},
}

WRONG = """\
from client import Client

def use(api: Client) -> None:
    api.createTask(project_id=1)  # wrong
    api.createTask(title="Zaun", project_id="1")  # wrong
    api.createTask(titel="Zaun", project_id=1)  # wrong
    api.createTask(title="Zaun", project_id=1) + "1"  # wrong
    task = api.getTask(task_id=1)
    task["title"]  # wrong
    if task:
        task["titel"]  # wrong
        task["title"] + 1  # wrong
        task["color"]["background"].upper()
"""


def types_of(name: str) -> str:
    """Return how the types of a procedure are called."""
    return "".join(part[0].upper() + part[1:] for part in name.split("."))


def schemas(document: dict[str, Any]) -> dict[str, Any]:
    """Return the named schemas of a document, and those of the params and the result of each procedure."""
    named = dict(document["components"]["schemas"])
    for method in document["methods"]:
        types, params = types_of(method["name"]), method["params"]
        named[f"{types}Result"] = method["result"]["schema"]
        named[f"{types}Params"] = {
            "type": "object",
            "properties": {each["name"]: each["schema"] for each in params},
            "required": [each["name"] for each in params if each["required"]],
            "additionalProperties": False,
        }
    return named


def generate(document: dict[str, Any], folder: Path) -> None:
    """Write the client of a document, and the modules that use it."""
    described = {"openapi": "3.1.0", "info": {"title": "", "version": ""}, "paths": {}}
    (folder / "schemas.json").write_text(json.dumps(described | {"components": {"schemas": schemas(document)}}))
    files = ("--input", str(folder / "schemas.json"), "--output", str(folder / "types_of_it.py"))
    subprocess.run([*GENERATOR, *OPTIONS, *files], check=True)
    names = (method["name"] for method in document["methods"])
    methods = (METHOD.format(name=name, python=name.replace(".", "_"), types=types_of(name)) for name in names)
    (folder / "client.py").write_text("".join([BEGINNING, *methods]))
    (folder / "right.py").write_text(RIGHT.format(**TYPES[WIRE]))
    (folder / "wrong.py").write_text(WRONG)


def faults(folder: Path) -> set[str]:
    """Return the places in the modules that mypy finds fault with, as `wrong.py:4`."""
    command = [*MYPY, "client.py", "right.py", "wrong.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    found = re.findall(r"^(\w+\.py:\d+): error", done.stdout, re.MULTILINE)
    assert found, done.stdout + done.stderr
    return {*found}


def main() -> None:
    """Generate, check and run."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generate(call("rpc.discover"), folder)
        wrong = {f"wrong.py:{n}" for n, line in enumerate(WRONG.splitlines(), 1) if line.endswith("# wrong")}
        same(faults(folder), wrong)
        sys.path.insert(0, name)
        client, right = importlib.import_module("client"), importlib.import_module("right")
        same(right.use(client.Client(call)), NAMES)


if __name__ == "__main__":
    main()
