"""Balance: no kind has more than its limit, whole groups stay first, and content and seed decide which."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets_app.snapshots.balance import Balance, apply_balance
from tests.datasets.test_split import ONES, One, members, numbers


def kept(ones: list[One], balance: Balance, seed: int = 0) -> list[int]:
    return numbers(apply_balance(members(ones), balance, seed))


@settings(max_examples=200)
@given(ONES, st.integers(1, 20), st.integers(0, 3))
def test_each_kind_has_exactly_what_it_may(ones: list[One], cap: int, seed: int) -> None:
    by_number, counts = {one.number: one for one in ones}, Counter(one.kind for one in ones)
    stayed = Counter(by_number[number].kind for number in kept(ones, Balance(cap=cap), seed))
    assert stayed == {kind: min(cap, count) for kind, count in counts.items()}


@settings(max_examples=100)
@given(ONES, st.integers(1, 20), st.integers(0, 3), st.randoms())
def test_the_order_of_arrival_makes_no_difference(
    ones: list[One], cap: int, seed: int, shuffling: random.Random
) -> None:
    shuffled = list(ones)
    shuffling.shuffle(shuffled)
    assert kept(shuffled, Balance(cap=cap), seed) == kept(ones, Balance(cap=cap), seed)


def test_at_most_one_group_is_cut() -> None:
    ones = [One(number, number // 4) for number in range(400)]
    sizes = Counter(Counter(number // 4 for number in kept(ones, Balance(cap=101))).values())
    assert sizes == {4: 25, 1: 1}


def test_a_near_duplicate_stays_or_goes_with_its_group() -> None:
    ones = [One(1, "a", 7), One(2, "b", 7), *map(One, range(10, 20))]
    for seed in range(20):
        assert len({1, 2} & set(kept(ones, Balance(cap=6), seed))) in (0, 2)


def test_so_many_times_the_smallest_kind() -> None:
    ones = [One(number, kind=number % 10 > 0) for number in range(100)]
    assert Counter(number % 10 > 0 for number in kept(ones, Balance(times=2.5))) == {False: 10, True: 25}


def test_of_two_limits_the_lower_counts() -> None:
    assert Balance(cap=10, times=3).limit([2, 50]) == 6
    assert Balance(cap=5, times=3).limit([2, 50]) == 5


def test_a_kind_of_which_nothing_fits_is_not_the_smallest() -> None:
    ones = [One(number, kind=2) for number in range(10)]
    assert len(kept(ones, Balance(times=1))) == 10


def test_seeds_keep_different_ones() -> None:
    ones = [One(number) for number in range(50)]
    assert len({tuple(kept(ones, Balance(cap=10), seed)) for seed in range(5)}) == 5


@pytest.mark.parametrize(
    ("balance", "said"),
    [
        (Balance(), "every sample that fits"),
        (Balance(cap=1000), "at most 1,000 of each kind"),
        (Balance(times=2.5), "at most 2.5 times the smallest kind"),
    ],
)
def test_it_says_what_it_is(balance: Balance, said: str) -> None:
    assert str(balance) == said
