"""Leftovers of crashes in the table: items of each kind without their parents, tasks without their column.

The kinds and their parents are repeated here, as a check of the registry in `store/keys`.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import msgspec

from lambdaboard.domain.comment import Comment
from lambdaboard.domain.external_link import ExternalLink
from lambdaboard.domain.link import TaskLink
from lambdaboard.domain.project import without
from lambdaboard.domain.subtask import Subtask
from lambdaboard.domain.token import Token
from lambdaboard.store import keys, links
from lambdaboard.store.actions import put
from lambdaboard.store.files import File
from lambdaboard.store.sweep import GRACE
from lambdaboard.store.table import key_of

if TYPE_CHECKING:
    from lambdaboard.store.stores import Stores

LOST = 900
"""The number of a project, task … that does not exist."""


def a_user(stores: Stores) -> int:
    """Return the id of an existing user."""
    return next(int(item["sk"]["S"]) for item in stores.table.query("ALL#user"))


def orphaned_belongings(stores: Stores) -> dict[str, list[tuple[keys.Key, dict[str, Any]]]]:
    """Return a comment, subtask … without their task, and lookup items of others that do not exist."""
    then = int(time.time()) - 2 * GRACE
    common: dict[str, Any] = {"task_id": LOST, "date_creation": then}
    user_id = a_user(stores)
    comment = Comment(id=LOST, date_modification=then, comment="Lost", **common)
    subtask = Subtask(id=LOST, title="Lost", position=1, user_id=user_id, **common)
    link = ExternalLink(
        id=LOST, link_type="file", dependency="related", title="", url="", date_modification=then, **common
    )
    side = TaskLink(id=LOST, task_id=LOST, opposite_task_id=LOST + 1, link_id=1, other_id=LOST + 1, other_link_id=1)
    births = {
        "comment": stores.comments.put_actions(comment, LOST, "content"),
        "subtask": stores.subtasks.put_actions(subtask, LOST, "title"),
        "external link": stores.external_links.put_actions(link, LOST, "title"),
    }
    found: dict[str, list[tuple[keys.Key, dict[str, Any]]]] = {}
    for name, actions in births.items():
        items = [action.request["Put"]["Item"] for action in actions]
        found[name] = [(key_of(items[0]), items[0])]
    lookup = {"project_id": {"N": str(LOST)}, "task_id": {"N": str(LOST + 7)}}
    found["comment lookup"] = [(keys.comment_lookup(LOST + 7), lookup)]
    found["subtask lookup"] = [(keys.subtask_lookup(LOST + 7), lookup)]
    found["assigned subtask"] = [
        (keys.assigned_subtask(user_id, LOST + 7), {"task_id": {"N": str(LOST)}}),
        (keys.assigned_subtask(LOST, LOST), {"task_id": {"N": str(LOST)}}),
    ]
    side_item = {"doc": {"S": msgspec.json.encode(side).decode()}, "pair": {"N": str(side.pair)}}
    found["task link"] = [(keys.task_link(LOST, 1, LOST + 1), side_item)]
    leads = {name: {"N": str(LOST)} for name in (*links.LOOKUP_ATTRIBUTES, "project_id")}
    found["task link lookup"] = [(keys.task_link_lookup(LOST + 7), leads)]
    return found


def orphaned_tokens(user_id: int) -> dict[str, list[tuple[keys.Key, dict[str, Any]]]]:
    """Return tokens of a missing user, and of an existing one, with only one of their two items."""
    alone = Token(id=LOST, user_id=user_id, slot=1, name="a", hash="0", date_creation=1)
    lost = msgspec.structs.replace(alone, id=LOST + 1, user_id=LOST)
    items = {
        token: {"doc": {"S": msgspec.json.encode(token).decode()}, "token_id": {"N": str(token.id)}}
        for token in (alone, lost)
    }
    return {
        "token": [(keys.token(token.id), item) for token, item in items.items()],
        "token of an owner": [
            (keys.owned_token(LOST, 1), items[lost]),
            (keys.owned_token(user_id, 2), {**items[alone], "token_id": {"N": str(LOST + 2)}}),
        ],
    }


def orphaned_rows(project_id: int, task_id: int, user_id: int) -> list[tuple[keys.Key, dict[str, Any]]]:
    """Return rows of activity without their project, their task, and their author."""
    rows = [(LOST, task_id, user_id), (project_id, LOST, user_id), (project_id, task_id, LOST)]
    return [
        (keys.activity(of, number), {"task_id": {"N": str(task)}, "creator_id": {"N": str(author)}})
        for number, (of, task, author) in enumerate(rows)
    ]


def orphans(stores: Stores, project_id: int) -> dict[str, list[keys.Key]]:
    """Write items without their parents; return them by their kind in a report."""
    lead = {"project_id": {"N": str(LOST)}}
    role = {"role": {"S": "project-member"}}
    task = stores.tasks.find(min(row for row in (each.task.id for each in stores.tasks.of_project(project_id))))
    item = stores.table.get([task.stored.key])[task.stored.key]
    record = File(id=LOST, name="a", path=f"{LOST}/{LOST}/0", task_id=LOST, date=int(time.time()) - 2 * GRACE, size=1)
    doc = {"doc": {"S": msgspec.json.encode(record).decode()}}
    other = {"doc": {"S": msgspec.json.encode(msgspec.structs.replace(record, id=LOST + 2)).decode()}}
    found: dict[str, list[tuple[keys.Key, dict[str, Any]]]] = {
        "column lookup": [(keys.column(LOST), lead)],
        "swimlane lookup": [(keys.swimlane(LOST), lead)],
        "category lookup": [(keys.category(LOST), lead)],
        "project identifier": [(keys.project_identifier("LOST"), lead)],
        "project e-mail": [(keys.project_email("lost@example.com"), lead)],
        "tag lookup": [(keys.tag_lookup(LOST), lead)],
        "listed project": [(keys.listed_project(LOST), {"name": {"S": "Lost"}})],
        "last change of a project": [(keys.last_change(LOST), {"n": {"N": "1"}})],
        "tag": [(keys.tag(LOST, 1), {"doc": {"S": "{}"}})],
        "tag name": [(keys.tag_name(LOST, "a"), {})],
        "folded tag name": [(keys.folded_tag_name(LOST, "a"), {})],
        "task": [(keys.task(LOST, 1), item), (keys.task(project_id, LOST), item)],
        "task lookup": [(keys.task_lookup(LOST + 1), lead)],
        "metadata": [(keys.metadata(LOST, "name"), {"val": {"S": "value"}})],
        "project file": [(keys.project_file(LOST, LOST), doc)],
        "project metadata": [(keys.project_metadata(LOST, "name"), {"val": {"S": "value"}})],
        "file": [(keys.task_file(LOST, LOST), doc)],
        "member": [(keys.member(LOST, a_user(stores)), role), (keys.member(project_id, LOST), role)],
        "membership": [(keys.membership(LOST, project_id), role), (keys.membership(a_user(stores), LOST), role)],
        "file by id": [(keys.file(LOST + 2), other)],
        **orphaned_tokens(a_user(stores)),
        "group name": [(keys.group_name("lost"), {"group_id": {"N": str(LOST)}})],
        "group member": [(keys.group_member(LOST, a_user(stores)), {})],
        "project of a group": [(keys.group_project(LOST, project_id), role)],
    }
    found["row of activity"] = orphaned_rows(project_id, task.task.id, a_user(stores))
    found |= orphaned_belongings(stores)
    for each in [pair for pairs in found.values() for pair in pairs]:
        stores.table.write(put(each[0], {name: value for name, value in each[1].items() if name not in {"pk", "sk"}}))
    return {kind: [key for key, _ in pairs] for kind, pairs in found.items()}


def evict(stores: Stores, project_id: int, column_id: int) -> None:
    """Remove a column with tasks, as if they had been created after the check of the removal."""
    read = stores.projects.get(project_id)
    columns = without(read.project.columns, column_id)
    stores.table.write(*stores.projects.replace_actions(read, msgspec.structs.replace(read.project, columns=columns)))
