"""A split never cuts through what belongs together, and depends on content and seed alone."""

from __future__ import annotations

import hashlib
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets_app.exchange.splits import Member, split


def member(number: int, group: int | str = "", cluster: int | None = None, text: int | None = None) -> Member:
    def digest(value: object) -> str:
        return hashlib.sha256(str(value).encode()).hexdigest()

    normal = digest(f"text {number if text is None else text}")
    return Member(number, 1, digest(number), normal, f"group {group}" if group != "" else "", cluster, False)


MEMBERS = st.lists(
    st.builds(member, st.integers(0, 10**6), st.integers(0, 12) | st.just(""), st.none() | st.integers(0, 8)),
    min_size=1,
    max_size=60,
    unique_by=lambda one: one.version_id,
)
SHARES = st.sampled_from([0.0, 0.01, 0.05, 0.2, 0.5])


@settings(max_examples=300, deadline=None)
@given(MEMBERS, SHARES, st.integers(0, 5))
def test_nothing_is_cut_lost_or_doubled(members: list[Member], share: float, seed: int) -> None:
    train, validation = split(members, share, seed)
    assert Counter(train + validation) == Counter(members)
    assert train
    for key in ("group_id", "cluster", "normal_sha256"):
        sides = [{getattr(one, key) for one in side} - {"", None} for side in (train, validation)]
        assert not sides[0] & sides[1]


@settings(max_examples=100, deadline=None)
@given(MEMBERS, SHARES, st.integers(0, 5), st.randoms())
def test_the_order_of_arrival_makes_no_difference(
    members: list[Member], share: float, seed: int, shuffling: random.Random
) -> None:
    shuffled = list(members)
    shuffling.shuffle(shuffled)
    assert split(shuffled, share, seed) == split(members, share, seed)


def test_each_side_is_in_the_order_of_content() -> None:
    train, validation = split([member(number) for number in range(100)], 0.2, 1)
    for side in (train, validation):
        assert side == sorted(side, key=lambda one: one.sha256)


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5])
def test_the_share_is_met_where_groups_are_small(share: float) -> None:
    members = [member(number, number // 3) for number in range(600)]
    assert abs(len(split(members, share, 1)[1]) - 600 * share) <= 2


def test_seeds_draw_different_groups() -> None:
    members = [member(number) for number in range(100)]
    drawn = {tuple(one.version_id for one in split(members, 0.1, seed)[1]) for seed in range(5)}
    assert len(drawn) == 5


def test_growing_keeps_most_of_the_draw() -> None:
    members = [member(number) for number in range(1000)]
    before = {one.version_id for one in split(members[:950], 0.1, 1)[1]}
    after = {one.version_id for one in split(members, 0.1, 1)[1]}
    assert len(before & after) >= 0.9 * len(before)


def test_one_sample_validates_when_there_are_two() -> None:
    assert [len(side) for side in split([member(1), member(2)], 0.05, 0)] == [1, 1]


def test_one_group_is_never_divided() -> None:
    assert [len(side) for side in split([member(1, "a"), member(2, "a")], 0.5, 0)] == [2, 0]


def test_a_cluster_joins_two_groups() -> None:
    members = [member(1, "a", 7), member(2, "a"), member(3, "b", 7), member(4, "b"), *map(member, range(10, 20))]
    for seed in range(20):
        train, validation = split(members, 0.3, seed)
        for side in (train, validation):
            assert len({one.version_id for one in side} & {1, 2, 3, 4}) in (0, 4)


def test_a_set_that_is_too_large_stays_in_training() -> None:
    members = [member(number, "large") for number in range(90)] + [member(number, "small") for number in range(90, 99)]
    train, validation = split(members, 0.05, 0)
    assert (len(train), len(validation)) == (90, 9)
