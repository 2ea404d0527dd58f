"""The table of clients in docs/wire-formats.md: each client that `make clients` runs is in it, with its version."""

from __future__ import annotations

import json
import re

from local.settings import ROOT
from tests.clients.run import CLIENTS

DOCUMENT = (ROOT / "docs" / "wire-formats.md").read_text()
RUN = DOCUMENT.partition("`make clients` runs these")[2].partition("read, not run")[0]
ROWS = re.findall(r"^\| (.+?) \| (either|documented|native) \| .*\|$", RUN, re.MULTILINE)
LISTS = ROOT / "tests" / "clients" / "requirements"
SAME_PACKAGE = {"with_the_tutorial"}
NAMED = re.compile(r"\((PyPI|npm)\)$")


def versions() -> set[str]:
    """Return what is installed from PyPI and npm, as the table writes it: of each list, the package that is tried."""
    asked = [LISTS / f"{client.name}.in" for client in CLIENTS if client.name not in SAME_PACKAGE]
    firsts = [re.findall(r"^[\w.-]+==\S+", file.read_text(), re.MULTILINE)[0] for file in asked if file.exists()]
    of_npm = json.loads((LISTS / "npm" / "package.json").read_text())["dependencies"]
    pairs = [*(first.split("==") for first in firsts), *of_npm.items()]
    return {f"`{name}` {version}" for name, version in pairs}


def test_each_client_that_is_run_is_in_the_table_with_the_version_that_is_installed() -> None:
    clients = [client for client, _ in ROWS]
    assert {client[client.index("`") : client.rindex(" (")] for client in clients if NAMED.search(client)} == versions()
    of_debian = [client for client in CLIENTS if any(name.startswith("kanboard") for name in client.debian)]
    assert len([client for client in clients if "Debian" in client]) == len(of_debian)
    assert RUN.count("\n| ") == len(ROWS) + 1
