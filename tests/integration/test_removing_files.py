"""removeTaskFile and removeAllTaskFiles (behaviour.md 5.2), and racing uploads (architecture.md, "Mass changes")."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from tests.boards import a_task

from lambdaboard.errors import Conflict

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores


def upload(call: Client, project: Project, task_id: int, name: str = "a.txt") -> int:
    return int(call("createTaskFile", project.id, task_id, name, "YQ=="))


def names(call: Client, task_id: int) -> list[str]:
    return [row["name"] for row in call("getAllTaskFiles", task_id)]


def count(call: Client, project: Project) -> int:
    return int(call("searchTasks", project.id, "")[0]["nb_files"])


def test_a_file_is_removed_once_and_the_others_stay(call: Client, board: Project) -> None:
    task_id = a_task(call, board)
    first, second = upload(call, board, task_id, "1"), upload(call, board, task_id, "2")
    assert call("removeTaskFile", first) is True
    assert call("removeTaskFile", first) is False
    assert (call("getTaskFile", first), call("downloadTaskFile", first)) == (None, "")
    assert (names(call, task_id), count(call, board), call("downloadTaskFile", second)) == (["2"], 1, "YQ==")


def test_a_file_whose_content_is_missing_reads_as_empty_and_can_be_removed(
    call: Client, stores: Stores, board: Project
) -> None:
    task_id = a_task(call, board)
    file_id = upload(call, board, task_id)
    stores.blobs.remove(stores.files.find(file_id).record.path)
    assert call("downloadTaskFile", file_id) == ""
    assert call("removeTaskFile", file_id) is True
    assert names(call, task_id) == []


def test_all_files_go_at_once_and_new_ones_can_come(call: Client, board: Project) -> None:
    task_id, other = a_task(call, board), a_task(call, board)
    old = [upload(call, board, task_id, name) for name in "123"]
    kept = upload(call, board, other)
    for _ in range(2):
        assert call("removeAllTaskFiles", task_id) is True
        assert (names(call, task_id), count(call, board)) == ([], 0)
    for file_id in old:
        assert call("getTaskFile", file_id) is None
        assert call("downloadTaskFile", file_id) == ""
        assert call("removeTaskFile", file_id) is False
    new = upload(call, board, task_id, "new")
    assert (names(call, task_id), count(call, board), call("downloadTaskFile", new)) == (["new"], 1, "YQ==")
    assert call("removeTaskFile", new) is True
    assert (count(call, board), call("downloadTaskFile", kept)) == (0, "YQ==")


def test_generations_follow_a_task_to_another_project(call: Client, board: Project, foreign: Project) -> None:
    task_id = a_task(call, board)
    old = upload(call, board, task_id, "old")
    call("removeAllTaskFiles", task_id)
    upload(call, board, task_id, "new")
    assert call("moveTaskToProject", task_id, foreign.id) is True
    assert (names(call, task_id), count(call, foreign), call("getTaskFile", old)) == (["new"], 1, None)
    upload(call, foreign, task_id, "newer")
    assert call("removeAllTaskFiles", task_id) is True
    assert (names(call, task_id), count(call, foreign)) == ([], 0)


def test_a_record_read_under_an_older_generation_is_refused_and_nothing_is_counted(
    call: Client, stores: Stores, board: Project
) -> None:
    task_id = a_task(call, board)
    before = stores.files.find(upload(call, board, task_id))
    call("removeAllTaskFiles", task_id)
    with pytest.raises(Conflict):
        stores.table.write(*stores.files.add_actions(before.parent, msgspec.structs.replace(before.record, id=99)))
    with pytest.raises(Conflict):
        stores.table.write(*stores.files.remove_actions(before))
    with pytest.raises(Conflict):
        stores.table.write(*stores.files.remove_all_actions(before.parent))
    assert (names(call, task_id), count(call, board)) == ([], 0)


def test_a_record_of_a_task_that_is_gone_is_refused(call: Client, stores: Stores, board: Project) -> None:
    task_id = a_task(call, board)
    before = stores.files.find(upload(call, board, task_id))
    call("removeTask", task_id)
    with pytest.raises(Conflict):
        stores.table.write(*stores.files.add_actions(before.parent, msgspec.structs.replace(before.record, id=99)))
    with pytest.raises(Conflict):
        stores.table.write(*stores.files.remove_actions(before))
    assert not stores.table.get([before.parent.stored.key])
