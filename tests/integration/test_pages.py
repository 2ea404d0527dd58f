"""What does not fit one page of DynamoDB's is read in several; here a page has four items instead of a megabyte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import a_task

from lambdaboard.store import keys
from lambdaboard.store.table import key_of

if TYPE_CHECKING:
    from tests.conftest import Client, MakePerson

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

PAGE = 4

ALL_LANES = ("0", "~")


@pytest.fixture
def pages(stores: Stores) -> list[int | None]:
    """The limits that were asked for, of each page."""
    limits: list[int | None] = []

    def in_small_pages(params: dict[str, Any], model: Any, **_: Any) -> None:
        if model.name in {"Query", "Scan"}:
            limits.append(params.get("Limit"))
            params["Limit"] = min(params.get("Limit", PAGE), PAGE)

    stores.table.client.meta.events.register("before-parameter-build.dynamodb", in_small_pages)
    return limits


@pytest.fixture
def tasks(call: Client, board: Project) -> list[int]:
    return [a_task(call, board) for _ in range(10)]


@pytest.mark.parametrize(("limit", "counted"), [(1, 1), (4, 4), (5, 5), (9, 9), (10, 10), (11, 10), (None, 10)])
def test_a_count_goes_on_over_pages_up_to_its_limit(
    stores: Stores, board: Project, tasks: list[int], pages: list[int | None], limit: int | None, counted: int
) -> None:
    pages.clear()
    count, last = stores.table.count(keys.project_pk(board.id), "by_lane", ALL_LANES, limit)
    assert count == counted
    assert bool(last) is (counted < len(tasks))
    assert pages == [limit - read if limit else None for read in range(0, counted, PAGE)]


def test_the_position_of_a_cached_task_is_counted_in_parallel_with_its_read(
    call: Client, tasks: list[int], pages: list[int | None]
) -> None:
    pages.clear()
    assert [call("getTask", task_id)["position"] for task_id in tasks] == [*range(1, 11)]
    assert len(pages) == sum(1 + (place - 1) // PAGE + (place % PAGE == 0) for place in range(1, 11))


def test_of_the_position_of_a_task_no_more_than_a_page_is_counted_for_who_may_not_see_it(
    call: Client, tasks: list[int], pages: list[int | None], person: MakePerson
) -> None:
    person("eve")
    pages.clear()
    assert call.by("eve").response("getTask", tasks[-1])["statusCode"] == 403
    assert len(pages) == 1


def test_a_query_and_a_scan_go_on_over_pages(
    stores: Stores, board: Project, tasks: list[int], pages: list[int | None]
) -> None:
    pages.clear()
    found = [keys.task.parse(key_of(item))[1] for item in stores.table.query(keys.project_pk(board.id), begins="T#")]
    assert (found, len(pages)) == (tasks, 3)
    lookups = {keys.task_lookup(task_id).pk for task_id in tasks}
    assert lookups <= {item["pk"]["S"] for page in stores.table.scan() for item in page}


def test_no_more_is_read_than_is_asked_for(
    stores: Stores, board: Project, tasks: list[int], pages: list[int | None]
) -> None:
    pages.clear()
    found = [*stores.table.query(keys.project_pk(board.id), begins="T#", limit=3)]
    assert (len(found), pages) == (3, [3])
