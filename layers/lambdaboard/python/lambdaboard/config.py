"""The settings: each an environment variable and a parameter of template.yaml (docs/settings.md lists them)."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - pydantic reads it
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from lambdaboard.domain.colors import COLORS
from lambdaboard.domain.dates import DateFormat  # noqa: TC001 - pydantic reads it

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


class Settings(BaseModel):
    """What an installation can choose; the defaults are Kanboard's.

    Attributes:
        timezone: where dates without an offset are meant; an IANA name.
        date_format: of dates with slashes or dots that clients send.
        base_url: of the links in results, without a slash at the end; "" stands for the address of the request.
        default_columns: of a new project, and its categories and its swimlane.
        default_color: of a task that is given none, or an unknown one.
        batch_limit: entries of one JSON-RPC batch.
        wire_format: what `/jsonrpc.php` answers with (docs/wire-formats.md).
        api_token: the application user's, where it is not in Secrets Manager: on a developer's machine.
        token_secret_arn: the secret that holds the token.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", arbitrary_types_allowed=True)

    timezone: Annotated[ZoneInfo, BeforeValidator(_zone)] = ZoneInfo("UTC")
    date_format: DateFormat = "m/d/Y"
    base_url: Annotated[str, Field(pattern=r"^(https?://\S*[^/\s])?$")] = ""
    default_columns: Annotated[tuple[str, ...], BeforeValidator(_names), Field(min_length=1, max_length=50)] = (
        "Backlog",
        "Ready",
        "Work in progress",
        "Done",
    )
    default_categories: Annotated[tuple[str, ...], BeforeValidator(_names), Field(max_length=30)] = ()
    default_swimlane: Annotated[str, Field(min_length=1, max_length=191)] = "Default swimlane"
    default_color: Annotated[str, BeforeValidator(_color)] = "yellow"
    batch_limit: Annotated[int, Field(ge=1, le=10_000)] = 200
    wire_format: WireFormat = "documented"
    table_name: Annotated[str, Field(min_length=3)]
    bucket_name: Annotated[str, Field(min_length=3)]
    api_token: str = ""
    token_secret_arn: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings; a variable that is not set or empty has the default.

        Raises:
            pydantic.ValidationError: a value is not allowed, or the table, the bucket or the token is missing.
        """
        given: dict[str, Any] = {name: environment.get(name.upper()) or None for name in cls.model_fields}
        settings = cls.model_validate({name: value for name, value in given.items() if value is not None})
        if not settings.api_token and not settings.token_secret_arn:
            raise ValueError("TOKEN_SECRET_ARN or API_TOKEN must be set")
        return settings
