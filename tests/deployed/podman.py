"""A container engine if there is no Docker: podman as root, in a network of its own, with Docker's API.

No image is fetched: the one that stands for Lambda's is made of this machine's Python 3.13, the runtime of
requirements-runtime.txt and the few programs that SAM calls in it. Files lie there at the paths that they have here.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import shutil
import subprocess
import tarfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from local.process import Child
from tests.deployed.emulator import ARCHITECTURES, LAYERS, PYTHON, installed_runtime

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SETTINGS = Path(__file__).parent / "containers.conf"
NEEDED = ("podman", "runc", "netavark", "iptables", "ip", "unshare")
GATEWAY = "10.88.0.1"
"""The address by which podman's containers reach the network that they run in."""

TOOLS = ("sh", "mv", "cp", "rm", "chmod")
"""What SAM runs in an image to put its emulator and the layers there."""

RUNTIME = "var/runtime"
BOOTSTRAP = """#!/bin/sh
export PYTHONPATH=/opt/python:/{runtime}
exec {python} -S -m awslambdaric "${{_HANDLER:-$1}}"
"""
CONTAINERFILE = """FROM scratch
ADD base.tar /
ENV PATH=/bin LANG=en_US.UTF-8 TZ=:UTC LAMBDA_TASK_ROOT=/var/task LAMBDA_RUNTIME_DIR=/{runtime}
ENV PYTHONDONTWRITEBYTECODE=1 AWS_EXECUTION_ENV=AWS_Lambda_python3.13
WORKDIR /var/task
ENTRYPOINT ["/var/rapid/aws-lambda-rie"]
"""


def missing() -> list[str]:
    """List the missing programs of this machine, in words."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin", "/usr/lib/podman"])
    lacks = [program for program in NEEDED if shutil.which(program, path=path) is None]
    return lacks if os.geteuid() == 0 else [*lacks, "the rights of root"]


def in_own_network(command: Sequence[str]) -> int:
    """Run a command in a network of its own; all processes that it starts end with it."""
    own = ("unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc")
    return subprocess.run([*own, *command], check=False).returncode


@contextlib.contextmanager
def engine(folder: Path) -> Iterator[str]:
    """Run podman's Docker API, with Lambda's image in it; to be called in a network of its own.

    Args:
        folder: for all that it keeps; to be removed when the network is gone, since it mounts there.

    Yields:
        The address for DOCKER_HOST.
    """
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    places = {"root": "images", "runroot": "run", "tmpdir": "state"}
    podman = ["podman", *(f"--{name}={folder / place}" for name, place in places.items())]
    environment = dict(os.environ) | {"CONTAINERS_CONF": str(SETTINGS)}
    _make_image(podman, environment, folder)
    socket, log = folder / "podman.sock", folder / "podman.log"
    command = [*podman, "system", "service", "--time=0", f"unix://{socket}"]
    child = Child.start("podman", command, environment, log=log)
    try:
        _wait_for(socket, child, log)
        yield f"unix://{socket}"
    finally:
        subprocess.run([*podman, "rm", "--force", "--all"], env=environment, check=False, capture_output=True)
        child.stop(10)


def _wait_for(socket: Path, child: Child, log: Path) -> None:
    while not socket.exists():
        if child.exit_code is not None:
            raise RuntimeError(f"podman does not start:\n{log.read_text()}")
        time.sleep(0.05)


def _make_image(podman: Sequence[str], environment: dict[str, str], folder: Path) -> None:
    """Make the image that SAM starts from, under the name by which it asks for it."""
    with tarfile.open(folder / "base.tar", "w") as archive:
        _fill(archive, folder)
    (folder / "Containerfile").write_text(CONTAINERFILE.format(runtime=RUNTIME))
    tag = f"public.ecr.aws/lambda/python:3.13-{ARCHITECTURES[platform.machine()]}"
    build = [*podman, "build", "--quiet", "--tag", tag, "--file", "Containerfile", "."]
    subprocess.run(build, check=True, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    (folder / "base.tar").unlink()


def _fill(archive: tarfile.TarFile, scratch: Path) -> None:
    question = "import sys, sysconfig; print(sys._base_executable, sysconfig.get_path('stdlib'))"
    python, library = map(Path, _output(str(PYTHON), "-c", question).split())
    tools = {f"bin/{tool}": Path(shutil.which(tool) or tool) for tool in TOOLS}
    runtime = installed_runtime()
    for name, file in (tools | {str(python).lstrip("/"): python}).items():
        archive.add(file.resolve(), name)
    archive.add(library, str(library).lstrip("/"), filter=_without_packages)
    archive.add(runtime, RUNTIME)
    # of the layers, too: Amazon Linux has these
    compiled = [file for folder in (library / "lib-dynload", runtime, *LAYERS) for file in folder.rglob("*.so")]
    for needed in _libraries([python.resolve(), *tools.values(), *compiled]):
        archive.add(needed.resolve(), str(needed).lstrip("/"))
    bootstrap = scratch / "bootstrap"
    bootstrap.write_text(BOOTSTRAP.format(python=python, runtime=RUNTIME))
    bootstrap.chmod(0o755)
    archive.add(bootstrap, f"{RUNTIME}/bootstrap")
    for name in ("tmp", "opt", "var/task", "proc", "sys", "dev", "etc"):
        (scratch / "empty").mkdir(exist_ok=True)
        archive.add(scratch / "empty", name)


def _without_packages(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    left_out = {"site-packages", "dist-packages", "test", "idlelib", "tkinter", "ensurepip"}
    return None if left_out & set(Path(entry.name).parts) or entry.name.endswith(".a") else entry


def _libraries(files: Sequence[Path]) -> set[Path]:
    """List the shared libraries that these need, the loader included."""
    listed = subprocess.run(["ldd", *files], check=False, capture_output=True, text=True).stdout
    return {Path(found) for found in re.findall(r"(/\S+) \(0x", listed)}


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
