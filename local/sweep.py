"""`make sweep`: call the real sweep on the data of `make run`, whether that runs or not; a dry run without --repair."""

import argparse
import json
import os
import subprocess
import sys
from typing import Any

from local import aws, resources
from local.functions import Function, environment_of_functions, wait_longer
from local.settings import ROOT, Settings, SettingsError


def environment() -> dict[str, str] | None:
    """Return the environment of a server that is running on the data, None where none is."""
    settings = Settings.from_environment()
    try:
        with aws.locked(settings.data):
            return None
    except aws.DataInUseError:
        found: dict[str, str] = json.loads((settings.data / "environment.json").read_text())
        return found


def sweep(*, repair: bool) -> Any:
    """Call the function in this process, whose environment is right."""
    resources.make_all()
    wait_longer()
    return Function.load("SweepFunction")({"repair": repair})


def in_environment(found: dict[str, str]) -> int:
    """Run this command once more, where the functions find the local AWS."""
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
        running = environment()
        if running:
            return in_environment(running)
        settings = Settings.from_environment()
        with aws.local_aws(settings) as (found, _):
            return in_environment(environment_of_functions(settings, found))
    except SettingsError as error:
        print(f"make sweep: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
