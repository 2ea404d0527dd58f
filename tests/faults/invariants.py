"""Invariants of the whole table and bucket, after any interruption (architecture.md, "Promises").

Prefixes and parents are repeated here, as a check of the registry in `store/keys`, which `sweep` and `cascade` use.
`broken` holds at any time; `dangling` is empty once cascade and sweep have run.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
from tests.boards import contents, everything
from tests.conftest import Client, a_service
from tests.faults import groups

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdaboard.store.actions import Item
    from lambdaboard.store.stores import Stores

Items = dict[tuple[str, str], "Item"]

MILESTONE = 9
"""The type of link "targets milestone": behaviour of Kanboard's built-in types."""

NB_BUILT_IN = 11
"""The built-in types of links, with the ids 1..11."""

DONE = 2

COUNTED = {"FILE": "nb_files", "COMMENT": "nb_comments", "EXTERNAL_LINK": "nb_external_links", "LINK": "nb_links"}
"""The counters of a task, by the prefix of the sort key."""

UNIQUE_BY_PROJECT = {"PI": "identifier", "PE": "email"}


def check(stores: Stores) -> None:
    """Fail if anything is broken, in the table or in results of the API."""
    found = [*broken(Snapshot.of(stores)), *misplaced(stores)]
    assert not found, "\n".join(found)


def check_settled(stores: Stores) -> None:
    """Fail if anything is broken or dangling: cascade and sweep have run."""
    check(stores)
    found = [*dangling(Snapshot.of(stores))]
    assert not found, "\n".join(found)


@dataclass(frozen=True)
class Snapshot:
    """The whole table, except the counters of ids, and the contents in the bucket.

    Attributes:
        tasks: those in projects that are there, each with its project's id.
        children: of each task, by the prefix of their sort key.
    """

    items: Items
    paths: set[str]
    projects: dict[int, dict[str, Any]] = field(default_factory=dict)
    tasks: dict[int, tuple[int, Item]] = field(default_factory=dict)
    children: dict[int, dict[str, list[tuple[str, Item]]]] = field(default_factory=dict)

    @classmethod
    def of(cls, stores: Stores) -> Snapshot:
        """Read everything."""
        return cls.made(everything(stores), {*contents(stores)})

    @classmethod
    def made(cls, items: Items, paths: set[str]) -> Snapshot:
        """Return the items, in order."""
        found = cls({key: item for key, item in items.items() if not key[0].startswith("#")}, paths)
        children: defaultdict[int, defaultdict[str, list[tuple[str, Item]]]] = defaultdict(lambda: defaultdict(list))
        for (pk, sk), item in found.items.items():
            if pk.startswith("P#") and sk == "@":
                found.projects[number(pk)] = doc(item)
            if pk.startswith("T#") and sk != "@":
                children[number(pk)][sk.partition("#")[0]].append((sk, item))
        for (pk, sk), item in found.items.items():
            if pk.startswith("P#") and sk.startswith("T#") and number(pk) in found.projects:
                found.tasks[of_short(sk)] = number(pk), item
        found.children.update(children)
        return found

    def of_task(self, task_id: int, kind: str) -> list[tuple[str, Item]]:
        """Return the child entities of a task, of a kind."""
        return self.children.get(task_id, {}).get(kind, [])


def number(key: str) -> int:
    """Return the number in a part of a key."""
    return int(key.split("#")[1])


def padded(value: object) -> str:
    """Write an id as in a sort key."""
    return f"{value:0>12}"


