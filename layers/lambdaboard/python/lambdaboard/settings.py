"""The settings: each an environment variable and a parameter of template.yaml (docs/settings.md lists them)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WrapValidator, model_validator

from lambdaboard.domain.colors import COLORS
from lambdaboard.domain.dates import DateFormat  # noqa: TC001 - pydantic reads it

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

WireFormat = Literal["documented", "native"]


def _zone(name: Any, read: Callable[[Any], ZoneInfo]) -> ZoneInfo:
    try:
        return read(name)
    except OSError as error:  # the name of a folder, as "Europe"
        raise ValueError("no such time zone") from error


def _names(text: Any) -> Any:
    return tuple(name.strip() for name in text.split(",") if name.strip()) if isinstance(text, str) else text


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) < len(names):
        raise ValueError("must not name one twice")
    return names


def _color(color_id: str) -> str:
    if color_id not in COLORS:
        raise ValueError(f"must be one of {', '.join(COLORS)}")
    return color_id


Names = Annotated[tuple[str, ...], BeforeValidator(_names), AfterValidator(_distinct)]
"""Names, none of them twice; in a variable they are separated by commas."""


class Settings(BaseModel):
    """What an installation can choose; the defaults are Kanboard's.

    Attributes:
        timezone: where dates without an offset are meant; an IANA name.
        date_format: of dates with slashes or dots that clients send.
        base_url: of the links in results, without a slash at the end; "" stands for the address of the request.
        default_columns: of a new project, and its categories and its swimlane.
        default_color: of a task that is given none, or an unknown one.
        batch_limit: entries of one JSON-RPC batch.
        batch_write_limit: writes after which no further entry of a batch is begun (`store.usage.Usage.writes`).
        wire_format: what `/jsonrpc.php` answers with (docs/wire-formats.md).
        api_token: the application user's, where it is not in Secrets Manager: on a developer's machine.
        token_secret_arn: the secret that holds the token.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    timezone: Annotated[ZoneInfo, WrapValidator(_zone)] = ZoneInfo("UTC")
    date_format: DateFormat = "m/d/Y"
    base_url: str = Field(default="", pattern=r"^(https?://\S*[^/\s])?$")
    default_columns: Names = Field(
        default=("Backlog", "Ready", "Work in progress", "Done"), min_length=1, max_length=50
    )
    default_categories: Names = Field(default=(), max_length=30)
    default_swimlane: str = Field(default="Default swimlane", min_length=1, max_length=191)
    default_color: Annotated[str, AfterValidator(_color)] = "yellow"
    batch_limit: int = Field(default=200, ge=1, le=10_000)
    batch_write_limit: int = Field(default=5_000, ge=1)
    wire_format: WireFormat = "documented"
    table_name: str = Field(min_length=3)
    bucket_name: str = Field(min_length=3)
    api_token: str = Field(default="", repr=False)
    token_secret_arn: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings; a variable that is not set or empty has the default.

        Raises:
            ValueError: a value is not allowed, or the table, the bucket or the token is missing.
        """
        texts = {name: environment.get(name.upper(), "") for name in cls.model_fields}
        return cls.model_validate({name: text for name, text in texts.items() if text})

    @model_validator(mode="after")
    def _has_token(self) -> Self:
        if not self.api_token and not self.token_secret_arn:
            raise ValueError("TOKEN_SECRET_ARN or API_TOKEN must be set")
        return self
