"""What a database may have in it that Lambdaboard cannot keep: each is named by table, row and column."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from importer.errors import ImporterError
from importer.report import Report
from importer.source import opened
from tests.importer import original

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Client
    from tests.importer.conftest import Kanboard


def add(kanboard: Kanboard, table: str, **values: Any) -> None:
    """Write a row that no foreign key guards."""
    names = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join("?" * len(values))
    kanboard.change(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', *values.values())


def add_comment(kanboard: Kanboard, number: int, task_id: int, text: str = "x") -> None:
    """Write a comment."""
    add(kanboard, "comments", id=number, task_id=task_id, date_creation=1, comment=text, visibility="app-user")


def test_rows_that_name_missing_things_are_left_out_and_reported(kanboard: Kanboard) -> None:
    add(kanboard, "tasks", **original.task(90, project_id=77))
    add_comment(kanboard, 91, 90)
    add_comment(kanboard, 92, 555)
    add(kanboard, "columns", id=93, title="x", project_id=77)
    add(kanboard, "tags", id=94, name="x", project_id=77)
    add(kanboard, "project_has_users", project_id=1, user_id=66, role="project-member")
    add(kanboard, "task_has_links", id=95, link_id=2, task_id=2, opposite_task_id=90)
    add(kanboard, "task_has_links", id=96, link_id=55, task_id=2, opposite_task_id=3)
    add(kanboard, "task_has_tags", task_id=2, tag_id=99)
    kanboard.move()
    told = [
        each
        for each in kanboard.told("left out")
        if each.split(".")[0] in original.tasks() | original.belongings() | original.boards() | original.people()
    ]
    assert sorted(told) == [
        "columns.project_id 93",
        "comments.task_id 91",
        "comments.task_id 92",
        "project_has_users. 1/66",
        "tags.project_id 94",
        "task_has_links. 95",
        "task_has_links. 96",
        "task_has_tags.tag_id 2/99",
        "tasks.project_id 90",
    ]


def test_groups_and_actions_of_missing_things_are_left_out_and_reported(kanboard: Kanboard, call: Client) -> None:
    add(kanboard, "group_has_users", group_id=77, user_id=3)
    add(kanboard, "project_has_groups", group_id=77, project_id=1, role="project-member")
    add(kanboard, "actions", id=90, project_id=1, event_name="task.close", action_name="\\Plugin\\Action")
    add(kanboard, "actions", id=91, project_id=77, event_name="task.close", action_name="\\Kanboard\\Action\\TaskEmail")
    kanboard.change("UPDATE project_has_groups SET role = 'gardener' WHERE group_id = 2")
    kanboard.move()
    assert {
        "group_has_users. 77/3",
        "project_has_groups.group_id 77/1",
        "actions.action_name 90",
        "actions.project_id 91",
    } <= {*kanboard.told("left out")}
    assert kanboard.told("changed") == ["project_has_groups.role 2/1", *kanboard.told("changed")[1:]]
    assert kanboard.told("note") == ["actions.action_name 5"], "kept, and not run"
    assert [action["id"] for action in call("getActions", project_id=4)] == [5]
    assert call("isGroupMember", group_id=2, user_id=3)


def test_activity_that_cannot_be_kept_is_left_out_and_reported(kanboard: Kanboard, call: Client) -> None:
    then = int(time.time())
    row = {"date_creation": then, "creator_id": 3, "project_id": 1, "task_id": 2}
    add(kanboard, "project_activities", **row, id=50, event_name="plugin.event", data="{}")
    add(kanboard, "project_activities", **row, id=51, event_name="task.create", data="no JSON")
    add(kanboard, "project_activities", **row, id=52, event_name="task.create", data='{"task": {"id": "x"}}')
    add(kanboard, "project_activities", **row | {"creator_id": 66}, id=53, event_name="task.create", data="{}")
    kanboard.move()
    assert {*kanboard.told("left out")} >= {
        "project_activities. 50",
        "project_activities.data 51",
        "project_activities.data 52",
        "project_activities. 53",
    }
    titles = {row["id"]: row["event_title"] for row in call("getProjectActivity", project_id=1)}
    assert titles == {
        2: "Ann Änn created the task #2",
        3: "Ann Änn updated the task #2",
        4: 'Ann Änn moved the task #2 to the column "Backlog"',
        5: "Ann Änn commented on the task #2",
        6: "Ann Änn updated a subtask for the task #2",
        7: "Ann Änn attached a file to the task #2",
        8: "Ann Änn set a new internal link for the task #2",
    }


def test_a_task_counts_no_links_that_are_left_out(kanboard: Kanboard, call: Client) -> None:
    kanboard.change("UPDATE tasks SET description = ? WHERE id = 3", "x" * 190_001)
    kanboard.move()
    assert "tasks.description 3" in kanboard.told("left out")
    (found,) = call("searchTasks", project_id=1, query="Fifth")
    assert (found["id"], found["nb_links"], found["is_milestone"]) == (2, 1, 1)
    assert [row["task_id"] for row in call("getAllTaskLinks", task_id=2)] == [12]


def test_a_text_that_is_too_large_is_left_out_and_not_counted(kanboard: Kanboard, call: Client) -> None:
    add_comment(kanboard, 90, 5, "x" * 350_001)
    add(kanboard, "task_has_metadata", task_id=5, name="large", value="x" * 350_001, changed_by=0, changed_on=0)
    add(kanboard, "task_has_metadata", task_id=5, name="n" * 1_001, value="x", changed_by=0, changed_on=0)
    kanboard.move()
    assert {"comments.comment 90", "task_has_metadata. 5/large"} <= {*kanboard.told("left out")}
    assert [row["nb_comments"] for row in call("searchTasks", project_id=1, query="5")] == [0]
    assert call("getTaskMetadata", task_id=5) == {}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("date_due", "soon"),
        ("date_due", -1),
        ("is_active", 2),
        ("project_id", 10**13),
        ("title", b"\xff\xfe"),
        ("time_spent", "x"),
    ],
)
def test_an_invalid_value_is_reported_with_table_row_and_column(kanboard: Kanboard, column: str, value: Any) -> None:
    kanboard.change(f"UPDATE tasks SET {column} = ? WHERE id = 6", value)
    kanboard.move()
    assert f"tasks.{column} 6" in kanboard.told("left out")
    assert f"tasks.{column} 6" in kanboard.verify()


def test_people_who_cannot_log_in_as_before_are_reported(kanboard: Kanboard, call: Client) -> None:
    people: dict[str, dict[str, Any]] = {
        "jsonrpc": {},
        "with:colon": {},
        " blank": {},
        "ldap": {"is_ldap_user": 1, "password": None},
        "two": {"twofactor_activated": 1},
        "admi\uff4e": {},
    }
    for number, (name, values) in enumerate(people.items(), start=20):
        add(kanboard, "users", **original.user(number, name, **values))
    kanboard.move()
    assert [each for each in kanboard.told("note") if each.startswith("users.")] == [
        "users.username 20",
        "users.username 21",
        "users.username 22",
        "users.is_ldap_user 23",
        "users.password 23",
        "users.twofactor_activated 24",
        "users.username 25",
    ]
    assert call("getUser", user_id=21)["username"] == "with:colon"
    assert call("updateUser", id=21, username="without")


def test_a_changed_value_is_reported(kanboard: Kanboard, call: Client) -> None:
    kanboard.change("UPDATE project_has_users SET role = 'gardener' WHERE user_id = 3")
    kanboard.change("UPDATE comments SET visibility = 'nobody' WHERE id = 4")
    kanboard.change("UPDATE task_has_external_links SET link_type = 'plugin'")
    kanboard.change("UPDATE tasks SET reference = ?, owner_id = 66, category_id = 66 WHERE id = 5", "r" * 200)
    kanboard.change("UPDATE projects SET identifier = 'GARD' WHERE id = 4")
    kanboard.change("UPDATE users SET token = 'feed', api_access_token = 'secret' WHERE id = 3")
    kanboard.move()
    assert {
        "project_has_users.role 1/3",
        "comments.visibility 4",
        "task_has_external_links.link_type 3",
        "tasks.reference 5",
        "tasks.owner_id 5",
        "tasks.category_id 5",
        "projects.identifier 4",
        "users.token 3",
        "users.api_access_token 3",
    } <= {*kanboard.told("changed")}
    assert call("getProjectUserRole", project_id=1, user_id=3) == "project-viewer"
    assert call("getAllExternalTaskLinks", task_id=2)[0]["link_type"] == "weblink"
    assert call("getProjectByIdentifier", identifier="GARD")["id"] == 1


def test_a_file_without_its_content_is_left_out_and_reported(kanboard: Kanboard, call: Client) -> None:
    (kanboard.files / "tasks/2/aa").unlink()
    add(
        kanboard,
        "task_has_files",
        id=9,
        name="x",
        path="../../db.sqlite",
        is_image=0,
        task_id=2,
        date=1,
        user_id=0,
        size=1,
    )
    kanboard.move()
    assert {"task_has_files.path 2", "task_has_files.path 9"} <= {*kanboard.told("left out")}
    assert call("getAllTaskFiles", task_id=2) == []


def test_a_link_that_only_one_task_shows_comes_over_as_it_is(kanboard: Kanboard, call: Client) -> None:
    kanboard.change("DELETE FROM task_has_links WHERE id = 2")
    kanboard.move()
    assert "task_has_links. 1" in kanboard.told("note")
    assert kanboard.verify() == []
    assert call("removeTaskLink", task_link_id=1)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("missing.sqlite", "no file"),
        ("oracle://x/y", "must be a SQLite file"),
        ("postgresql://u:hidden@127.0.0.1:1/x", "cannot be read"),
        ("mysql://u:hidden@127.0.0.1:1/x", "cannot be read"),
    ],
)
def test_the_error_of_a_database_that_cannot_be_opened_has_no_password(address: str, message: str) -> None:
    with pytest.raises(ImporterError, match=message) as error, opened(address, Report()):
        pass
    assert "hidden" not in str(error.value)


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.sqlite")) as connection:
        connection.execute("CREATE TABLE x (id INTEGER)")
    with opened(str(tmp_path / "other.sqlite"), Report()) as source, pytest.raises(ImporterError, match="not a data"):
        source.check_version()
