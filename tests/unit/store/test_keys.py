"""The registry of items: each key is of one kind, builds and reads the same, and no other module knows a prefix."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdaboard.domain import sortable
from lambdaboard.domain.ordering import first_rank
from lambdaboard.store import keys
from lambdaboard.store.keys import KINDS, Key, indexes
from lambdaboard.store.keys.indexes import LaneKey
from lambdaboard.store.keys.kind import UNKNOWN, AnyKind, ItemIds, Kind, Registry, needs

ROOT = Path(__file__).resolve().parents[3]

IDS = st.integers(0, keys.LAST_ID)

every_kind = pytest.mark.parametrize("kind", [*KINDS], ids=lambda kind: kind.name)

STORED = {
    ("P#7", "@"): keys.project(7),
    ("P#7", "LM"): keys.last_change(7),
    ("P#7", "T#1c"): keys.task(7, 12),
    ("P#0", "G#000000000003"): keys.tag(0, 3),
    ("P#7", "GN#ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"): keys.tag_name(7, "a"),
    ("P#7", "GF#ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"): keys.folded_tag_name(7, "a"),
    ("P#7", "M#000000000005"): keys.member(7, 5),
    ("P#7", "META#name"): keys.project_metadata(7, "name"),
    ("P#7", "FILE#000000000004"): keys.project_file(7, 4),
    ("ALL#project", "000000000007"): keys.listed_project(7),
    ("ALL#user", "000000000005"): keys.listed_user(5),
    ("PI#TEST", "@"): keys.project_identifier("TEST"),
    ("PE#a@example.org", "@"): keys.project_email("a@example.org"),
    ("C#1", "@"): keys.column(1),
    ("S#1", "@"): keys.swimlane(1),
    ("Y#1", "@"): keys.category(1),
    ("AC#1", "@"): keys.action(1),
    ("TG#3", "@"): keys.tag_lookup(3),
    ("T#12", "@"): keys.task_lookup(12),
    ("T#12", "META#name"): keys.metadata(12, "name"),
    ("T#12", "FILE#000000000004"): keys.task_file(12, 4),
    ("F#4", "@"): keys.file(4),
    ("T#12", "COMMENT#000000000004"): keys.child("comment", 12, 4),
    ("COMMENT#4", "@"): keys.child_lookup("comment", 4),
    ("T#12", "SUBTASK#000000000004"): keys.child("subtask", 12, 4),
    ("SUBTASK#4", "@"): keys.child_lookup("subtask", 4),
    ("T#12", "EXTERNAL_LINK#000000000004"): keys.child("external_link", 12, 4),
    ("T#12", "LINK#000000000009#000000000013"): keys.task_link(12, 9, 13),
    ("LINK#4", "@"): keys.task_link_lookup(4),
    ("LINKS", "@"): keys.link_types(),
    ("U#5", "@"): keys.user(5),
    ("U#5", "P#000000000007"): keys.membership(5, 7),
    ("U#5", "ST#000000000004"): keys.assigned_subtask(5, 4),
    ("U#0", "UPLOAD#07"): keys.upload(0, 7),
    ("U#0", "TOKEN#07"): keys.owned_token(0, 7),
    ("TOKEN#4", "@"): keys.token(4),
    ("UN#ann", "@"): keys.username("ann"),
    ("GONE#3", "@"): keys.tombstones(3),
    ("GROUPS", "G#000000000005"): keys.group(5),
    ("GROUPS", "M#000000000005#000000000003"): keys.group_member(5, 3),
    ("GROUPS", "P#000000000005#000000000007"): keys.group_project(5, 7),
    (
        "GRN#ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
        "@",
    ): keys.group_name("a"),
    ("A#7", "1796051435123456"): keys.activity(7, 1_796_051_435_123_456),
    ("I#abc", "@"): keys.idempotency_record("abc"),
    ("#task", "@"): keys.counter("task"),
}
"""A key of each kind, as tables that are in use have it."""


def test_the_keys_of_stored_items_never_change() -> None:
    assert [tuple(built) for built in STORED.values()] == [*STORED]
    assert {KINDS.kind_of(key) for key in STORED.values()} == {*KINDS}
    assert keys.sweep_cursor() == ("#sweep", "@")


@pytest.mark.parametrize("key", STORED.values(), ids=lambda key: f"{key.pk} {key.sk}"[:30])
def test_a_key_is_of_one_kind_which_reads_what_it_was_built_from(key: Key) -> None:
    (kind,) = (each for each in KINDS if each.matches(key))
    assert KINDS.kind_of(key) is kind
    assert kind(*kind.parse(key)) == key


def test_names_are_read_as_they_are_and_ids_as_numbers() -> None:
    for name in ("", "#", "@", "a\nb", "META#\0", "007"):
        assert keys.metadata.parse(keys.metadata(12, name)) == (12, name)
    assert keys.task_link.parse(keys.task_link(12, 9, 13)) == (12, 9, 13)
    assert keys.listed_user.parse(keys.listed_user(keys.LAST_ID)) == (keys.LAST_ID,)
    assert keys.link_types.parse(keys.link_types()) == ()


@pytest.mark.parametrize(
    "key",
    [
        ("", ""),
        ("P#", "@"),
        ("P#x", "@"),
        ("P#7", "T#"),
        ("P#7", "T#1C"),
        ("T#7", "LM"),
        ("P#7\n", "@"),
        ("LINKS#", "@"),
        ("Z#1", "@"),
    ],
)
def test_a_key_of_no_kind_is_unknown_needs_nothing_and_is_not_read(key: tuple[str, str]) -> None:
    assert KINDS.kind_of(Key(*key)) is UNKNOWN
    assert [*UNKNOWN.parents(ItemIds(UNKNOWN, Key(*key), {}))] == []
    with pytest.raises(ValueError, match="not the key of a project"):
        keys.project.parse(Key(*key))


# --- places ---------------------------------------------------------------------------------------------------------


RANKS = st.builds(lambda number, key: sortable.encode(number) + key, IDS, st.sampled_from(["Zz", "a0", "a0V", "a1"]))
PLACES = st.builds(LaneKey, IDS, IDS, st.integers(0, 1), RANKS, IDS)


@given(PLACES)
def test_a_place_is_read_from_the_key_that_it_was_written_to(place: LaneKey) -> None:
    assert LaneKey.parse(place.text()) == place


@given(PLACES, PLACES)
def test_places_of_one_lane_sort_by_rank_whatever_their_ids_are(one: LaneKey, other: LaneKey) -> None:
    assert one.rank == other.rank or (one.order < other.order) == (one.rank < other.rank)
    assert one.order != other.order or one[3:] == other[3:]


@given(PLACES, IDS)
def test_what_is_in_a_swimlane_begins_as_nothing_does_that_is_in_another(place: LaneKey, swimlane_id: int) -> None:
    assert place.text().startswith(indexes.lanes_of(swimlane_id)) == (place.swimlane_id == swimlane_id)


def test_the_id_of_a_task_that_was_not_moved_is_in_its_place_but_once() -> None:
    assert LaneKey(4, 13, 1, first_rank(1_000), 1_000).text() == "141d12rsa0"
    assert LaneKey(4, 13, 1, first_rank(1_000), 36).text() == "141d12rsa0#210"


def test_a_thousand_keys_of_a_lane_are_nine_read_units_in_a_table_of_five_million_tasks() -> None:
    task_id, place = 5_000_000, LaneKey(1_000, 4_000, 1, first_rank(5_000_000), 5_000_000)
    entry = {**dict(zip(("pk", "sk"), keys.task(1_000, task_id), strict=True)), indexes.LANE: place.text()}
    assert sum(len(name) + len(value) for name, value in entry.items()) * 1_000 <= 9 * 4_096


# --- parents --------------------------------------------------------------------------------------------------------


@every_kind
def test_what_an_item_needs_and_what_goes_with_it_are_other_items_of_the_registry(kind: AnyKind) -> None:
    others = [*kind.parents(defaultdict(lambda: 1))]
    if kind.deleted_with:
        others.append(kind.deleted_with(*(of_type(1) for of_type in kind.fields.values())))
    assert not [other for other in others if KINDS.kind_of(other) in {UNKNOWN, kind}]


def test_an_id_is_taken_from_the_key_then_from_an_attribute_then_from_the_doc() -> None:
    item = {"task_id": {"N": "2"}, "doc": {"S": '{"task_id": 3, "file_id": 3, "user_id": 3}'}, "user_id": {"N": "2"}}
    ids = ItemIds(keys.task_file, keys.task_file(1, 1), item)
    assert (ids["task_id"], ids["file_id"], ids["user_id"]) == (1, 1, 2)
    assert ItemIds(keys.file, keys.file(1), {"doc": item["doc"]})["task_id"] == 3
    with pytest.raises(KeyError):
        ids["project_id"]


def parents(key: Key, **attributes: int) -> set[Key]:
    kind = KINDS.kind_of(key)
    return {*kind.parents(ItemIds(kind, key, {name: {"N": str(value)} for name, value in attributes.items()}))}


def test_an_item_needs_all_that_gives_it_a_meaning() -> None:
    assert parents(keys.task(7, 12)) == {keys.project(7), keys.task_lookup(12)}
    assert parents(keys.task_lookup(12), project_id=7) == {keys.task(7, 12)}
    assert parents(keys.task_link(12, 9, 13)) == {keys.task_lookup(12), keys.task_lookup(13)}
    assert parents(keys.assigned_subtask(5, 4), task_id=12) == {keys.user(5), keys.subtask(12, 4)}
    assert parents(keys.member(7, 5)) == parents(keys.membership(5, 7)) == {keys.project(7), keys.user(5)}
    assert parents(keys.tag(7, 3)) == {keys.project(7)}


def test_global_tags_are_in_no_project() -> None:
    assert parents(keys.tag(keys.GLOBAL, 3)) == set()
    assert parents(keys.tag_name(keys.GLOBAL, "a")) == set()
    assert parents(keys.tag_lookup(3), project_id=keys.GLOBAL) == {keys.tag(keys.GLOBAL, 3)}


# --- collisions -----------------------------------------------------------------------------------------------------


def kinds(*patterns: tuple[str, str]) -> list[AnyKind]:
    return [Kind(f"kind {place}", pk, sk, holds="") for place, (pk, sk) in enumerate(patterns)]


@pytest.mark.parametrize(
    "patterns",
    [
        [("A#{a_id:d}", "@"), ("A#{b_id:d}", "@")],
        [("A#{a_id:d}", "B#{b_id:012d}"), ("A#{a_id:d}", "B#{name}")],
        [("A#{a_id:d}", "B#{b_id:d}"), ("A#{a_id:d}", "B#C#{b_id:d}")],
        [("A#{a_id:d}", "B#C#{b_id:d}"), ("A#{a_id:d}", "B#{b_id:d}")],
        [("A#{a_id:d}", "B#{b_id:d}"), ("A#{a_id:d}", "{b_id:d}")],
        [("A#{name}", "@"), ("A#all", "@")],
        [("A#all", "@"), ("A#{name}", "@")],
        [("A", "@"), ("A", "{name}")],
        [("{a_id:d}", "@")],
        [("A{a_id:d}", "@")],
    ],
)
def test_kinds_that_might_share_a_key_are_no_registry(patterns: list[tuple[str, str]]) -> None:
    with pytest.raises(ValueError, match=r"two kinds|needs a prefix"):
        Registry(kinds(*patterns))


def test_kinds_that_differ_in_one_part_of_their_keys_are_distinguished() -> None:
    patterns = [
        ("A#{a_id:d}", "@"),
        ("A#{a_id:d}", "B#{b_id:d}"),
        ("A#{a_id:d}", "BC#{b_id:d}"),
        ("A", "@"),
        ("AB#{name}", "@"),
    ]
    made = kinds(*patterns)
    registry = Registry(made)
    found = [
        registry.kind_of(Key(*key))
        for key in (("A#1", "@"), ("A#1", "B#1"), ("A#1", "BC#1"), ("A", "@"), ("AB#1", "@"))
    ]
    assert found == made == [*registry]


def test_what_an_item_needs_has_the_ids_of_the_same_names() -> None:
    parent, other = (
        Kind[int, int]("parent", "A#{a_id:d}", "B#{b_id:d}", holds=""),
        Kind[int]("other", "C#{c_id:d}", "@", holds=""),
    )
    assert needs(parent, other)({"c_id": 3, "b_id": 2, "a_id": 1, "d_id": 4}) == [("A#1", "B#2"), ("C#3", "@")]


# --- the rest of the code -------------------------------------------------------------------------------------------


def test_each_kind_has_a_name_of_its_own_and_says_what_it_holds() -> None:
    assert len({kind.name for kind in KINDS}) == len([*KINDS])
    assert all(kind.holds for kind in KINDS)


def test_no_entity_has_the_counter_that_is_the_cursor_of_sweep() -> None:
    entities = {name for literal in get_args(keys.Entity) for name in get_args(literal) or [literal]}
    assert entities >= {"task", "comment"}
    assert not entities & {"sweep"}


def test_no_other_module_knows_a_prefix() -> None:
    prefix = re.compile(r"""["'][A-Z_]+#""")
    registry = ROOT / "layers/lambdaboard/python/lambdaboard/store/keys"
    files = [path for folder in ("layers/lambdaboard", "functions", "local") for path in (ROOT / folder).rglob("*.py")]
    assert prefix.search((registry / "__init__.py").read_text())
    known = [path for path in files if registry not in path.parents and prefix.search(path.read_text(encoding="utf-8"))]
    assert not known
    assert len(files) > 100
