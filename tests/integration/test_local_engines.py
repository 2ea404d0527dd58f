"""Who plays DynamoDB for `make run`, and what the start of a run says of the one before."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from local import aws, copy_data, engines
from local.functions import settings_of_functions
from local.settings import Settings, SettingsError

if TYPE_CHECKING:
    from pathlib import Path


def settings(data: Path) -> Settings:
    return Settings(port=8000, data=data, engine=engines.MINISTACK, token="")


@pytest.fixture
def nothing_but_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")


@pytest.mark.usefixtures("nothing_but_python")
def test_where_only_python_is_ministack_is_taken(tmp_path: Path) -> None:
    assert engines.usable() == [engines.MINISTACK]
    assert engines.chosen(tmp_path, "") == engines.MINISTACK


@pytest.mark.usefixtures("nothing_but_python")
def test_what_dynamodb_local_needs_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"Java runtime and a JDK.* and npm"):
        engines.chosen(tmp_path, engines.DYNAMODB_LOCAL)
    assert engines.of(tmp_path) == ""


def test_data_keep_their_engine_and_another_one_is_refused_with_the_way_to_copy(tmp_path: Path) -> None:
    engines.chosen(tmp_path, engines.MINISTACK)
    assert engines.chosen(tmp_path, "") == engines.MINISTACK
    with pytest.raises(SettingsError, match=r"make copy TO=.* ENGINE=dynamodb-local") as caught:
        engines.chosen(tmp_path, engines.DYNAMODB_LOCAL)
    assert "\n" not in str(caught.value)


def test_a_run_that_was_interrupted_is_reported_once_by_the_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(KeyboardInterrupt), aws.noted(tmp_path):
        raise KeyboardInterrupt
    for expected in ("was interrupted", ""):
        with aws.noted(tmp_path):
            assert expected in capsys.readouterr().out
    assert not capsys.readouterr().out


def test_the_functions_get_nothing_of_the_shell_that_may_be_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "secret of another service")
    with aws.local_aws(settings(tmp_path)) as (environment, _):
        assert "secret of another service" not in environment.values()
        assert environment["PATH"] == os.environ["PATH"]


def test_a_copy_has_every_item_and_the_token(tmp_path: Path) -> None:
    source, target = settings(tmp_path / "one"), tmp_path / "two"
    source.data.mkdir()
    (source.data / "token").write_text("abc")
    items = [{"pk": {"S": f"P#{number}"}, "sk": {"S": "@"}} for number in range(30)]
    with copy_data.table_of(source) as table:
        for item in items:
            table.put_item(TableName=copy_data.TABLE, Item=item)
    assert copy_data.copy(source, target, engines.MINISTACK) == 30
    with copy_data.table_of(settings(target)) as table:
        found = table.scan(TableName=copy_data.TABLE)["Items"]
    assert sorted(item["pk"]["S"] for item in found) == sorted(item["pk"]["S"] for item in items)
    assert (target / "token").read_text() == "abc"
    with pytest.raises(SettingsError, match="not empty"):
        copy_data.copy(source, target, engines.MINISTACK)


@pytest.mark.parametrize("zone", ["Berlin", "Europe", "Europe/Nowhere"])
def test_a_time_zone_that_there_is_not_is_refused_by_its_name(zone: str) -> None:
    with pytest.raises(SettingsError, match=rf"TIMEZONE must be .*, not '{zone}'"):
        settings_of_functions({"TIMEZONE": zone})
