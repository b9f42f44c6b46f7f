"""Equal seeds give equal storms, in which every kind of fault comes as often as the others."""

from __future__ import annotations

from collections import Counter

from tests.storm.plan import CUT, Kind, plan


def test_a_seed_gives_the_same_storm_again_and_another_seed_another() -> None:
    assert plan(60, 1) == plan(60, 1)
    assert plan(60, 1) != plan(60, 2)
    assert plan(15, 1) == plan(60, 1)[:15]


def test_every_kind_comes_as_often_as_the_others_but_for_one() -> None:
    for count in (15, 60):
        times = Counter(fault.kind for fault in plan(count, 3))
        assert set(times) == set(Kind)
        assert max(times.values()) - min(times.values()) <= 1


def test_links_are_cut_for_five_to_sixty_seconds_or_no_longer_than_asked() -> None:
    seconds = [fault.seconds for fault in plan(1_000, 4) if fault.kind == Kind.LINK]
    assert min(seconds) >= CUT[0] and max(seconds) <= CUT[1] and max(seconds) > 50
    assert max(fault.seconds for fault in plan(1_000, 4, longest=12.0)) <= 12.0
