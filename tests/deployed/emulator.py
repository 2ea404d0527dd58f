"""Functions in Lambda's own runtime without Docker: the runtime interface emulator, and awslambdaric under Python 3.13.

The function has its folder, its layers, the runtime and Python's standard library, but not our environments.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import platform
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local import template
from local.aws import free_port
from local.process import Child
from local.settings import ROOT
from tests.deployed.account import REGION
from tests.deployed.stack import BUILT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

RUNTIME = ROOT / ".cache" / "runtime"
REQUIREMENTS = Path(__file__).parent / "requirements-runtime.txt"
SAM = ROOT / ".venv-sam"
PYTHON = SAM / "bin" / "python3.13"
ARCHITECTURES = {"x86_64": "x86_64", "aarch64": "arm64"}

INVOKE = "/2015-03-31/functions/function/invocations"
LAYERS = tuple(BUILT / name / "python" for name in ("LambdaboardLayer", "DependenciesLayer"))
"""The folders of the layers, as built; the later of two in the template goes first."""


class FunctionError(Exception):
    """The function did not answer; the message is Lambda's."""


@dataclass(frozen=True)
class Code:
    """The code of a function.

    Attributes:
        folder: of `app.py`.
        layers: folders of packages.
    """

    folder: Path
    layers: tuple[Path, ...] = ()


RPC = Code(BUILT / "RpcFunction", LAYERS)


@dataclass(frozen=True)
class Used:
    """The resources that a process has used.

    Attributes:
        cache: its peak of memory, in MB.
        cpu: milliseconds of a processor.
    """

    cache: float
    cpu: float


@dataclass(frozen=True)
class Emulator:
    """A function in its runtime, which starts with the first call; one call at a time.

    Attributes:
        port: of 127.0.0.1.
        log: the output of the function and the emulator.
        pid: of the emulator, whose child the function is.
    """

    port: int
    log: Path
    pid: int

    def __call__(self, event: Any) -> Any:
        """Call the function.

        Raises:
            FunctionError: it has no answer.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.request("POST", INVOKE, json.dumps(event))
            return _answer(connection.getresponse().read().decode())

    def used(self) -> Used:
        """Return the resources that the function's process has used so far; it must run."""
        (child,) = "".join(file.read_text() for file in Path(f"/proc/{self.pid}/task").glob("*/children")).split()
        process = Path("/proc") / child
        (peak,) = [line for line in (process / "status").read_text().splitlines() if line.startswith("VmHWM")]
        nanoseconds = sum(int(file.read_text().split()[0]) for file in process.glob("task/*/schedstat"))
        return Used(int(peak.split()[1]) * 1024 / 1e6, nanoseconds / 1e6)

    def lines(self) -> list[str]:
        """List the lines that the function has printed, without the emulator's own."""
        own = ("START RequestId", "END RequestId", "REPORT RequestId")
        return [
            line for line in self.log.read_text().splitlines() if not line.startswith(own) and "(rapid)" not in line
        ]


def _answer(text: str) -> Any:
    try:
        answer = json.loads(text)
    except ValueError:  # "Task timed out after ..."
        raise FunctionError(text) from None
    if isinstance(answer, dict) and "errorType" in answer:
        raise FunctionError(f"{answer['errorType']}: {answer['errorMessage']}")
    return answer


@contextlib.contextmanager
def emulated(code: Code, variables: Mapping[str, str], folder: Path, *, seconds: int = 0) -> Iterator[Emulator]:
    """Make a function ready to be called and end it afterwards.

    Args:
        code: of the function.
        variables: its environment, and the way to AWS.
        folder: for its log.
        seconds: time-out, instead of the template's.
    """
    port, log = free_port(), folder / "function.log"
    declared = template.template()["Globals"]["Function"]
    limits = {
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(seconds or declared["Timeout"]),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(declared["MemorySize"]),
        "AWS_LAMBDA_LOG_FORMAT": declared["LoggingConfig"]["LogFormat"],
    }
    environment = _environment(code) | limits | dict(variables)
    child = Child.start("emulator", _command(code, port, declared["Handler"]), environment, log=log)
    try:
        _wait_for(port, child, log)
        yield Emulator(port, log, child.pid)
    finally:
        child.stop(10)


def _wait_for(port: int, child: Child, log: Path) -> None:
    while child.exit_code is None:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.01)
    raise RuntimeError(f"the emulator does not start:\n{log.read_text()}")


def _command(code: Code, port: int, handler: str) -> list[str]:
    binary = f"aws-lambda-rie-{ARCHITECTURES[platform.machine()]}"
    (emulator,) = SAM.glob(f"lib/python3.*/site-packages/samcli/local/rapid/{binary}")
    return [
        *("setpriv", "--pdeathsig", "TERM"),  # it always ends with us
        *("env", "--chdir", str(code.folder)),
        *(str(emulator), "--log-level", "error"),
        *("--runtime-interface-emulator-address", f"127.0.0.1:{port}"),
        *("--runtime-api-address", f"127.0.0.1:{free_port()}"),
        *(str(PYTHON), "-S", "-m", "awslambdaric", handler),  # -S: without the packages of its environment
    ]


def _environment(code: Code) -> dict[str, str]:
    """Return Lambda's own variables; Python finds packages in the same order as there."""
    path = [*code.layers, installed_runtime()]
    return {
        "PATH": os.defpath,
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "PYTHONPATH": os.pathsep.join(str(folder) for folder in path),
        "PYTHONDONTWRITEBYTECODE": "1",  # its file system is read-only
        "LAMBDA_TASK_ROOT": str(code.folder),
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_LAMBDA_FUNCTION_NAME": code.folder.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
    }


@cache
def installed_runtime() -> Path:
    """Return the folder of awslambdaric, compiled as Lambda's own is; fetched the first time."""
    wanted, mark = REQUIREMENTS.read_text(), RUNTIME / "made-of.txt"
    if not mark.exists() or mark.read_text() != wanted:
        shutil.rmtree(RUNTIME, ignore_errors=True)
        target = ("--target", str(RUNTIME), "--require-hashes", "--requirement", str(REQUIREMENTS))
        pip = ("pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile")
        subprocess.run([PYTHON, "-m", *pip, *target], check=True)
        compiler = ("compileall", "-q", "--invalidation-mode", "unchecked-hash")
        subprocess.run([PYTHON, "-m", *compiler, str(RUNTIME)], check=True)
        mark.write_text(wanted)
    return RUNTIME
