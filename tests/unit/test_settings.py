"""Settings, from the environment variables of a function."""

from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from local import template

from lambdaboard.domain.colors import COLORS
from lambdaboard.domain.dates import DateFormat
from lambdaboard.settings import Settings, WireFormat

REQUIRED = {"TABLE_NAME": "table", "BUCKET_NAME": "bucket", "API_TOKEN": "token"}

READ = [
    ("TIMEZONE", "Europe/Berlin", ZoneInfo("Europe/Berlin")),
    ("BASE_URL", "https://board.example/kanban", "https://board.example/kanban"),
    ("BASE_URL", "http://localhost:8000", "http://localhost:8000"),
    ("DEFAULT_COLUMNS", "To do, Doing,Done ,", ("To do", "Doing", "Done")),
    ("DEFAULT_CATEGORIES", "Bugs, Docs", ("Bugs", "Docs")),
    ("DEFAULT_SWIMLANE", "Lane", "Lane"),
    ("BATCH_LIMIT", "1", 1),
    ("BATCH_LIMIT", "10000", 10_000),
    ("MAX_FILE_MEGABYTES", "5", 5),
    ("MAX_FILE_MEGABYTES", "5000", 5_000),
    ("BATCH_WRITE_LIMIT", "1", 1),
    *(("DEFAULT_COLOR", color_id, color_id) for color_id in COLORS),
    *(("DATE_FORMAT", form, form) for form in get_args(DateFormat)),
    *(("WIRE_FORMAT", form, form) for form in get_args(WireFormat)),
]

REFUSED = [
    ("TIMEZONE", "Europe/Nowhere"),
    ("TIMEZONE", "../etc/passwd"),
    ("TIMEZONE", "/etc/localtime"),
    ("DATE_FORMAT", "Y-m-d"),
    ("BASE_URL", "board.example"),
    ("BASE_URL", "ftp://board.example"),
    ("BASE_URL", "https://board.example/"),
    ("BASE_URL", "https://board example"),
    ("DEFAULT_COLUMNS", " , "),
    ("DEFAULT_COLOR", "Mauve"),
    ("BATCH_LIMIT", "0"),
    ("BATCH_WRITE_LIMIT", "0"),
    ("BATCH_LIMIT", "many"),
    ("MAX_FILE_MEGABYTES", "4"),
    ("MAX_FILE_MEGABYTES", "5001"),
    ("WIRE_FORMAT", "xml"),
    ("TABLE_NAME", "ab"),
]


@pytest.mark.parametrize(("variable", "text", "value"), READ)
def test_a_variable_is_read(variable: str, text: str, value: object) -> None:
    settings = Settings.from_environment(REQUIRED | {variable: text})
    assert getattr(settings, variable.lower()) == value


@pytest.mark.parametrize(("variable", "text"), REFUSED)
def test_a_value_that_makes_no_sense_is_refused_at_the_start(variable: str, text: str) -> None:
    with pytest.raises(ValueError, match=variable.lower()):
        Settings.from_environment(REQUIRED | {variable: text})


def test_what_is_not_set_or_empty_has_kanboards_default() -> None:
    settings = Settings.from_environment(REQUIRED | {"TIMEZONE": "", "DEFAULT_COLUMNS": ""})
    assert settings.timezone == ZoneInfo("UTC")
    assert settings.date_format == "m/d/Y"
    assert settings.default_columns == ("Backlog", "Ready", "Work in progress", "Done")
    assert (settings.default_swimlane, settings.default_color) == ("Default swimlane", "yellow")
    assert (settings.batch_limit, settings.batch_write_limit) == (200, 5_000)
    assert (settings.wire_format, settings.base_url) == ("documented", "")


@pytest.mark.parametrize("variable", ["TABLE_NAME", "BUCKET_NAME"])
def test_the_table_and_the_bucket_must_be_set(variable: str) -> None:
    with pytest.raises(ValueError, match=variable.lower()):
        Settings.from_environment({name: value for name, value in REQUIRED.items() if name != variable})


def test_the_token_or_its_secret_must_be_set() -> None:
    without = {name: value for name, value in REQUIRED.items() if name != "API_TOKEN"}
    with pytest.raises(ValueError, match="API_TOKEN"):
        Settings.from_environment(without)
    assert Settings.from_environment(without | {"TOKEN_SECRET_ARN": "arn"}).token_secret_arn == "arn"


def test_the_defaults_of_the_template_are_those_of_the_settings() -> None:
    variables = template.environment({}, {"Table": "table", "Bucket": "bucket"})
    assert Settings.from_environment(variables | REQUIRED) == Settings.from_environment(REQUIRED)


def test_settings_do_not_change() -> None:
    with pytest.raises(AttributeError, match="immutable"):
        Settings.from_environment(REQUIRED).batch_limit = 5  # type: ignore[misc]
