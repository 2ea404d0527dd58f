from collections.abc import Callable
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdaboard.domain.ordering import MAX_RANK, first_rank, rank_between

MOVES = 1_000
ENDS = 20
"""Characters that a rank keeps below when tasks only ever move to the front or to the end."""
ONE_PLACE = 300
"""Characters after MOVES moves into one place, each between a fixed task and the last one that came: 0.24 a move."""


def coins(seed: int) -> Callable[[], float]:
    return Random(seed).random


def never() -> float:
    raise AssertionError("no chance in this")


SEEDS = st.integers(0, 2**32).map(coins)


def test_a_first_rank_is_the_id_and_the_first_key() -> None:
    assert first_rank(12) == "1ca0"


@given(st.integers(0, 10**12 - 1), st.integers(0, 10**12 - 1))
def test_first_ranks_sort_as_their_ids(one: int, other: int) -> None:
    assert (first_rank(one) < first_rank(other)) == (one < other)


def test_in_an_empty_lane_a_task_has_its_first_rank() -> None:
    assert rank_between(None, None, 12, never) == first_rank(12)


@pytest.mark.parametrize(("chance", "rank"), [(0.0, "1ca1"), (0.5, "1ca9"), (0.999, "1caG")])
def test_behind_the_last_it_is_a_few_steps(chance: float, rank: str) -> None:
    assert rank_between(first_rank(12), None, 7, lambda: chance) == rank


@pytest.mark.parametrize(("chance", "rank"), [(0.0, "1cZz"), (0.999, "1cZk")])
def test_before_the_first_it_is_a_few_steps(chance: float, rank: str) -> None:
    assert rank_between(None, first_rank(12), 7, lambda: chance) == rank


def test_between_two_numbers_a_task_takes_the_lower_one() -> None:
    assert rank_between(first_rank(12), first_rank(13), 7, lambda: 0.0) == "1ca1"


def test_a_new_task_is_behind_one_that_was_moved_to_the_end() -> None:
    moved = rank_between(first_rank(12), None, 7)
    assert moved < first_rank(13)


@pytest.mark.parametrize(("lower", "upper"), [(12, 12), (13, 12)])
def test_there_is_no_place_between_equal_or_crossed_neighbours(lower: int, upper: int) -> None:
    with pytest.raises(ValueError, match="equal or crossed"):
        rank_between(first_rank(lower), first_rank(upper), 7)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=150), SEEDS)
def test_random_insertions_keep_the_order(moves: list[tuple[float, bool]], random: Callable[[], float]) -> None:
    lane = [first_rank(number) for number in (3, 5, 8)]
    for own, (where, new) in enumerate(moves, start=9):
        place = len(lane) if new else round(where * len(lane))
        below, above = lane[:place], lane[place:]
        rank = rank_between(below[-1] if below else None, above[0] if above else None, own, random)
        # A new task does not look: it stands behind all there are
        lane = [*lane, first_rank(own)] if new else [*below, rank, *above]
    assert all(lower < upper for lower, upper in pairwise(lane))


@pytest.mark.parametrize("seed", range(5))
def test_moves_to_the_front_do_not_let_ranks_grow(seed: int) -> None:
    ranks, random = [first_rank(5)], coins(seed)
    for own in range(MOVES):
        ranks.append(rank_between(None, ranks[-1], own, random))
    assert all(later < earlier for earlier, later in pairwise(ranks))
    assert max(map(len, ranks)) <= ENDS


@pytest.mark.parametrize("seed", range(5))
def test_moves_to_the_end_do_not_let_ranks_grow(seed: int) -> None:
    ranks, random = [first_rank(5)], coins(seed)
    for own in range(MOVES):
        ranks.append(rank_between(ranks[-1], None, own, random))
    assert all(earlier < later for earlier, later in pairwise(ranks))
    assert max(map(len, ranks)) <= ENDS


@pytest.mark.parametrize("seed", range(5))
def test_moves_behind_one_task_let_ranks_grow_by_a_quarter_of_a_character(seed: int) -> None:
    lower, upper, random = first_rank(5), first_rank(6), coins(seed)
    for own in range(MOVES):
        upper = rank_between(lower, upper, own, random)
    assert MAX_RANK < len(upper) <= ONE_PLACE


@pytest.mark.parametrize("seed", range(5))
def test_moves_before_a_task_of_the_next_number_do_not_let_ranks_grow(seed: int) -> None:
    lower, upper, random = first_rank(5), first_rank(6), coins(seed)
    for own in range(MOVES):
        lower = rank_between(lower, upper, own, random)
    assert len(lower) <= ENDS


@pytest.mark.parametrize("seed", range(5))
def test_500_moves_into_one_place_stay_below_the_limit(seed: int) -> None:
    lower, upper, random = first_rank(5), first_rank(6), coins(seed)
    for own in range(500):
        upper = rank_between(lower, upper, own, random)
    assert len(upper) < MAX_RANK


def test_racers_for_one_place_seldom_get_the_same_rank() -> None:
    lower, upper, random = first_rank(5), rank_between(first_rank(5), None, 5), coins(1)
    ranks = {rank_between(lower, upper, own, random) for own in range(2_000)}
    assert len(ranks) == 2**8
