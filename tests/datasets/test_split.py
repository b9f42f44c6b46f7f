"""A split never cuts through what belongs together, and depends on content and seed alone."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets_app.snapshots.members import Members, digest_words, group_key
from datasets_app.snapshots.splits import split

NOBODY = -1


@dataclass(frozen=True)
class One:
    """A member to be; `number` tells it apart, `group` "", `cluster` and `text` None are nobody's."""

    number: int
    group: int | str = ""
    cluster: int | None = None
    text: int | None = None
    kind: int = 0

    @property
    def content(self) -> str:
        return hashlib.sha256(str(self.number).encode()).hexdigest()


def members(ones: Sequence[One]) -> Members:
    """The columns of these; version, sample and source have the number of each."""
    numbers = np.array([one.number for one in ones], dtype=np.int64)
    texts = [10**9 + one.number if one.text is None else one.text for one in ones]
    return Members(
        version=numbers,
        sample=numbers,
        source=numbers,
        digest=digest_words([one.content for one in ones]),
        text=np.array(texts, dtype=np.int64),
        group=np.array([group_key(str(one.group)) for one in ones], dtype=np.int64),
        cluster=np.array([NOBODY if one.cluster is None else one.cluster for one in ones], dtype=np.int64),
        kind=np.array([one.kind for one in ones], dtype=np.int64),
        topic=np.zeros(len(ones), dtype=np.int64),
        by_gate=np.zeros(len(ones), dtype=np.bool_),
        is_golden=np.zeros(len(ones), dtype=np.bool_),
        kinds=tuple(("asm65816", f"kind {kind}") for kind in range(1 + max((one.kind for one in ones), default=0))),
        topics=("",),
    )


def numbers(of: Members) -> list[int]:
    return [int(number) for number in of.version]


def divide(ones: Sequence[One], share: float, seed: int = 0) -> tuple[list[int], list[int]]:
    """The numbers on both sides."""
    train, validation = split(members(ones), share, seed)
    return numbers(train), numbers(validation)


ONES = st.lists(
    st.builds(
        One,
        st.integers(0, 10**6),
        st.integers(0, 12) | st.just(""),
        st.none() | st.integers(0, 8),
        st.none() | st.integers(0, 5),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=60,
    unique_by=lambda one: one.number,
)
SHARES = st.sampled_from([0.0, 0.01, 0.05, 0.2, 0.5])


@settings(max_examples=300)
@given(ONES, SHARES, st.integers(0, 5))
def test_nothing_is_cut_lost_or_doubled(ones: list[One], share: float, seed: int) -> None:
    train, validation = divide(ones, share, seed)
    assert sorted(train + validation) == sorted(one.number for one in ones)
    assert train
    by_number = {one.number: one for one in ones}
    for key in ("group", "cluster", "text"):
        sides = [{getattr(by_number[number], key) for number in side} - {"", None} for side in (train, validation)]
        assert not sides[0] & sides[1]


@settings(max_examples=100)
@given(ONES, SHARES, st.integers(0, 5), st.randoms())
def test_the_order_of_arrival_makes_no_difference(
    ones: list[One], share: float, seed: int, shuffling: random.Random
) -> None:
    shuffled = list(ones)
    shuffling.shuffle(shuffled)
    assert divide(shuffled, share, seed) == divide(ones, share, seed)


def test_each_side_is_in_the_order_of_content() -> None:
    for side in divide([One(number) for number in range(100)], 0.2, 1):
        assert side == sorted(side, key=lambda number: One(number).content)


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5])
def test_the_share_is_met_where_groups_are_small(share: float) -> None:
    ones = [One(number, number // 3) for number in range(600)]
    assert abs(len(divide(ones, share, 1)[1]) - 600 * share) <= 2


def test_seeds_draw_different_groups() -> None:
    ones = [One(number) for number in range(100)]
    assert len({tuple(divide(ones, 0.1, seed)[1]) for seed in range(5)}) == 5


def test_growing_keeps_most_of_the_draw() -> None:
    ones = [One(number) for number in range(1000)]
    before, after = set(divide(ones[:950], 0.1, 1)[1]), set(divide(ones, 0.1, 1)[1])
    assert len(before & after) >= 0.9 * len(before)


def test_one_sample_validates_when_there_are_two() -> None:
    assert [len(side) for side in divide([One(1), One(2)], 0.05)] == [1, 1]


def test_one_group_is_never_divided() -> None:
    assert [len(side) for side in divide([One(1, "a"), One(2, "a")], 0.5)] == [2, 0]


def test_a_cluster_joins_two_groups() -> None:
    ones = [One(1, "a", 7), One(2, "a"), One(3, "b", 7), One(4, "b"), *map(One, range(10, 20))]
    for seed in range(20):
        for side in divide(ones, 0.3, seed):
            assert len(set(side) & {1, 2, 3, 4}) in (0, 4)


def test_a_set_that_is_too_large_stays_in_training() -> None:
    ones = [One(number, "large") for number in range(90)] + [One(number, "small") for number in range(90, 99)]
    assert [len(side) for side in divide(ones, 0.05)] == [90, 9]


def test_nothing_divides_into_nothing() -> None:
    assert divide([], 0.2) == ([], [])
