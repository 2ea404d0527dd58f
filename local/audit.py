"""`make audit`: checks the deployed packages for known vulnerabilities.

Exit status 1: there are some, or not all packages could be looked up. If no vulnerability database is reachable, the
audit is skipped, with a message.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

DEPLOYED = Path(__file__).resolve().parent.parent / "layers" / "dependencies" / "requirements.txt"

UNREACHABLE = ("ConnectionError", "ProxyError", "SSLError", "Timeout", "ServiceError")

SKIPPED = "audit: SKIPPED, no vulnerability database is reachable: nothing was checked"


class Verdict(NamedTuple):
    """The message, and the exit status."""

    text: str
    status: int


def verdict(found: str, complaint: str) -> Verdict:
    """Return the verdict on the output of pip-audit.

    Args:
        found: its standard output, JSON; "" if it failed.
        complaint: its standard error.
    """
    if not found.strip():
        return _unfinished(complaint)
    return _judged(json.loads(found)["dependencies"])


def _judged(packages: list[dict[str, Any]]) -> Verdict:
    skipped = [each["name"] for each in packages if "skip_reason" in each]
    if len(skipped) == len(packages):
        return Verdict(SKIPPED, 0)
    problems = [f"{name}: could not be looked up" for name in skipped] + _vulnerabilities(packages)
    summary = f"audit: {len(packages)} packages, {len(problems)} problems"
    return Verdict("\n".join([*problems, summary]), int(bool(problems)))


def _unfinished(complaint: str) -> Verdict:
    is_away = any(name in complaint for name in UNREACHABLE)
    return Verdict(SKIPPED, 0) if is_away else Verdict(f"audit: pip-audit failed\n{complaint}", 1)


def _vulnerabilities(packages: list[dict[str, Any]]) -> list[str]:
    return [f"{each['name']} {each['version']}: {bug['id']}" for each in packages for bug in each.get("vulns", [])]


def main() -> int:
    """Run the audit for the current environment."""
    asked = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", "--progress-spinner", "off"]
    answer = subprocess.run(
        [*asked, "--format", "json", "--requirement", str(DEPLOYED)], capture_output=True, text=True, check=False
    )
    text, status = verdict(answer.stdout, answer.stderr)
    print(text)
    return status


if __name__ == "__main__":
    sys.exit(main())
