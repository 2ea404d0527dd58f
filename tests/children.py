"""Tasks with many children, written to the table as by the stores, but in batches, for speed."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from lambdaboard.domain.comment import Comment
from lambdaboard.domain.external_link import ExternalLink
from lambdaboard.domain.link import TaskLink
from lambdaboard.domain.subtask import Subtask
from lambdaboard.store import keys
from lambdaboard.store.actions import TransactItem, put
from lambdaboard.store.files import File, new_path, task_folder
from lambdaboard.store.links import put_both_sides
from lambdaboard.store.table import BATCH_WRITE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.conftest import Client

    from lambdaboard.store.stores import Stores

KINDS = ("file", "comment", "subtask", "external_link", "metadata", "link")

LINK_TYPES = (1, 2, 3, 4, 5, 6, 7, 10, 11)
"""Built-in types of links, except those of milestones, which have a second counter."""

OPPOSITE = {2: 3, 3: 2, 4: 5, 5: 4, 6: 7, 7: 6, 10: 11, 11: 10}

CONTENT = b"content"


@dataclass(frozen=True)
class Parent:
    """A task with children.

    Attributes:
        user: whose its subtasks are.
        first: the id of the first child of each kind that it has.
        others: the tasks that it is linked with.
    """

    project: int
    task: int
    user: int
    others: Sequence[int]
    first: dict[str, int] = field(default_factory=dict)


def a_parent(
    call: Client, stores: Stores, project: int, user: int, others: list[int], share: int, kinds: Sequence[str] = KINDS
) -> Parent:
    """Make a task with this number of children of each of these kinds; `others`: to link it with."""
    parent = Parent(project, int(call("createTask", "Parent", project)), user, others)
    births = {
        "file": _files,
        "comment": _comments,
        "subtask": _subtasks,
        "external_link": _external_links,
        "metadata": _metadata,
        "link": _links,
    }
    put_all(stores, (action for kind in kinds for action in births[kind](stores, parent, share)))
    _count(stores, parent.task, {f"nb_{kind}s": share for kind in kinds if kind != "metadata"})
    return parent


def _count(stores: Stores, task_id: int, more: dict[str, int]) -> None:
    loaded = stores.tasks.find(task_id)
    counted = {name: by + getattr(loaded.counts, name) for name, by in more.items()}
    stores.table.write(*stores.tasks.replace_actions(loaded, loaded.task, counts=loaded.counts._replace(**counted)))


def put_all(stores: Stores, actions: Iterable[TransactItem]) -> None:
    """Write new items, without transactions, since moto is slow at them."""
    client, table = stores.table.client, stores.table.name
    puts: Any = ({"PutRequest": {"Item": action.request["Put"]["Item"]}} for action in actions)
    while batch := [*islice(puts, BATCH_WRITE_LIMIT)]:
        client.batch_write_item(RequestItems={table: batch})


def _files(stores: Stores, parent: Parent, count: int) -> Iterator[TransactItem]:
    first = parent.first["file"] = stores.files.next_id(count)
    common: dict[str, Any] = {"task_id": parent.task, "date": 1, "size": len(CONTENT)}
    paths = [new_path(task_folder(parent.project, parent.task)) for _ in range(count)]
    with ThreadPoolExecutor(4) as threads:
        [*threads.map(lambda path: stores.blobs.put(path, CONTENT), paths)]
    for number, path in enumerate(paths, first):
        yield from stores.files.put_actions(File(id=number, name=f"file {number}", path=path, **common))


def _comments(stores: Stores, parent: Parent, count: int) -> Iterator[TransactItem]:
    first = parent.first["comment"] = stores.comments.next_id(count)
    for number in range(first, first + count):
        comment = Comment(id=number, task_id=parent.task, date_creation=1, date_modification=1, comment="Comment")
        yield from stores.comments.put_actions(comment, parent.project, "content")


def _subtasks(stores: Stores, parent: Parent, count: int) -> Iterator[TransactItem]:
    first = parent.first["subtask"] = stores.subtasks.next_id(count)
    common: dict[str, Any] = {"task_id": parent.task, "date_creation": 1, "user_id": parent.user}
    for place in range(count):
        subtask = Subtask(id=first + place, title="Subtask", position=place + 1, **common)
        yield from stores.subtasks.put_actions(subtask, parent.project, "title")


def _external_links(stores: Stores, parent: Parent, count: int) -> Iterator[TransactItem]:
    first = parent.first["external_link"] = stores.external_links.next_id(count)
    common: dict[str, Any] = {"link_type": "file", "dependency": "related", "title": "A", "url": "file:///a"}
    common |= {"task_id": parent.task, "date_creation": 1, "date_modification": 1}
    for number in range(first, first + count):
        yield from stores.external_links.put_actions(ExternalLink(id=number, **common), parent.project, "title")


def _metadata(_stores: Stores, parent: Parent, count: int) -> Iterator[TransactItem]:
    value: dict[str, keys.Attribute] = {"val": {"S": "value"}, "changed_on": {"N": "1"}, "changed_by": {"N": "0"}}
    for number in range(count):
        yield put(keys.metadata(parent.task, f"name {number}"), value)


def _links(stores: Stores, parent: Parent, count: int) -> Iterator[TransactItem]:
    first = parent.first["link"] = stores.table.next_id("link", 2 * count)
    ends = [(other, link_type) for other in parent.others for link_type in LINK_TYPES][:count]
    projects = {other: stores.tasks.find(other).project.id for other in {other for other, _ in ends}}
    for place, (other, link_type) in enumerate(ends):
        number = first + 2 * place
        side = TaskLink(
            id=number,
            task_id=parent.task,
            opposite_task_id=other,
            link_id=link_type,
            other_id=number + 1,
            other_link_id=OPPOSITE.get(link_type, link_type),
        )
        yield from put_both_sides(side, {parent.task: parent.project, other: projects[other]})
    for other, times in Counter(other for other, _ in ends).items():
        _count(stores, other, {"nb_links": times})


# --- in results of the API ------------------------------------------------------------------------------------------


def reads_of(parent: Parent) -> dict[str, list[Any]]:
    """Return calls that read a task and its children, in every way that names them."""
    task, first = parent.task, parent.first
    return {
        "getTask": [task],
        "getAllTaskFiles": [task],
        "getAllComments": [task],
        "getAllSubtasks": [task],
        "getAllTaskLinks": [task],
        "getAllExternalTaskLinks": [task],
        "getTaskMetadata": [task],
        "getTaskMetadataByName": [task, "name 0"],
        "getTaskFile": [first.get("file", 0)],
        "downloadTaskFile": [first.get("file", 0)],
        "getComment": [first.get("comment", 0)],
        "getSubtask": [first.get("subtask", 0)],
        "getTaskLinkById": [first.get("link", 0)],
        "getExternalTaskLinkById": [task, first.get("external_link", 0)],
        "getAllTaskLinks of the other one": [*parent.others[:1]],
    }


def shown(call: Client, parent: Parent) -> frozenset[str]:
    """Return the calls that show something of a task or its children."""
    answers = {
        method: call.answer(method.split()[0], *params).get("result") for method, params in reads_of(parent).items()
    }
    return frozenset(method for method, answer in answers.items() if answer)
