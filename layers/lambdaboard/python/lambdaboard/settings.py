"""The settings: each an environment variable and a parameter of template.yaml (docs/settings.md lists them)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta

from lambdaboard.domain.colors import COLORS
from lambdaboard.domain.dates import DateFormat  # noqa: TC001 - msgspec reads it

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

WireFormat = Literal["documented", "native"]


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(f"no such time zone: {name!r}") from error


def _names(text: str) -> tuple[str, ...]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if len(set(names)) < len(names):
        raise ValueError("must not name one twice")
    return tuple(names)


def _color(color_id: str) -> str:
    if color_id not in COLORS:
        raise ValueError(f"must be one of {', '.join(COLORS)}")
    return color_id


READ: dict[str, Callable[[str], object]] = {
    "timezone": _zone,
    "default_columns": _names,
    "default_categories": _names,
    "default_color": _color,
}
"""Functions from the string of a variable to a setting, if its type alone is not enough."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of an installation; the defaults are Kanboard's.

    Attributes:
        timezone: of dates without an offset; an IANA name.
        date_format: of dates with slashes or dots that clients send.
        base_url: of the links in results, without a slash at the end; "" for the address of the request.
        default_columns: of a new project, and its categories and its swimlane.
        default_color: of a task with none or an unknown one.
        batch_limit: entries of one JSON-RPC batch.
        max_file_megabytes: the largest file that a client may transfer itself; S3 allows 5 GB in one request.
        batch_write_limit: writes after which no further entry of a batch starts (`store.usage.Usage.writes`).
        activity_days: how long the activity of projects is kept.
        wire_format: of `/jsonrpc.php` (docs/wire-formats.md).
        api_token: the application user's, if it is not in Secrets Manager: on a developer's machine.
        token_secret_arn: the secret that holds the token.
    """

    timezone: ZoneInfo = ZoneInfo("UTC")
    date_format: DateFormat = "m/d/Y"
    base_url: Annotated[str, Meta(pattern=r"^(https?://\S*[^/\s])?$")] = ""
    default_columns: Annotated[tuple[str, ...], Meta(min_length=1, max_length=50)] = (
        "Backlog",
        "Ready",
        "Work in progress",
        "Done",
    )
    default_categories: Annotated[tuple[str, ...], Meta(max_length=30)] = ()
    default_swimlane: Annotated[str, Meta(min_length=1, max_length=191)] = "Default swimlane"
    default_color: str = "yellow"
    batch_limit: Annotated[int, Meta(ge=1, le=10_000)] = 200
    batch_write_limit: Annotated[int, Meta(ge=1)] = 5_000
    max_file_megabytes: Annotated[int, Meta(ge=5, le=5_000)] = 1_000
    activity_days: Annotated[int, Meta(ge=1, le=3_650)] = 365
    wire_format: WireFormat = "documented"
    table_name: Annotated[str, Meta(min_length=3)]
    bucket_name: Annotated[str, Meta(min_length=3)]
    api_token: str = ""
    token_secret_arn: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings; a variable that is not set or empty has the default.

        Raises:
            ValueError: a value is not allowed, or the table, the bucket or the token is missing.
        """
        given = {name: _read(name, text) for name in cls.__struct_fields__ if (text := environment.get(name.upper()))}
        settings = msgspec.convert(given, cls, strict=False)
        if not settings.api_token and not settings.token_secret_arn:
            raise ValueError("TOKEN_SECRET_ARN or API_TOKEN must be set")
        return settings


def _read(name: str, text: str) -> object:
    try:
        return READ[name](text) if name in READ else text
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
