"""Projects (context.md 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.boards import LONG_AGO, a_task, everything
from tests.conftest import Client

from lambdaboard.errors import Conflict

if TYPE_CHECKING:
    from tests.conftest import MakePerson

    from lambdaboard.app.service import Service
    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

UNKNOWN = (999_999_999, 0, -1, 10**30)

FULL: dict[str, Any] = {
    "name": "Full",
    "description": "**d**",
    "owner_id": 0,
    "identifier": "FULL1",
    "start_date": "2030-01-01",
    "end_date": "2030-12-31",
    "priority_default": 1,
    "priority_start": -2,
    "priority_end": 5,
    "email": "full@example.org",
}

REFUSED: list[tuple[str, Any]] = [
    ("name", ""),
    ("name", " \t\u00a0\u3000"),
    ("owner_id", 1),
    ("identifier", "no-hyphen"),
    *(("start_date", text) for text in ("2030-01-15 10:30", "tomorrow", "some day", "15/01/2030", "2030-02-30")),
    ("priority_end", 2**31),
    ("email", "nobody"),
]


def test_a_new_project_has_all_properties_in_their_order(call: Client) -> None:
    project_id = call("createProject", name="Fresh")
    row = call("getProjectById", project_id)
    assert row["last_modified"] > LONG_AGO
    assert [*row.items()] == [
        ("id", project_id),
        ("name", "Fresh"),
        ("is_active", 1),
        ("token", ""),
        ("last_modified", row["last_modified"]),
        ("is_public", 0),
        ("is_private", 0),
        ("is_everybody_allowed", 0),
        ("default_swimlane", "Default swimlane"),
        ("show_default_swimlane", 1),
        ("description", None),
        ("identifier", ""),
        ("start_date", ""),
        ("end_date", ""),
        ("owner_id", 0),
        ("priority_default", 0),
        ("priority_start", 0),
        ("priority_end", 3),
        ("email", None),
        ("predefined_email_subjects", None),
        ("per_swimlane_task_limits", 0),
        ("task_limit", 0),
        ("enable_global_tags", 1),
        (
            "url",
            {
                "board": f"http://board.example/?controller=BoardViewController&action=show&project_id={project_id}",
                "list": f"http://board.example/?controller=TaskListController&action=show&project_id={project_id}",
            },
        ),
    ]


def test_the_documented_wire_writes_numbers_as_text(call: Client, project: int) -> None:
    row = call.documented("getProjectById", project)
    assert (row["id"], row["is_active"], row["description"]) == (str(project), "1", None)
    assert row["url"]["board"].endswith(f"project_id={project}")


def test_a_new_board_has_the_configured_columns_and_categories_and_a_swimlane(service: Service) -> None:
    chosen = {"default_columns": ("To do", "Done"), "default_categories": ("Bugs", "Docs"), "default_swimlane": "Lane"}
    call = Client(msgspec.structs.replace(service, settings=msgspec.structs.replace(service.settings, **chosen)))
    for project_id in (call("createProject", name="One"), call("createProject", name="Two")):
        columns = call("getColumns", project_id)
        assert [(each["title"], each["position"], each["project_id"]) for each in columns] == [
            ("To do", 1, project_id),
            ("Done", 2, project_id),
        ]
        assert [call("getColumn", each["id"]) for each in columns] == columns
        lanes = call("getActiveSwimlanes", project_id)
        assert [(each["name"], each["position"]) for each in lanes] == [("Lane", 1)]
        assert call("getSwimlane", lanes[0]["id"]) == lanes[0]
        categories = call("getAllCategories", project_id)
        assert [each["name"] for each in categories] == ["Bugs", "Docs"]
        assert [call("getCategory", each["id"]) for each in categories] == categories


def test_the_greatest_configured_board_fits_one_transaction(service: Service) -> None:
    chosen = {
        "default_columns": tuple(f"c{number}" for number in range(50)),
        "default_categories": tuple(f"y{number}" for number in range(30)),
    }
    call = Client(msgspec.structs.replace(service, settings=msgspec.structs.replace(service.settings, **chosen)))
    project_id = call("createProject", **FULL)
    assert (len(call("getColumns", project_id)), len(call("getAllCategories", project_id))) == (50, 30)


def test_every_property_is_stored(call: Client) -> None:
    row = call("getProjectById", call("createProject", *FULL.values()))
    assert {name: row[name] for name in FULL} == FULL


def test_dates_of_a_new_project_are_kept_as_given(call: Client) -> None:
    for start, end in (
        ("2030-01-15", "01/15/2030"),
        ("2030_1_5", "01/06/2030"),
        ("", "2030-01-15"),
        ("2030-01-15", ""),
    ):
        row = call("getProjectById", call("createProject", name="Dates", start_date=start, end_date=end))
        assert (row["start_date"], row["end_date"]) == (start, end)


@pytest.mark.parametrize(
    ("start", "end"), [("2030-01-16", "2030-01-15"), ("01/16/2030", "2030-01-15"), ("2031-1-1", "12/31/2030")]
)
def test_a_project_does_not_end_before_it_starts(
    call: Client, stores: Stores, project: int, start: str, end: str
) -> None:
    assert call("updateProject", project_id=project, start_date=start) is True
    before = everything(stores)
    assert call("createProject", name="Dates", start_date=start, end_date=end) is False
    assert call("updateProject", project_id=project, start_date=start, end_date=end) is False
    assert call("updateProject", project_id=project, end_date=end) is False
    assert everything(stores) == before
    assert call("updateProject", project_id=project, start_date="", end_date=end) is True
    assert call("updateProject", project_id=project, start_date=start) is False
    assert call("updateProject", project_id=project, start_date=end, end_date=start) is True


def test_a_project_with_a_date_of_long_ago_that_is_none_can_still_be_changed(call: Client, stores: Stores) -> None:
    stored = stores.projects.get(call("createProject", name="Old"))
    old = stored.project.changed(start_date="some day", end_date="2029-01-01")
    stores.table.write(*stores.projects.replace_actions(stored, old))
    assert call("updateProject", project_id=old.id, name="New") is True
    assert call("updateProject", project_id=old.id, end_date="2028-01-01") is True
    row = call("getProjectById", old.id)
    assert (row["name"], row["start_date"], row["end_date"]) == ("New", "some day", "2028-01-01")


def test_an_empty_owner_means_nobody(call: Client, person: MakePerson) -> None:
    project_id = call("createProject", name="Owned", owner_id=person("ann"))
    assert call("updateProject", project_id=project_id, owner_id="") is True
    for each in (project_id, call("createProject", name="Nobody's", owner_id="")):
        assert call("getProjectById", each)["owner_id"] == 0


@pytest.mark.parametrize(("name", "value"), REFUSED)
def test_a_refused_value_makes_no_project_and_changes_none(call: Client, stores: Stores, name: str, value: Any) -> None:
    project_id = call("createProject", **FULL)
    before = everything(stores)
    assert call("createProject", **{"name": "Rejected", name: value}) is False
    assert call("updateProject", project_id=project_id, **{"description": "new", name: value}) is False
    assert everything(stores) == before


@pytest.mark.parametrize(("name", "value"), [("priority_start", "high"), ("name", []), ("owner_id", "me")])
def test_another_type_is_an_error_that_names_the_parameter(call: Client, name: str, value: Any) -> None:
    error = call.error("createProject", **{"name": "x", name: value})
    assert (error["code"], name in error["data"]) == (-32602, True)


@pytest.mark.parametrize("name", ["name", "description"])
def test_a_project_too_large_to_store_is_an_error_that_names_the_text(call: Client, project: int, name: str) -> None:
    for method, known in (("createProject", {"name": "x"}), ("updateProject", {"project_id": project})):
        error = call.error(method, **{**known, name: "x" * 350_000})
        assert (error["code"], name in error["data"]) == (-32602, True)


@pytest.mark.parametrize(("name", "value"), [("identifier", "full1"), ("email", "full@example.org")])
def test_identifier_and_address_are_unique_until_given_back(call: Client, name: str, value: str) -> None:
    first, second = call("createProject", **FULL), call("createProject", name="Second")
    assert call("createProject", **{"name": "Third", name: value}) is False
    assert call("updateProject", project_id=second, **{name: value}) is False
    assert call("updateProject", project_id=first, **{name: value}) is True
    assert call("updateProject", project_id=first, **{name: ""}) is True
    assert call("updateProject", project_id=second, **{name: value}) is True


def test_no_identifier_and_no_address_are_no_names(call: Client) -> None:
    for name in ("One", "Two"):
        row = call("getProjectById", call("createProject", name=name, identifier="", email=""))
        assert (row["identifier"], row["email"]) == ("", "")
    assert call("getProjectByIdentifier", "") is False
    assert call("getProjectByEmail", "") is False


def test_an_update_changes_what_is_given_and_no_more(call: Client) -> None:
    project_id = call("createProject", **FULL)
    before = call("getProjectById", project_id)
    assert call("updateProject", project_id=project_id, description="new", name=None, email=None) is True
    assert call("getProjectById", project_id) == before | {"description": "new"}
    new = dict(FULL, name="New", identifier="NEW", email="new@example.org", priority_end=9, end_date="")
    assert call("updateProject", project_id, *new.values()) is True
    assert call("getProjectById", project_id) == before | new


@pytest.mark.parametrize(
    ("given", "stored"), [("2030-01-15", "2030-01-15"), ("01/15/2030", "2030-01-15"), ("2030_1_5", "2030-01-05")]
)
def test_an_update_stores_dates_in_iso_8601(call: Client, project: int, given: str, stored: str) -> None:
    assert call("updateProject", project_id=project, start_date=given) is True
    assert call("getProjectById", project)["start_date"] == stored


@pytest.mark.parametrize("given", ["some day", "15/01/2030", "2030-02-30"])
def test_an_update_refuses_what_is_no_date(call: Client, project: int, given: str) -> None:
    assert call("updateProject", project_id=project, end_date=given) is False
    assert call("getProjectById", project)["end_date"] == ""


def test_a_project_is_found_by_its_exact_name_the_first_of_several(call: Client) -> None:
    first, _ = call("createProject", name="Same"), call("createProject", name="Same")
    assert call("getProjectByName", "Same") == call("getProjectById", first)
    assert call("updateProject", project_id=first, name="Other") is True
    assert call("getProjectByName", "Other")["id"] == first
    assert call("getProjectByName", "same") is False
    assert call("getProjectByName", "") is False


def test_a_project_is_found_by_its_identifier_in_any_case(call: Client) -> None:
    project_id = call("createProject", **FULL)
    for identifier in ("FULL1", "full1"):
        assert call("getProjectByIdentifier", identifier)["id"] == project_id
    for identifier in ("FULL", "FULL1\n", "x" * 5_000):
        assert call("getProjectByIdentifier", identifier) is False


def test_a_project_is_found_by_its_exact_address(call: Client) -> None:
    project_id = call("createProject", **FULL)
    assert call("getProjectByEmail", "full@example.org")["id"] == project_id
    for email in ("Full@example.org", "other@example.org", "x" * 5_000):
        assert call("getProjectByEmail", email) is False


def test_all_projects_come_by_name_upper_case_first_then_by_id(call: Client) -> None:
    ids = [call("createProject", name=name) for name in ("b", "a", "B", "é", "a")]
    assert call("disableProject", ids[1]) is True
    rows = call("getAllProjects")
    assert [row["id"] for row in rows] == [ids[place] for place in (2, 1, 4, 0, 3)]
    assert rows == [call("getProjectById", row["id"]) for row in rows]


def test_a_project_can_be_disabled_and_enabled_repeatedly(call: Client, project: int) -> None:
    for method, is_active in (("disableProject", 0), ("disableProject", 0), ("enableProject", 1), ("enableProject", 1)):
        assert call(method, project) is True
        assert call("getProjectById", project)["is_active"] == is_active


@pytest.mark.parametrize("project_id", UNKNOWN)
def test_an_unknown_project_is_null_and_cannot_be_changed(call: Client, project_id: int) -> None:
    assert call("getProjectById", project_id) is None
    assert call("updateProject", project_id, "x") is False
    for method in ("removeProject", "enableProject", "disableProject"):
        assert call(method, project_id) is False


def test_a_removed_project_takes_all_that_is_in_it_along(call: Client, board: Project) -> None:
    task_id = a_task(call, board, tags=["a"])
    tag_id = call("getTagsByProject", board.id)[0]["id"]
    assert call("removeProject", board.id) is True
    assert call("removeProject", board.id) is False
    assert call("getAllProjects") == call("getAllTags") == []
    assert call("getProjectByName", board.name) is False
    reads = {"getProjectById": board.id, "getTask": task_id, "getColumn": board.columns[0].id}
    reads |= {"getSwimlane": board.swimlanes[0].id, "getCategory": board.categories[0].id}
    for method, each in reads.items():
        assert call(method, each) is None, method
    for method in ("getColumns", "getAllSwimlanes", "getAllCategories", "getTagsByProject"):
        assert call(method, board.id) == [], method
    assert call("removeTag", tag_id) is False


def test_a_removed_project_gives_its_names_back(call: Client) -> None:
    assert call("removeProject", call("createProject", **FULL)) is True
    assert call("createProject", **FULL) > 1


def test_of_two_changes_of_one_version_the_second_is_refused(stores: Stores, board: Project) -> None:
    read = stores.projects.get(board.id)
    stores.table.write(*stores.projects.replace_actions(read, read.project.changed(name="First")))
    with pytest.raises(Conflict):
        stores.table.write(*stores.projects.replace_actions(read, read.project.changed(name="Second")))
    assert stores.projects.get(board.id).project.name == "First"
