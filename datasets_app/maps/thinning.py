"""Which points to show where there are too many: all of them in sparse places, some of each crowded one."""

from __future__ import annotations

from math import isqrt

import numpy as np
import numpy.typing as npt

from datasets_app.maps.points import Box, Ids, Points

MOST_SHOWN = 20_000


def thin(points: Points, box: Box, most: int = MOST_SHOWN) -> Points:
    """At most `most` of the points in `box`, in their order, the same ones each time.

    The box is cut into as many cells as points may be shown, at most. Every cell shows one of its points, then every
    one that has two a second, and so on until all are used up: places with few points show all of them, and what is
    left out is left out of the most crowded ones.
    """
    if len(points) <= most:
        return points
    keys = _shuffled(points.ids)
    ranks = _ranks_within(_cells(points, box, isqrt(most)), keys)
    return points.only(np.sort(np.lexsort((keys, ranks))[:most]))


def _cells(points: Points, box: Box, side: int) -> Ids:
    """The number of the cell that each point lies in, of side x side."""
    low, size = np.array([box.x0, box.y0]), np.array([box.x1 - box.x0, box.y1 - box.y0])
    steps = ((points.places - low) / np.where(size > 0, size, 1) * side).astype(np.int64).clip(0, side - 1)
    cells: Ids = steps[:, 0] * side + steps[:, 1]
    return cells


def _shuffled(ids: Ids) -> npt.NDArray[np.uint64]:
    """Numbers without any order that depend on the ids alone (Fibonacci hashing, Knuth 6.4)."""
    return ids.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)


def _ranks_within(cells: Ids, keys: npt.NDArray[np.uint64]) -> Ids:
    """How many points of the same cell come before each, in the order of the keys."""
    order = np.lexsort((keys, cells))
    in_order = cells[order]
    ranks = np.empty(len(cells), dtype=np.int64)
    ranks[order] = np.arange(len(cells)) - np.searchsorted(in_order, in_order)
    return ranks