def short(value: int) -> str:
    """Write an id as in the sort key of a task: how many digits of base 36 it has, and these."""
    digits = ""
    while value or not digits:
        value, digit = divmod(value, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return f"{len(digits)}{digits}"


def of_short(key: str) -> int:
    """Return the id in the sort key of a task."""
    return int(key.removeprefix("T#")[1:], 36)


def doc(item: Item) -> dict[str, Any]:
    """Return the doc of an item."""
    found: dict[str, Any] = msgspec.json.decode(item["doc"]["S"])
    return found


def count(item: Item, name: str) -> int:
    """Return a counter of a task; one that is not there is 0."""
    return int(item.get(name, {"N": "0"})["N"])


# --- at any time ----------------------------------------------------------------------------------------------------


def broken(found: Snapshot) -> Iterator[str]:
    """Yield problems of visible data."""
    for task_id, (project_id, item) in found.tasks.items():
        yield from _task(found, task_id, project_id, item)
    for project_id, project in found.projects.items():
        yield from _project(found, project_id, project)
    for key, item in found.items.items():
        yield from _lookup(found, key, item)
    yield from _people(found)
    yield from _tokens(found)
    yield from _members(found)
    yield from groups.broken(found.items)


def _task(found: Snapshot, task_id: int, project_id: int, item: Item) -> Iterator[str]:
    name, task = f"task {task_id}", doc(item)
    lookup = found.items.get((f"T#{task_id}", "@"))
    if lookup is None or lookup["project_id"]["N"] != str(project_id):
        yield f"{name}: its lookup is {lookup}"
    if task["id"] != task_id or task["project_id"] != project_id:
        yield f"{name}: its doc says task {task['id']} of project {task['project_id']}"
    lane = [task["swimlane_id"], task["column_id"], task.get("is_active", 1)]
    begins, key = "".join([short(lane[0]), short(lane[1]), str(lane[2])]), item["l"]["S"]
    is_own = key.startswith(begins + short(task_id)) and "#" not in key
    is_here = key.startswith(begins) and (is_own or key.endswith(f"#{short(task_id)}"))
    if not is_here or item["by_status"]["S"] != _status(task):
        yield f"{name}: its indexes say {key} and {item['by_status']}, its doc {lane}"
    yield from _children(found, task_id, item)
    yield from _subtasks(found, task_id, item, task)


def _status(task: dict[str, Any]) -> str:
    return f"{task.get('is_active', 1)}#{padded(task['id'])}"


def _children(found: Snapshot, task_id: int, item: Item) -> Iterator[str]:
    generation = count(item, "file_generation")
    there = {kind: found.of_task(task_id, kind) for kind in COUNTED}
    there["FILE"] = [each for each in there["FILE"] if doc(each[1]).get("generation", 0) == generation]
    for kind, counter in COUNTED.items():
        if count(item, counter) != len(there[kind]):
            yield f"task {task_id}: {counter} is {count(item, counter)} of {[sk for sk, _ in there[kind]]}"
    milestones = sum(doc(side)["link_id"] == MILESTONE for _, side in there["LINK"])
    if count(item, "nb_milestones") != milestones:
        yield f"task {task_id}: nb_milestones is {count(item, 'nb_milestones')} of {milestones}"
    yield from _looked_up(found, task_id, there["FILE"])
    for sk, side in there["LINK"]:
        yield from _side(found, f"task {task_id}: {sk}", doc(side))


def _looked_up(found: Snapshot, task_id: int, files: list[tuple[str, Item]]) -> Iterator[str]:
    for sk, record in files:
        if found.items.get((f"F#{number(sk)}", "@"), {}).get("doc") != record["doc"]:
            yield f"task {task_id}: {sk} is not the same by its id"
    for kind in ("COMMENT", "SUBTASK"):
        for sk, _ in found.of_task(task_id, kind):
            if found.items.get((f"{kind}#{number(sk)}", "@"), {}).get("task_id") != {"N": str(task_id)}:
                yield f"task {task_id}: {sk} has no lookup"


def _side(found: Snapshot, name: str, side: dict[str, Any]) -> Iterator[str]:
    lookup = found.items.get((f"LINK#{side['id']}", "@"), {})
    if any(lookup.get(part) != {"N": str(side[part])} for part in ("task_id", "link_id", "opposite_task_id")):
        yield f"{name} has the lookup {lookup}"
    key = f"T#{side['opposite_task_id']}", f"LINK#{padded(side['other_link_id'])}#{padded(side['task_id'])}"
    is_there = key in found.items and doc(found.items[key])["id"] == side["other_id"]
    if side["opposite_task_id"] in found.tasks and not is_there and not _is_swept(found, side["other_id"]):
        yield f"{name} has no other side {key}"


def _is_swept(found: Snapshot, side_id: int) -> bool:
    """Return whether a side of a link may be deleted with its type; `sweep` keeps the other side."""
    types = doc(found.items.get(("LINKS", "@"), {"doc": {"S": "{}"}}))
    nb_types = len(types["types"]) if "types" in types else NB_BUILT_IN
    is_any_removed = nb_types < types.get("last_id", NB_BUILT_IN)
    return is_any_removed and (f"LINK#{side_id}", "@") not in found.items


def _subtasks(found: Snapshot, task_id: int, item: Item, task: dict[str, Any]) -> Iterator[str]:
    generation = count(item, "subtask_generation")
    subtasks = [doc(each) for _, each in found.of_task(task_id, "SUBTASK")]
    done = sum(each.get("generation", 0) < generation or each.get("status", 0) == DONE for each in subtasks)
    if (count(item, "nb_subtasks"), count(item, "nb_completed_subtasks")) != (len(subtasks), done):
        yield f"task {task_id}: counts of subtasks are not {len(subtasks)}, {done}"
    timers = sum(len(each.get("timers", {})) for each in subtasks)
    if count(item, "nb_timers") != timers:
        yield f"task {task_id}: nb_timers is {count(item, 'nb_timers')} of {timers}"
    for hours in ("time_spent", "time_estimated"):
        of_subtasks = [each.get(hours, 0) for each in subtasks]
        if any(of_subtasks) and abs((task.get(hours) or 0) - sum(of_subtasks)) > 1e-6:
            yield f"task {task_id}: {hours} is {task.get(hours)}, of its subtasks {of_subtasks}"
    for each in subtasks:
        user_id = each.get("user_id", 0)
        if user_id and (f"U#{user_id}", "@") in found.items:
            lead = found.items.get((f"U#{user_id}", f"ST#{padded(each['id'])}"), {})
            if lead.get("task_id") != {"N": str(task_id)}:
                yield f"subtask {each['id']}: nothing leads from user {user_id}"


def _project(found: Snapshot, project_id: int, project: dict[str, Any]) -> Iterator[str]:
    name = f"project {project_id}"
    own = {"project_id": {"N": str(project_id)}}
    parts = {"C": "columns", "S": "swimlanes", "Y": "categories", "AC": "automatic_actions"}
    leads = [(f"{sign}#{part['id']}", "@") for sign, kind in parts.items() for part in project.get(kind, [])]
    leads += [(f"{sign}#{project[name]}", "@") for sign, name in UNIQUE_BY_PROJECT.items() if project.get(name)]
    for key in leads:
        if {part: found.items.get(key, {}).get(part) for part in own} != own:
            yield f"{name}: no lookup {key}"
    yield from _project_files(found, project_id)
    if ("ALL#project", padded(project_id)) not in found.items:
        yield f"{name}: not in the list of all"
    tags = [doc(item) for (pk, sk), item in found.items.items() if pk == f"P#{project_id}" and sk.startswith("G#")]
    for tag in tags:
        if found.items.get((f"TG#{tag['id']}", "@"), {}).get("project_id") != own["project_id"]:
            yield f"tag {tag['id']}: no lookup"
    for tag_name, times in Counter(tag["name"] for tag in tags).items():
        if times > 1:
            yield f"{name}: {times} tags {tag_name!r}"


def _project_files(found: Snapshot, project_id: int) -> Iterator[str]:
    pk = f"P#{project_id}"
    item = found.items[pk, "@"]
    records = [doc(each) for (at, sk), each in found.items.items() if at == pk and sk.startswith("FILE#")]
    files = [each["id"] for each in records if each.get("generation", 0) == count(item, "file_generation")]
    if count(item, "nb_files") != len(files):
        yield f"project {project_id}: nb_files is {count(item, 'nb_files')} of {files}"


def _lookup(found: Snapshot, key: tuple[str, str], item: Item) -> Iterator[str]:
    """Yield lookups of missing things whose project or task exists."""
    (pk, sk), prefix = key, key[0].partition("#")[0]
    if prefix == "T" and sk == "@" and int(item["project_id"]["N"]) in found.projects and number(pk) not in found.tasks:
        yield f"{pk}: leads to no task"
    if prefix in {"COMMENT", "SUBTASK", "LINK"} and int(item["task_id"]["N"]) in found.tasks:
        children = found.of_task(int(item["task_id"]["N"]), prefix)
        ids = {number(child) if prefix != "LINK" else doc(each)["id"] for child, each in children}
        if number(pk) not in ids:
            yield f"{pk}: leads to nothing"
    if (prefix == "F" or sk.startswith("FILE#")) and doc(item)["path"] not in found.paths:
        yield f"{pk} {sk}: without its content"
    if prefix in UNIQUE_BY_PROJECT and int(item["project_id"]["N"]) in found.projects:
        project = found.projects[int(item["project_id"]["N"])]
        if project.get(UNIQUE_BY_PROJECT[prefix]) != pk.partition("#")[2]:
            yield f"{pk}: its project has {project.get(UNIQUE_BY_PROJECT[prefix])!r}"


def _people(found: Snapshot) -> Iterator[str]:
    for (pk, sk), item in found.items.items():
        if pk.startswith("U#") and sk == "@":
            name = (f"UN#{doc(item)['username']}", "@")
            if found.items.get(name, {}).get("user_id") != {"N": str(number(pk))}:
                yield f"{pk}: not found by name"
            if ("ALL#user", padded(number(pk))) not in found.items:
                yield f"{pk}: not in the list of all"
        if pk.startswith("UN#"):
            user = found.items.get((f"U#{item['user_id']['N']}", "@"))
            if user is None or doc(user)["username"] != pk.partition("#")[2]:
                yield f"{pk}: leads to nobody of that name"


def _tokens(found: Snapshot) -> Iterator[str]:
    for (pk, _), item in found.items.items():
        if pk.startswith("TOKEN#") and doc(item)["user_id"] in {0, *_users(found)}:
            mirror = found.items.get((f"U#{doc(item)['user_id']}", f"TOKEN#{doc(item)['slot']:02d}"))
            if mirror is None or mirror["doc"] != item["doc"]:
                yield f"{pk}: its owner has {mirror} in its place"


def _users(found: Snapshot) -> Iterator[int]:
    yield from (number(pk) for pk, sk in found.items if pk.startswith("U#") and sk == "@")


def _members(found: Snapshot) -> Iterator[str]:
    for (pk, sk), item in found.items.items():
        is_member = pk.startswith("P#") and sk.startswith("M#")
        if is_member and (f"U#{number(sk)}", "@") in found.items and number(pk) in found.projects:
            mirror = found.items.get((f"U#{number(sk)}", f"P#{padded(number(pk))}"), {})
            if mirror.get("role") != item["role"]:
                yield f"{pk} {sk}: its mirror says {mirror.get('role')}"


def misplaced(stores: Stores) -> Iterator[str]:
    """Yield the lanes whose open tasks in the API do not have the positions 1..n."""
    call = Client(a_service(stores))
    for project in call("getAllProjects"):
        lanes: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for row in call("getAllTasks", project["id"]):
            lanes[row["swimlane_id"], row["column_id"]].append(row["position"])
        for lane, positions in lanes.items():
            if sorted(positions) != [*range(1, len(positions) + 1)]:
                yield f"project {project['id']}, lane {lane}: the positions are {sorted(positions)}"


# --- once cascade and sweep have run -----------------------------------------------------------------------------


def dangling(found: Snapshot) -> Iterator[str]:
    """Yield items without a parent."""
    yield from groups.dangling(found.items)
    for (pk, sk), item in found.items.items():
        for parent in _parents((pk, sk), item):
            if parent not in found.items:
                yield f"{pk} {sk} without {parent}"
    known = {doc(item)["path"] for (_, sk), item in found.items.items() if sk.startswith("FILE#")}
    known |= {item["path"]["S"] for (_, sk), item in found.items.items() if sk.startswith("UPLOAD#")}
    yield from (f"content {path} without a record" for path in found.paths - known)
    for (pk, sk), item in found.items.items():
        if sk.startswith("ST#"):
            subtask = found.items.get((f"T#{item['task_id']['N']}", f"SUBTASK#{padded(number(sk))}"))
            if subtask and doc(subtask).get("user_id", 0) != number(pk):
                yield f"{pk} {sk} leads to another's subtask"
    for key, item in found.items.items():
        yield from _untold(found, key, item)


def _untold(found: Snapshot, key: tuple[str, str], item: Item) -> Iterator[str]:
    """Yield the missing rows of activity that an item lists."""
    if "e" not in item:
        return
    first_id, creator_id, _, names, *_ = msgspec.json.decode(item["e"]["S"])
    project_id = number(key[0]) if key[0].startswith("P#") else found.tasks.get(number(key[0]), (0, {}))[0]
    is_known = project_id in found.projects and (f"U#{creator_id}", "@") in found.items
    for activity_id in range(first_id, first_id + len(names) if is_known else first_id):
        if (f"A#{project_id}", f"{activity_id:016}") not in found.items:
            yield f"{key}: the row {activity_id} of its activity is missing"


def _parents(key: tuple[str, str], item: Item) -> Iterator[tuple[str, str]]:
    """Yield the parents of an item."""
    pk, sk = key
    prefix, _, rest = pk.partition("#")
    if prefix == "P":
        yield from _parents_in_project(pk, sk, item)
    elif prefix == "T":
        yield from _parents_in_task(pk, sk, item)
    elif prefix == "F":
        yield f"T#{doc(item)['task_id']}", f"FILE#{padded(rest)}"
    elif prefix in {"COMMENT", "SUBTASK"}:
        yield f"T#{item['task_id']['N']}", f"{prefix}#{padded(rest)}"
    elif prefix == "LINK":
        link_id, opposite = item["link_id"]["N"], item["opposite_task_id"]["N"]
        yield f"T#{item['task_id']['N']}", f"LINK#{padded(link_id)}#{padded(opposite)}"
    elif prefix == "TG":
        yield f"P#{item['project_id']['N']}", f"G#{padded(rest)}"
    elif prefix in {"C", "S", "Y", "AC", "PI", "PE"}:
        yield f"P#{item['project_id']['N']}", "@"
    else:
        yield from _parents_of_people(pk, sk, item)
        yield from groups.parents(pk, sk, item)


def _parents_in_project(pk: str, sk: str, item: Item) -> Iterator[tuple[str, str]]:
    if sk != "@" and pk != "P#0":
        yield pk, "@"
    if sk.startswith("T#"):
        yield f"T#{of_short(sk)}", "@"
    elif sk.startswith("G#"):
        yield f"TG#{number(sk)}", "@"
    elif sk.startswith("GN#"):
        yield pk, f"G#{padded(item['tag_id']['N'])}"
    elif sk.startswith("M#"):
        yield f"U#{number(sk)}", "@"


def _parents_in_task(pk: str, sk: str, item: Item) -> Iterator[tuple[str, str]]:
    if sk == "@":
        yield f"P#{item['project_id']['N']}", f"T#{short(number(pk))}"
        return
    yield pk, "@"
    if sk.startswith(("COMMENT#", "SUBTASK#")):
        yield f"{sk.partition('#')[0]}#{number(sk)}", "@"
    elif sk.startswith("LINK#"):
        yield f"T#{doc(item)['opposite_task_id']}", "@"


def _parents_of_people(pk: str, sk: str, item: Item) -> Iterator[tuple[str, str]]:
    if pk.startswith("A#"):
        yield f"P#{number(pk)}", "@"
        yield from ((f"T#{item['task_id']['N']}", "@"), (f"U#{item['creator_id']['N']}", "@"))
    elif pk.startswith("ALL#"):
        yield ("P#" if pk == "ALL#project" else "U#") + str(int(sk)), "@"
    elif pk.startswith("UN#"):
        yield f"U#{item['user_id']['N']}", "@"
    elif pk.startswith("TOKEN#"):
        yield f"U#{doc(item)['user_id']}", f"TOKEN#{doc(item)['slot']:02d}"
    elif sk.startswith("TOKEN#"):
        yield f"TOKEN#{doc(item)['id']}", "@"
        yield from [(pk, "@")] if pk != "U#0" else []
    elif pk.startswith("U#") and sk != "@" and not sk.startswith("UPLOAD#"):
        yield pk, "@"
        yield (f"P#{number(sk)}", "@") if sk.startswith("P#") else _subtask(sk, item)


def _subtask(sk: str, item: Item) -> tuple[str, str]:
    return f"T#{item['task_id']['N']}", f"SUBTASK#{padded(number(sk))}"
