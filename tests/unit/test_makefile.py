"""What `make deploy` and `make rollback` start: the Makefile, with programs that only tell how they were called."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from local.settings import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SAM = "#!/bin/sh\nmkdir -p .aws-sam/build/RpcFunction\n"
PYTHON = '#!/bin/sh\necho "$(cat release) $* STAGE=$STAGE AT_ONCE=$AT_ONCE PARAMETERS=$PARAMETERS"\n'
QUIET = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "GIT_"))}


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, env=QUIET, capture_output=True, text=True, check=False, timeout=60)


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=test", "-c", "user.email=test@example.com")
    assert run(folder, "git", *who, *arguments).returncode == 0


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of two releases, the first one tagged `good`."""
    for name in ("Makefile", "requirements/dev.txt", "requirements/sam.txt", "local/make-environment"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".gitignore").write_text(".venv*\n.cache/\n.aws-sam/\n")
    git(tmp_path, "init", "--quiet")
    for release in ("good", "bad"):
        (tmp_path / "release").write_text(release)
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "--quiet", "--message", release)
        git(tmp_path, "tag", release)
    programs = tmp_path / ".venv-sam" / "bin"
    programs.mkdir(parents=True)
    for name, text in {"sam": SAM, "python": PYTHON}.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    (tmp_path / ".venv-sam" / ".stamp").touch()
    return tmp_path


@pytest.mark.parametrize("failing", ["", "ruff", "mypy", "pytest"])
def test_make_test_runs_all_that_is_checked_and_fails_where_one_fails(repository: Path, failing: str) -> None:
    programs = repository / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("ruff", "lint-imports", "mypy", "pytest"):
        (programs / name).write_text(f"#!/bin/sh\necho {name} ran\nexit {int(name == failing)}\n")
        (programs / name).chmod(0o755)
    (repository / ".venv" / ".stamp").touch()
    done = run(repository, "make", "-k", "test")
    assert (done.returncode == 0) == (not failing), done.stderr
    assert {"ruff ran", "mypy ran", "pytest ran"} <= {*done.stdout.splitlines()}


def test_deploy_builds_and_deploys_gradually_unless_it_is_told_otherwise(repository: Path) -> None:
    done = run(repository, "make", "deploy", "STAGE=prod", "PARAMETERS=Timezone=Europe/Berlin")
    assert done.stdout.splitlines()[-1] == "bad -m local.deploy STAGE=prod AT_ONCE= PARAMETERS=Timezone=Europe/Berlin"
    assert (repository / ".aws-sam/build/RpcFunction/revision").read_text()
    at_once = run(repository, "make", "deploy", "STAGE=prod", "AT_ONCE=1")
    assert at_once.stdout.splitlines()[-1] == "bad -m local.deploy STAGE=prod AT_ONCE=1 PARAMETERS="


def test_rollback_deploys_the_release_that_was_good_at_once_and_leaves_no_working_tree(repository: Path) -> None:
    done = run(repository, "make", "rollback", "STAGE=prod", "TO=good")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "good -m local.deploy STAGE=prod AT_ONCE=1 PARAMETERS="
    assert not (repository / ".cache/rollback").exists()
    assert (repository / "release").read_text() == "bad"


def test_rollback_to_nowhere_deploys_nothing(repository: Path) -> None:
    for to in ("", "TO=no-such-commit"):
        done = run(repository, "make", "rollback", "STAGE=prod", *filter(None, [to]))
        assert (done.returncode, "local.deploy" in done.stdout) == (2, False)
