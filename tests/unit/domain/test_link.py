from collections.abc import Callable
from typing import Any

import pytest

from lambdaboard.domain import link as domain
from lambdaboard.domain.link import Ends, LinkType, LinkTypes, TaskLink, linked
from lambdaboard.errors import InvalidParams, NotFound, Rejected

TYPES = LinkTypes()

AT = 1_800_000_000


def rows(types: LinkTypes, after: int = 0) -> list[tuple[int, str, int]]:
    return [(each.id, each.label, each.opposite_id) for each in types.types if each.id > after]


def test_there_are_eleven_types_from_the_beginning() -> None:
    assert rows(TYPES) == [
        (1, "relates to", 0),
        (2, "blocks", 3),
        (3, "is blocked by", 2),
        (4, "duplicates", 5),
        (5, "is duplicated by", 4),
        (6, "is a child of", 7),
        (7, "is a parent of", 6),
        (8, "targets milestone", 9),
        (9, "is a milestone of", 8),
        (10, "fixes", 11),
        (11, "is fixed by", 10),
    ]


def test_a_type_is_found_by_its_id_and_its_exact_label() -> None:
    assert TYPES.get(2) == TYPES.labelled("blocks") == LinkType(id=2, label="blocks", opposite_id=3)
    for unknown in (0, -1, 12):
        with pytest.raises(NotFound):
            TYPES.get(unknown)
    for label in ("Blocks", "", " blocks", "2"):
        with pytest.raises(NotFound):
            TYPES.labelled(label)


def test_what_has_no_opposite_or_is_unknown_is_its_own() -> None:
    assert [TYPES.opposite_id(each) for each in (1, 2, 3, 99, 0, -1)] == [1, 3, 2, 99, 0, -1]


def test_a_new_type_is_alone_or_with_its_opposite() -> None:
    alone = TYPES.with_new("needs")
    assert rows(alone, 11) == [(12, "needs", 0)]
    both = alone.with_new("tests", "is tested by")
    assert rows(both, 11) == [(12, "needs", 0), (13, "tests", 14), (14, "is tested by", 13)]
    assert rows(both)[:11] == rows(TYPES)


@pytest.mark.parametrize("labels", [("",), ("", "b"), ("a", "a"), ("blocks",), ("a", "blocks"), ("relates to", "b")])
def test_a_label_is_needed_and_belongs_to_one_type(labels: tuple[str, ...]) -> None:
    with pytest.raises(Rejected):
        TYPES.with_new(*labels)
    assert TYPES.with_new("Blocks", "a").labelled("Blocks").id == 12


def test_a_change_leaves_the_other_side_as_it_is() -> None:
    changed = TYPES.with_changed(2, 0, "stops")
    assert rows(changed)[1:3] == [(2, "stops", 0), (3, "is blocked by", 2)]
    assert rows(TYPES.with_changed(2, 10, "blocks"))[1:3] == [(2, "blocks", 10), (3, "is blocked by", 2)]
    assert rows(TYPES.with_changed(2, 2, "blocks"))[1] == (2, "blocks", 2)
    assert len(changed.types) == 11


REFUSED: list[tuple[Any, type[Exception]]] = [
    ((99, 0, "a"), NotFound),
    ((2, 99, "a"), Rejected),
    ((2, -1, "a"), Rejected),
    ((2, 3, ""), Rejected),
    ((2, 3, "fixes"), Rejected),
]


@pytest.mark.parametrize(("change", "failure"), REFUSED)
def test_a_change_to_what_does_not_exist_or_is_taken_is_refused(change: Any, failure: type[Exception]) -> None:
    with pytest.raises(failure) as raised:
        TYPES.with_changed(*change)
    assert raised.type is failure


def test_a_removed_type_is_no_opposite_and_its_id_is_never_used_again() -> None:
    fewer = TYPES.without(11, AT)
    assert rows(fewer, 8) == [(9, "is a milestone of", 8), (10, "fixes", 0)]
    assert fewer.is_removed(11)
    assert not fewer.is_removed(10)
    assert not fewer.is_removed(12)
    assert rows(fewer.with_new("new"), 10) == [(12, "new", 0)]
    with pytest.raises(NotFound):
        fewer.without(11, AT)


def test_what_was_removed_lately_is_known_until_it_is_forgotten() -> None:
    fewer = TYPES.without(2, AT).without(3, AT + 1)
    assert fewer.removed == {2: AT, 3: AT + 1}
    assert fewer.with_new("new").with_changed(1, 0, "other").forgetting([3, 4]).removed == {2: AT}
    assert fewer.forgetting([2, 3]).is_removed(2)


def test_counters_tell_all_unless_a_type_was_removed_or_another_one_makes_the_milestones() -> None:
    assert TYPES.are_counted
    assert TYPES.with_new("new").with_changed(9, 0, "is a milestone of").are_counted
    assert not TYPES.without(1, AT).are_counted
    assert TYPES.without(1, AT).forgetting([1]).are_counted
    renamed = TYPES.with_changed(9, 8, "ends")
    assert (TYPES.milestone_id, renamed.milestone_id, renamed.are_counted) == (9, 0, False)
    assert renamed.with_new("is a milestone of").milestone_id == 12


def test_a_doc_reads_as_it_was_written_and_has_a_limit() -> None:
    types = TYPES.with_new("größer als", "kleiner als").without(1, AT)
    assert domain.decode(domain.encode(types)) == types
    with pytest.raises(InvalidParams) as raised:
        domain.encode(TYPES.with_new("x" * 350_000))
    assert raised.value.parameter == "label"


# --- links ------------------------------------------------------------------------------------------------------

LINK = TaskLink(id=21, task_id=1, opposite_task_id=2, link_id=2, other_id=22, other_link_id=3)


def test_a_link_has_two_sides_that_are_each_others_other() -> None:
    assert linked(Ends(1, 2, 2), TYPES, (21, 22)) == LINK
    other = TaskLink(id=22, task_id=2, opposite_task_id=1, link_id=3, other_id=21, other_link_id=2)
    assert (LINK.other(), other.other()) == (other, LINK)
    assert LINK.pair == other.pair == 21


def test_of_a_type_without_an_opposite_both_sides_say_the_same() -> None:
    assert linked(Ends(1, 2, 1), TYPES, (21, 22)).other_link_id == 1


REFUSALS: list[tuple[Ends, Callable[[], LinkTypes], type[Exception]]] = [
    (Ends(1, 1, 1), lambda: TYPES, Rejected),
    (Ends(1, 1, 2), lambda: TYPES.without(3, AT), Rejected),
    (Ends(1, 2, 99), lambda: TYPES, NotFound),
    (Ends(1, 2, 3), lambda: TYPES.without(3, AT), NotFound),
]


@pytest.mark.parametrize(("ends", "types", "failure"), REFUSALS)
def test_a_task_is_not_linked_to_itself_by_what_says_the_same_twice_nor_by_an_unknown_type(
    ends: Ends, types: Callable[[], LinkTypes], failure: type[Exception]
) -> None:
    with pytest.raises(failure):
        linked(ends, types(), (21, 22))
    assert linked(Ends(1, 1, 2), TYPES, (21, 22)).other().task_id == 1
