"""`make audit` fails for what is known to be vulnerable, and never takes silence for an answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from local.audit import SKIPPED, verdict

SOUND = {"name": "six", "version": "1.0", "vulns": []}
HOLED = {"name": "urllib3", "version": "2.0", "vulns": [{"id": "PYSEC-1"}, {"id": "PYSEC-2"}]}
UNKNOWN = {"name": "boto3", "skip_reason": "Dependency not found"}


def judged(*packages: dict[str, Any]) -> tuple[str, int]:
    return verdict(json.dumps({"dependencies": packages, "fixes": []}), "")


def test_packages_without_known_vulnerabilities_pass() -> None:
    assert judged(SOUND, SOUND) == ("audit: 2 packages, 0 problems", 0)


def test_each_known_vulnerability_is_reported_and_fails() -> None:
    text, status = judged(SOUND, HOLED)
    assert (text.splitlines()[:2], status) == (["urllib3 2.0: PYSEC-1", "urllib3 2.0: PYSEC-2"], 1)


def test_a_package_that_alone_is_not_found_fails() -> None:
    assert judged(SOUND, UNKNOWN)[1] == 1


@pytest.mark.parametrize("complaint", ["requests.exceptions.ConnectionError: …", "ProxyError(…)", "ReadTimeout: …"])
def test_without_a_vulnerability_database_it_is_skipped_with_a_message(complaint: str) -> None:
    assert judged(UNKNOWN, UNKNOWN) == verdict("", complaint) == (SKIPPED, 0)


def test_a_failure_of_the_tool_itself_is_none_of_the_network_and_fails() -> None:
    text, status = verdict("", "TypeError: unexpected argument")
    assert ("TypeError" in text, status) == (True, 1)
