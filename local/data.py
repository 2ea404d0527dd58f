"""The data of `make run`, for programs beside it: through the engine that runs, else through one started for them."""

import contextlib
import json
from collections.abc import Iterator

from local import aws
from local.functions import environment_of_functions
from local.settings import Settings


@contextlib.contextmanager
def environment() -> Iterator[dict[str, str]]:
    """Yield the environment in which the functions find the data; table and bucket may have to be made.

    Raises:
        SettingsError: the data cannot be served.
    """
    settings = Settings.from_environment()
    running = _of_running(settings)
    if running:
        yield running
        return
    with aws.local_aws(settings) as (found, _):
        yield environment_of_functions(settings, found)


def _of_running(settings: Settings) -> dict[str, str]:
    """Return the environment of a server that is running on the data; none where none is."""
    try:
        with aws.locked(settings.data):
            return {}
    except aws.DataInUseError:
        found: dict[str, str] = json.loads((settings.data / "environment.json").read_text())
        return found
