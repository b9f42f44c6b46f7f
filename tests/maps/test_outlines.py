"""A line on a map: what lies within it, and what is no line."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from datasets_app.maps.errors import BadOutline
from datasets_app.maps.outlines import MOST_CORNERS, Outline
from datasets_app.maps.points import Points

GRID = [(float(x), float(y)) for x in range(10) for y in range(10)]


def inside(*corners: tuple[float, float]) -> set[tuple[float, float]]:
    points = Points(np.arange(len(GRID)), np.array(GRID, dtype=np.float32))
    return {GRID[number] for number in Outline(corners).inside(points).ids}


def test_a_triangle_holds_what_lies_between_its_sides() -> None:
    assert inside((-0.5, -0.5), (4.2, -0.5), (-0.5, 4.2)) == {(x, y) for x, y in GRID if x + y < 3.7}


def test_a_hollow_shape_leaves_out_its_bay() -> None:
    found = inside((0.5, 0.5), (8.5, 0.5), (8.5, 8.5), (6.5, 8.5), (6.5, 2.5), (2.5, 2.5), (2.5, 8.5), (0.5, 8.5))
    assert (1, 7) in found
    assert (7, 7) in found
    assert (4, 7) not in found


def test_the_form_may_send_a_rectangle() -> None:
    outline = Outline.of_form({"x0": "0.5", "x1": "2.5", "y0": "3.5", "y1": "4.5"})
    assert inside(*outline.corners) == {(1, 4), (2, 4)}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"x0": "1", "x1": "0", "y0": "0", "y1": "1"},
        {"x0": "nan", "x1": "1", "y0": "0", "y1": "1"},
        {"x0": "0", "x1": "inf", "y0": "0", "y1": "1"},
        {"outline": "[[0, 0], [1, 1]]"},
        {"outline": "[[0, 0], [1, 1], [1, null]]"},
        {"outline": "[[0, 0], [1, 1], [1, NaN]]"},
        {"outline": '{"x": 1}'},
        {"outline": "3"},
        {"outline": "[" * 20_000},
        {"outline": "no"},
        {"outline": json.dumps([[0, number] for number in range(MOST_CORNERS + 1)])},
    ],
)
def test_what_is_no_area_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(BadOutline, match="draw a line around"):
        Outline.of_form(data)
