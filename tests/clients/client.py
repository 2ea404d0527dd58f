"""A client for `make clients`, and its environment under .cache/clients, which is created the first time.

Each has an environment of its own: `kanboard`, `kanboard-sdk` and `kanboard-cli` install the same module name, and
Debian's `kanboard-cli` the same command. Packages of Debian are unpacked there, so no root is needed.
"""

from __future__ import annotations

import hashlib
import itertools
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CACHE = ROOT / ".cache" / "clients"
WIRES = ("documented", "native")
APPLICATION, PERSON = "application", "person"
APT = ("apt-get", "dpkg-deb", "/usr/share/keyrings/debian-archive-keyring.gpg")


@dataclass(frozen=True)
class Client:
    """A public package, and the script that uses it.

    Attributes:
        script: the script. Its packages are in requirements/, in a list of its name, each with its hash; without a list
            it needs only our own Python.
        needs: programs, or files by their whole path, without which it is skipped.
        debian: its packages of Debian.
        release: of Debian; `here`: the machine's own. What they depend on is taken from there alone.
        callers: with whose credentials it runs.
        wires: the formats that it runs in.
        sparing: it is slow: it runs with one caller per wire format, not with all.
    """

    script: str
    needs: tuple[str, ...] = ()
    debian: tuple[str, ...] = ()
    release: str = "here"
    callers: tuple[str, ...] = (APPLICATION, PERSON)
    wires: tuple[str, ...] = WIRES
    sparing: bool = False

    @property
    def name(self) -> str:
        """The script's name."""
        return Path(self.script).stem

    @property
    def packages(self) -> Path | None:
        """The list of its packages, if it has one."""
        kept = HERE / "requirements" / ("npm/package-lock.json" if self._is_for_node else f"{self.name}.txt")
        return kept if kept.exists() else None

    @property
    def folder(self) -> Path:
        """The place of its environment, which depends on the list of packages."""
        content = self.packages.read_bytes() if self.packages else b""
        content += " ".join((*self.debian, self.release)).encode()
        return CACHE / f"{self.name}-{hashlib.sha256(content).hexdigest()[:8]}"

    @property
    def unpacked(self) -> Path:
        """The folder with the files of its packages of Debian."""
        return self.folder / "debian"

    @property
    def missing(self) -> list[str]:
        """The missing programs of this machine."""
        return [each for each in self.needs if shutil.which(each) is None and not Path(each).is_file()]

    @property
    def runs(self) -> list[tuple[str, str]]:
        """The wire formats and callers with which it runs."""
        combined = (
            zip(self.wires, self.callers, strict=True) if self.sparing else itertools.product(self.wires, self.callers)
        )
        return list(combined)

    def install(self) -> list[str]:
        """Make its environment, if it does not exist yet; return the command that runs its script."""
        complete = self.folder / "complete"
        if not complete.exists() and (self.packages or self.debian):
            shutil.rmtree(self.folder, ignore_errors=True)
            if self.packages:
                self._install_packages()
            if self.debian:
                self._unpack()
            complete.touch()
        return self._command()

    @property
    def _is_for_node(self) -> bool:
        return self.script.endswith(".mjs")

    def _command(self) -> list[str]:
        if self._is_for_node:  # node searches packages in the folder of the script
            return ["node", str(shutil.copy(HERE / self.script, self.folder))]
        if self.script.endswith(".php"):
            return ["php", str(HERE / self.script)]
        python = self.folder / "bin" / "python" if self.packages else sys.executable
        return [str(python), "-m", f"tests.clients.{self.name}"]

    def _install_packages(self) -> None:
        if self._is_for_node:
            shutil.copytree(HERE / "requirements" / "npm", self.folder)
            run("npm", "ci", "--silent", "--no-audit", "--prefix", self.folder)
        else:
            run(sys.executable, "-m", "venv", self.folder)
            pip = (self.folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
            run(*pip, "--require-hashes", "--requirement", str(self.packages))

    def _unpack(self) -> None:
        """Unpack the packages of Debian, with missing dependencies."""
        lists, archives = self.folder / "apt", self.folder / "archives"
        (archives / "partial").mkdir(parents=True)
        apt = ("sh", ROOT / "tests" / "apt-apart", lists, self.release, "apt-get")
        if self.release == "here":
            options = ("--yes", "--reinstall", "--download-only", "--no-install-recommends")
            run(*apt, "install", "-qq", *options, "-o", f"Dir::Cache::archives={archives}", *self.debian)
        else:
            run(*apt, "download", "-qq", *self.debian, folder=archives)
        for package in archives.glob("*.deb"):
            run("dpkg-deb", "-x", package, self.unpacked)
        shutil.rmtree(lists)


def run(*command: str | Path, folder: Path = ROOT) -> None:
    """Run a command of an installation.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    subprocess.run(list(map(str, command)), cwd=folder, check=True, stdout=subprocess.DEVNULL)
