"""The data of `make run`, for other programs: by its engine if it runs, else by one that is started for them."""

import contextlib
import json
from collections.abc import Iterator

from local import aws
from local.functions import environment_of_functions
from local.settings import Settings


@contextlib.contextmanager
def environment() -> Iterator[dict[str, str]]:
    """Yield the environment in which the functions find the data; table and bucket may not exist yet.

    Raises:
        SettingsError: no engine can be started on the data.
    """
    settings = Settings.from_environment()
    running = _of_running(settings)
    if running:
        yield running
        return
    with aws.local_aws(settings) as (found, _):
        yield environment_of_functions(settings, found)


def _of_running(settings: Settings) -> dict[str, str]:
    """Return the environment of the server that runs on the data; empty if there is none."""
    try:
        with aws.locked(settings.data):
            return {}
    except aws.DataInUseError:
        found: dict[str, str] = json.loads((settings.data / "environment.json").read_text())
        return found
