"""`make sweep`: call functions/sweep on the data of `make run`, which may run or not; a dry run without --repair."""

import argparse
import json
import os
import subprocess
import sys
from typing import Any

from local import data, resources
from local.functions import Function, wait_longer
from local.settings import ROOT, SettingsError


def sweep(*, repair: bool) -> Any:
    """Call the function in this process, which has its environment."""
    resources.make_all()
    wait_longer()
    return Function.load("SweepFunction")({"repair": repair})


def in_environment(found: dict[str, str]) -> int:
    """Run this command again, in the environment of the functions."""
    again = [sys.executable, "-m", "local.sweep", *sys.argv[1:]]
    return subprocess.run(again, env={**found, "SWEEP": "1"}, cwd=ROOT, check=False).returncode


def main() -> int:
    """Print what the sweep found (and with --repair, repaired) as JSON."""
    parser = argparse.ArgumentParser(prog="python -m local.sweep", description=__doc__)
    parser.add_argument("--repair", action="store_true", help="repair what is found; without it, only print it")
    options = parser.parse_args()
    if os.environ.get("SWEEP"):
        print(json.dumps(sweep(repair=options.repair), indent=2, default=str))
        return 0
    try:
        with data.environment() as found:
            return in_environment(found)
    except SettingsError as error:
        print(f"make sweep: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
