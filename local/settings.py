"""The settings of `make run` in the environment; `local.template` reads those of the application."""

import os
import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENGINES = ("ministack", "dynamodb-local")
MAX_WORKERS = 16
DEFAULTS = {"PORT": "8000", "ENGINE": "", "WORKERS": "1", "DATA_DIR": ".local"}
TOKEN_LENGTH = 40  # as in template.yaml


class SettingsError(Exception):
    """A program cannot start with these settings; the message is for the person at the terminal."""


@dataclass(frozen=True)
class Settings:
    """The settings of a run.

    Attributes:
        port: of http://127.0.0.1.
        data: folder of all data that is kept after a run.
        engine: for DynamoDB, one of `ENGINES`; "" for the choice of `engines.chosen`.
        workers: processes that answer.
        token: the API token.
    """

    port: int
    data: Path
    engine: str
    token: str
    workers: int = 1

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read PORT, DATA_DIR, ENGINE, WORKERS and API_TOKEN; an empty variable is not set.

        Raises:
            SettingsError: a value is invalid.
        """
        given = {name: environment.get(name) or default for name, default in DEFAULTS.items()}
        port, workers = _number("PORT", given["PORT"], 65535), _number("WORKERS", given["WORKERS"], MAX_WORKERS)
        if given["ENGINE"] not in {"", *ENGINES}:
            raise SettingsError(f"ENGINE must be {' or '.join(ENGINES)}, not {given['ENGINE']!r}")
        data = ROOT / given["DATA_DIR"]
        return cls(port, data, given["ENGINE"], _token(data, environment.get("API_TOKEN")), workers)

    @property
    def url(self) -> str:
        """The address for clients."""
        return f"http://127.0.0.1:{self.port}/jsonrpc.php"


def _number(name: str, text: str, greatest: int) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) <= greatest:
        return int(text)
    raise SettingsError(f"{name} must be a number from 1 to {greatest}, not {text!r}")


def _token(data: Path, given: str | None) -> str:
    """Create the data folder, and return the given token, or the one in the folder."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        return given or kept_token(data / "token")
    except OSError as error:
        raise SettingsError(f"DATA_DIR {data} cannot be used: {error.strerror}") from error


def kept_token(file: Path) -> str:
    """Return the token in `file`; the first time, write a new one there that only its owner can read."""
    if not file.exists():
        alphabet = string.ascii_letters + string.digits
        write_private(file, "".join(secrets.choice(alphabet) for _ in range(TOKEN_LENGTH)))
    return file.read_text().strip()


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    file.touch(mode=0o600)
    file.write_text(text)
