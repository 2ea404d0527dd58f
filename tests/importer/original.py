# ruff: noqa: E501 - tables
"""A database like the original's, made for tests: its tables in SQLite, PostgreSQL or MySQL, with a board.

Names and types of columns are facts of the original's schema (sqlite 128, postgresql 117, mysql 139).
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import sqlalchemy
from sqlalchemy import BigInteger, Boolean, Column, Float, Integer, MetaData, String, Table, Text, text
from sqlalchemy.dialects import mysql

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, Engine

VERSIONS = {"sqlite": 128, "postgresql": 117, "mysql": 139}

FLAG = Integer().with_variant(Boolean(), "postgresql").with_variant(mysql.TINYINT(1), "mysql", "mariadb")
LONG = Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")
TYPES: dict[str, Any] = {
    "int": Integer(),
    "big": BigInteger(),
    "flag": FLAG,
    "text": LONG,
    "str": String(191),
    "float": Float(53),
}

# fmt: off
TABLES = {
    "users": "id:int username:str password:str is_ldap_user:flag name:str email:str google_id:str github_id:str notifications_enabled:flag timezone:str language:str disable_login_form:flag twofactor_activated:flag twofactor_secret:str token:str notifications_filter:int nb_failed_login:int lock_expiration_date:big gitlab_id:int role:str is_active:flag avatar_path:str api_access_token:str filter:text theme:text",
    "projects": "id:int name:text is_active:flag token:str last_modified:big is_public:flag is_private:flag description:text identifier:str start_date:str end_date:str owner_id:int priority_default:int priority_start:int priority_end:int email:text predefined_email_subjects:text per_swimlane_task_limits:flag task_limit:int enable_global_tags:flag",
    "columns": "id:int title:str position:int project_id:int task_limit:int description:text hide_in_dashboard:flag",
    "swimlanes": "id:int name:str position:int is_active:flag project_id:int description:text task_limit:int",
    "project_has_categories": "id:int name:str project_id:int description:text color_id:str",
    "project_has_users": "project_id:key user_id:key role:str",
    "tags": "id:int name:str project_id:int color_id:str",
    "tasks": "id:int title:text description:text date_creation:big color_id:str project_id:int column_id:int owner_id:int position:int is_active:flag date_completed:big score:int date_due:big category_id:int creator_id:int date_modification:int reference:text date_started:big time_spent:float time_estimated:float swimlane_id:int date_moved:big recurrence_status:int recurrence_trigger:int recurrence_factor:int recurrence_timeframe:int recurrence_basedate:int recurrence_parent:int recurrence_child:int priority:int external_provider:str external_uri:str",
    "task_has_tags": "task_id:key tag_id:key",
    "comments": "id:int task_id:int user_id:int date_creation:big comment:text reference:text date_modification:big visibility:str",
    "subtasks": "id:int title:text status:int time_estimated:float time_spent:float task_id:int user_id:int position:int",
    "subtask_time_tracking": "id:int user_id:int subtask_id:int start:big end:big time_spent:float",
    "links": "id:int label:str opposite_id:int",
    "task_has_links": "id:int link_id:int task_id:int opposite_task_id:int",
    "task_has_external_links": "id:int link_type:str dependency:str title:text url:text date_creation:int date_modification:int task_id:int creator_id:int",
    "task_has_metadata": "task_id:key name:namekey value:text changed_by:int changed_on:int",
    "task_has_files": "id:int name:text path:text is_image:flag task_id:int date:big user_id:int size:int",
    "groups": "id:int external_id:str name:str",
    "group_has_users": "group_id:key user_id:key",
    "project_has_groups": "group_id:key project_id:key role:str",
    "project_has_metadata": "project_id:key name:namekey value:text changed_by:int changed_on:int",
    "project_has_files": "id:int project_id:int name:text path:text is_image:flag size:int user_id:int date:int",
    "project_activities": "id:int date_creation:big event_name:text creator_id:int project_id:int task_id:int data:text",
    "actions": "id:int project_id:int event_name:text action_name:text",
    "action_has_params": "id:int action_id:int name:text value:text",
    "custom_filters": "id:int filter:text project_id:int user_id:int name:text is_shared:flag append:flag",
    "settings": "option:namekey value:text changed_by:int changed_on:int",
    "sessions": "id:namekey expire_at:int data:text",
    "user_has_notifications": "user_id:key project_id:key",
    "plugin_calendar": "id:int",
}
# fmt: on
"""Table -> its columns and their types; `key`: a part of a primary key."""

METADATA = MetaData()


def _column(name: str, kind: str) -> Column[Any]:
    if kind in {"key", "namekey"}:
        return Column(name, String(100) if kind == "namekey" else Integer(), primary_key=True, autoincrement=False)
    return Column(name, TYPES[kind], primary_key=name == "id", autoincrement=name == "id")


for _table, _columns in TABLES.items():
    Table(_table, METADATA, *(_column(*each.split(":")) for each in _columns.split()))

THEN = 1_700_000_000
"""The time of creation."""

BCRYPT = "$2y$10$abcdefghijklmnopqrstuuKp0XW2zUzyCqKEqR1f7LkqEdW9l1G5K"

LINK_TYPES = (
    "relates to", "blocks", "is blocked by", "duplicates", "is duplicated by", "is a child of", "is a parent of",
    "targets milestone", "is a milestone of", "fixes", "is fixed by",
)  # fmt: skip
OPPOSITES = (0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10)

Rows = dict[str, list[dict[str, Any]]]


def task(number: int, **values: Any) -> dict[str, Any]:
    """Return the row of a task."""
    return {
        "id": number, "title": f"Task {number}", "description": "", "date_creation": THEN + number, "color_id": "yellow",
        "project_id": 1, "column_id": 1, "owner_id": 0, "position": number, "is_active": 1, "date_completed": None,
        "score": 0, "date_due": 0, "category_id": 0, "creator_id": 0, "date_modification": THEN + 100 + number,
        "reference": "", "date_started": 0, "time_spent": 0, "time_estimated": 0, "swimlane_id": 1,
        "date_moved": THEN + 50, "recurrence_status": 0, "recurrence_trigger": 0, "recurrence_factor": 0,
        "recurrence_timeframe": 0, "recurrence_basedate": 0, "recurrence_parent": None, "recurrence_child": None,
        "priority": 0, "external_provider": None, "external_uri": None,
    } | values  # fmt: skip


def user(number: int, username: str, **values: Any) -> dict[str, Any]:
    """Return the row of a user."""
    return {
        "id": number, "username": username, "password": BCRYPT, "is_ldap_user": 0, "name": username.title(), "email": None,
        "notifications_enabled": 0, "disable_login_form": 0, "twofactor_activated": 0, "notifications_filter": 4,
        "nb_failed_login": 0, "lock_expiration_date": 0, "role": "app-user", "is_active": 1, "theme": "light",
    } | values  # fmt: skip


def project(number: int, name: str, **values: Any) -> dict[str, Any]:
    """Return the row of a project."""
    return {
        "id": number, "name": name, "is_active": 1, "token": "", "last_modified": THEN + number, "is_public": 0,
        "is_private": 0, "description": None, "identifier": "", "start_date": "", "end_date": "", "owner_id": 0,
        "priority_default": 0, "priority_start": 0, "priority_end": 3, "email": None, "predefined_email_subjects": None,
        "per_swimlane_task_limits": 0, "task_limit": 0, "enable_global_tags": 1,
    } | values  # fmt: skip


def people() -> Rows:
    """Return users and their memberships."""
    return {
        "users": [
            user(1, "admin", role="app-admin", email="admin@example.org", timezone="Europe/Berlin", language="de_DE"),
            user(
                3, "ann", name="Ann Änn", filter="status:open", notifications_enabled=1, theme="dark", nb_failed_login=2
            ),
            user(7, "bob", is_active=0, disable_login_form=1, notifications_filter=2, lock_expiration_date=THEN),
        ],
        "project_has_users": [
            {"project_id": 1, "user_id": 1, "role": "project-manager"},
            {"project_id": 1, "user_id": 3, "role": "project-member"},
            {"project_id": 4, "user_id": 7, "role": "project-viewer"},
        ],
    }


def boards() -> Rows:
    """Return two projects and the parts that their tasks name."""
    return {
        "projects": [
            project(
                1, "Garden", description="**bold**", identifier="GARD", start_date="2026-01-01", end_date="2026-12-31",
                owner_id=1, priority_end=5, priority_default=2, priority_start=1, email="garden@example.org", task_limit=9,
                per_swimlane_task_limits=1, predefined_email_subjects="One\nTwo",
            ),
            project(4, "Kitchen", is_active=0, is_private=1, is_public=1, token="ab12", enable_global_tags=0),
        ],
        "columns": [
            {"id": 1, "title": "Backlog", "position": 1, "project_id": 1, "task_limit": 0, "description": None, "hide_in_dashboard": 0},
            {"id": 2, "title": "Done", "position": 3, "project_id": 1, "task_limit": 5, "description": "all", "hide_in_dashboard": 1},
            {"id": 9, "title": "Backlog", "position": 1, "project_id": 4, "task_limit": 0, "description": "", "hide_in_dashboard": 0},
        ],
        "swimlanes": [
            {"id": 1, "name": "Default", "position": 1, "is_active": 1, "project_id": 1, "description": None, "task_limit": 0},
            {"id": 2, "name": "Off", "position": 0, "is_active": 0, "project_id": 1, "description": "no", "task_limit": 3},
            {"id": 5, "name": "Default", "position": 1, "is_active": 1, "project_id": 4, "description": "", "task_limit": 0},
        ],
        "project_has_categories": [
            {"id": 3, "name": "Trees", "project_id": 1, "description": "tall", "color_id": "green"},
            {"id": 5, "name": "Pots", "project_id": 4, "description": None, "color_id": None},
        ],
        "tags": [
            {"id": 1, "name": "everywhere", "project_id": 0, "color_id": None},
            {"id": 6, "name": "Äpfel", "project_id": 1, "color_id": "red"},
        ],
        "links": [
            {"id": n, "label": label, "opposite_id": opposite}
            for n, (label, opposite) in enumerate(zip(LINK_TYPES, OPPOSITES, strict=True), start=1)
        ] + [{"id": 14, "label": "looks like", "opposite_id": 0}],
    }  # fmt: skip


def tasks() -> Rows:
    """Return tasks in all states, with positions that have gaps, and one that is given twice."""
    return {
        "tasks": [
            task(2, position=5, title="Fifth", tags=None, description="x\n✓ ü", owner_id=3, score=8, date_due=1_800_000_000,
                 category_id=3, creator_id=1, reference="Ref-7", date_started=THEN + 9, time_spent=1.25,
                 time_estimated=3, color_id="red", priority=2, recurrence_status=2, recurrence_trigger=1,
                 recurrence_factor=3, recurrence_timeframe=1, recurrence_basedate=1, recurrence_child=8,
                 external_provider="github", external_uri="https://example.org/1"),
            task(3, position=2), task(5, position=2), task(6, position=1, creator_id=88),
            task(8, position=3, is_active=0, date_completed=THEN + 500, recurrence_parent=2),
            task(10, column_id=2, position=1), task(11, column_id=2, swimlane_id=2, position=1, description=None, score=None),
            task(12, project_id=4, column_id=9, swimlane_id=5, category_id=5, position=40),
        ],
        "task_has_tags": [{"task_id": 2, "tag_id": 6}, {"task_id": 2, "tag_id": 1}, {"task_id": 12, "tag_id": 1}],
    }  # fmt: skip


def belongings() -> Rows:
    """Return the child entities of tasks."""
    return {
        "comments": [
            {"id": 4, "task_id": 2, "user_id": 3, "date_creation": THEN + 1, "comment": "One ✓", "reference": "", "date_modification": THEN + 2, "visibility": "app-user"},
            {"id": 6, "task_id": 2, "user_id": 0, "date_creation": THEN + 3, "comment": "Two", "reference": "R1", "date_modification": THEN + 3, "visibility": "app-admin"},
            {"id": 9, "task_id": 12, "user_id": 7, "date_creation": THEN + 3, "comment": "Three", "reference": "", "date_modification": THEN + 3, "visibility": "app-manager"},
        ],
        "subtasks": [
            {"id": 5, "title": "Step", "status": 2, "time_estimated": 2, "time_spent": 1.25, "task_id": 2, "user_id": 3, "position": 1},
            {"id": 7, "title": "Next", "status": 1, "time_estimated": 0.5, "time_spent": 0, "task_id": 2, "user_id": None, "position": 4},
        ],
        "subtask_time_tracking": [
            {"id": 1, "user_id": 3, "subtask_id": 5, "start": THEN, "end": THEN + 900, "time_spent": 0.25},
            {"id": 2, "user_id": 3, "subtask_id": 5, "start": THEN, "end": THEN + 3600, "time_spent": 1},
            {"id": 3, "user_id": 1, "subtask_id": 7, "start": THEN, "end": 0, "time_spent": 0},
        ],
        "task_has_links": [
            {"id": 1, "link_id": 2, "task_id": 2, "opposite_task_id": 3}, {"id": 2, "link_id": 3, "task_id": 3, "opposite_task_id": 2},
            {"id": 3, "link_id": 1, "task_id": 2, "opposite_task_id": 3}, {"id": 4, "link_id": 1, "task_id": 3, "opposite_task_id": 2},
            {"id": 8, "link_id": 9, "task_id": 2, "opposite_task_id": 12}, {"id": 9, "link_id": 8, "task_id": 12, "opposite_task_id": 2},
            {"id": 10, "link_id": 14, "task_id": 5, "opposite_task_id": 8}, {"id": 11, "link_id": 14, "task_id": 8, "opposite_task_id": 5},
        ],
        "task_has_external_links": [
            {"id": 3, "link_type": "weblink", "dependency": "related", "title": "A page", "url": "https://example.org/", "date_creation": THEN, "date_modification": THEN + 1, "task_id": 2, "creator_id": 3},
        ],
        "task_has_metadata": [
            {"task_id": 2, "name": "species", "value": "oak", "changed_by": 3, "changed_on": THEN},
            {"task_id": 2, "name": "empty", "value": "", "changed_by": 0, "changed_on": 0},
            {"task_id": 12, "name": "n", "value": "5", "changed_by": 0, "changed_on": 0},
        ],
        "task_has_files": [
            {"id": 2, "name": "note.txt", "path": "tasks/2/aa", "is_image": 0, "task_id": 2, "date": THEN, "user_id": 3, "size": 24},
            {"id": 3, "name": "tree.png", "path": "tasks/12/bb", "is_image": 1, "task_id": 12, "date": THEN, "user_id": 0, "size": 6_000_000},
        ],
    }  # fmt: skip


CONTENTS = {
    "tasks/2/aa": b"two metres from the fenc",
    "tasks/12/bb": bytes(range(250)) * 24_000,
    "projects/1/cc": b"the plan",
}


def of_projects() -> Rows:
    """Return metadata and a file of a project."""
    return {
        "project_has_metadata": [{"project_id": 1, "name": "soil", "value": "clay", "changed_by": 1, "changed_on": THEN}],
        "project_has_files": [
            {"id": 5, "project_id": 1, "name": "plan.pdf", "path": "projects/1/cc", "is_image": 0, "size": 8, "user_id": 3, "date": THEN},
        ],
    }  # fmt: skip


def groups() -> Rows:
    """Return groups, their members and their roles."""
    return {
        "groups": [
            {"id": 2, "name": "Gardeners", "external_id": "cn=g"},
            {"id": 4, "name": "Cooks", "external_id": None},
        ],
        "group_has_users": [
            {"group_id": 2, "user_id": 3},
            {"group_id": 4, "user_id": 3},
            {"group_id": 2, "user_id": 7},
        ],
        "project_has_groups": [
            {"group_id": 2, "project_id": 1, "role": "project-viewer"},
            {"group_id": 4, "project_id": 4, "role": "project-member"},
        ],
    }


def actions() -> Rows:
    """Return automatic actions: one that runs, and one that sends mail."""
    prefix = "\\Kanboard\\Action\\"
    return {
        "actions": [
            {"id": 3, "project_id": 1, "event_name": "task.move.column", "action_name": prefix + "TaskCloseColumn"},
            {"id": 5, "project_id": 4, "event_name": "task.close", "action_name": prefix + "TaskEmail"},
        ],
        "action_has_params": [
            {"id": 1, "action_id": 3, "name": "column_id", "value": "2"},
            {"id": 2, "action_id": 5, "name": "user_id", "value": "3"},
            {"id": 4, "action_id": 5, "name": "subject", "value": "Closed"},
        ],
    }  # fmt: skip


def activity() -> Rows:
    """Return rows of activity: normal ones, one that is too old, and one of a plugin."""
    then = {**task(2, title="As it was"), "project_name": "Garden", "column_title": "Backlog", "column_position": 1}
    row = {"creator_id": 3, "project_id": 1, "task_id": 2}
    comment = {
        "id": 4,
        "task_id": 2,
        "user_id": 3,
        "date_creation": THEN,
        "date_modification": THEN,
        "comment": "One",
        "reference": "",
        "visibility": "app-user",
    }
    moved = {
        "position": 2,
        "column_id": 2,
        "swimlane_id": 1,
        "src_column_id": 1,
        "dst_column_id": 2,
        "date_moved": THEN,
        "recurrence_status": 0,
        "recurrence_trigger": 0,
    }
    link = {"id": 1, "task_id": 2, "opposite_task_id": 3, "link_id": 2, "label": "blocks", "opposite_link_id": 3}
    file = {
        "id": 2,
        "name": "note.txt",
        "path": "tasks/2/aa",
        "is_image": 0,
        "task_id": 2,
        "date": THEN,
        "user_id": 3,
        "size": 24,
    }
    told: dict[str, dict[str, Any]] = {
        "task.create": {},
        "task.update": {"changes": {"title": "As it was", "reference": "x"}},
        "task.move.column": {"changes": {"column_id": 2}, **moved},
        "comment.create": {"comment": comment},
        "subtask.update": {"subtask": belongings()["subtasks"][0] | {"username": "ann"}, "changes": []},
        "task.file.create": {"file": file | {"etag": "x"}},
        "task_internal_link.create_update": {"task_link": link},
    }
    rows = [
        {
            "id": n,
            "date_creation": int(time.time()) - 1000 + n,
            "event_name": name,
            **row,
            "data": json.dumps({**data, "task": then}),
        }
        for n, (name, data) in enumerate(told.items(), start=2)
    ]
    old = {"id": 90, "date_creation": 1, "event_name": "task.create", **row, "data": json.dumps({"task": then})}
    return {"project_activities": [*rows, old]}


def left_behind() -> Rows:
    """Return a row for each table that is not imported."""
    return {
        "custom_filters": [
            {"id": 1, "filter": "x", "project_id": 1, "user_id": 1, "name": "f", "is_shared": 0, "append": 0}
        ],
        "settings": [{"option": "api_token", "value": "secret", "changed_by": 0, "changed_on": 0}],
        "sessions": [{"id": "the-secret-of-a-session", "expire_at": 1, "data": ""}],
        "user_has_notifications": [{"user_id": 1, "project_id": 1}],
        "plugin_calendar": [{"id": 1}],
    }


def everything() -> Rows:
    """Return a small board with everything in it."""
    return {
        **people(),
        **boards(),
        **tasks(),
        **belongings(),
        **of_projects(),
        **groups(),
        **actions(),
        **activity(),
        **left_behind(),
    }


# --- databases ----------------------------------------------------------------------------------------------------


def create(engine: Engine, rows: Rows, version: int | None = None) -> None:
    """Make the tables and write rows."""
    METADATA.drop_all(engine)
    METADATA.create_all(engine)
    dialect = "mysql" if engine.dialect.name == "mariadb" else engine.dialect.name
    with engine.begin() as connection:
        _set_version(connection, dialect, version or VERSIONS[dialect])
        insert(connection, rows)


def insert(connection: Connection, rows: Rows) -> None:
    """Write rows."""
    for name, found in rows.items():
        columns = METADATA.tables[name].c
        for row in found:
            values = {key: _typed(columns[key], value) for key, value in row.items() if key in columns}
            connection.execute(METADATA.tables[name].insert().values(values))


def _typed(column: Column[Any], value: Any) -> Any:
    return bool(value) if column.type is FLAG and value is not None else value


def _set_version(connection: Connection, dialect: str, version: int) -> None:
    if dialect == "sqlite":
        connection.execute(text(f"PRAGMA user_version = {version}"))
        return
    connection.execute(text("DROP TABLE IF EXISTS schema_version"))
    connection.execute(text("CREATE TABLE schema_version (version INTEGER)"))
    connection.execute(text(f"INSERT INTO schema_version VALUES ({version})"))


def sqlite(file: Path, rows: Rows, version: int | None = None) -> Path:
    """Make a file of SQLite."""
    engine = sqlalchemy.create_engine(f"sqlite:///{file}")
    create(engine, rows, version)
    engine.dispose()
    return file


def folder(path: Path) -> Path:
    """Make a folder of files with the contents."""
    for name, content in CONTENTS.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path
