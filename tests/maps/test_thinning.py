"""Too many points: sparse places keep all of theirs, no place that has some is left empty."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from datasets_app.maps.points import Box, Points
from datasets_app.maps.thinning import thin

BOX = Box(0, 100, 0, 100)


def points_at(places: list[tuple[float, float]]) -> Points:
    return Points(np.arange(1, len(places) + 1), np.array(places, dtype=np.float32).reshape(-1, 2))


def crowd(count: int, seed: int = 3) -> list[tuple[float, float]]:
    dice = np.random.default_rng(seed)
    return [(float(x), float(y)) for x, y in dice.normal(20, 1, size=(count, 2))]


def test_few_points_are_all_shown() -> None:
    points = points_at(crowd(100))
    assert thin(points, BOX, 100) is points


def test_a_sparse_corner_keeps_every_point() -> None:
    lonely = [(90.0 + step, 90.0 - 2 * step) for step in range(8)]
    points = points_at(crowd(5000) + lonely)
    kept = thin(points, BOX, 400)
    assert len(kept) <= 400
    assert set(range(5001, 5009)) <= set(kept.ids.tolist())


def test_the_budget_is_used() -> None:
    assert len(thin(points_at(crowd(5000)), BOX, 400)) == 400


def test_the_same_points_are_shown_each_time() -> None:
    points = points_at(crowd(3000))
    assert (thin(points, BOX, 200).ids == thin(points, BOX, 200).ids).all()


def test_every_point_is_reached_by_zooming() -> None:
    points = points_at(crowd(3000))
    seen: set[int] = set()
    for left in np.arange(10, 30, 0.5):
        for low in np.arange(10, 30, 0.5):
            box = Box(left, left + 0.5, low, low + 0.5)
            seen.update(thin(points.within(box), box, 400).ids.tolist())
    assert seen == set(points.ids.tolist())


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), max_size=300), st.integers(1, 50))
def test_never_more_than_asked_for_and_always_in_order(places: list[tuple[float, float]], most: int) -> None:
    kept = thin(points_at(places), BOX, most)
    assert len(kept) == min(most, len(places))
    assert (np.diff(kept.ids) > 0).all()
