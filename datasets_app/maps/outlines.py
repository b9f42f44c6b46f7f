"""The line that a person drew on a map, and which points lie within it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from datasets_app.maps.errors import BadOutline
from datasets_app.maps.points import Box, Mask, Points

MOST_CORNERS = 5_000
_LONGEST = 400_000  # characters of a lasso's corners
Corner = tuple[float, float]


@dataclass(frozen=True)
class Outline:
    """A closed line through at least three corners."""

    corners: tuple[Corner, ...]

    @classmethod
    def of_form(cls, data: Mapping[str, Any]) -> Outline:
        """The lasso that a page sent as JSON in `outline`, or the rectangle x0, x1, y0, y1. Raises `BadOutline`."""
        lasso = str(data.get("outline", ""))
        if lasso:
            return cls.of_json(lasso)
        if (box := box_of(data)) is None:
            raise BadOutline
        return cls(((box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)))

    @classmethod
    def of_json(cls, text: str) -> Outline:
        """From [[x, y], …]. Raises `BadOutline`."""
        try:
            read = json.loads(text) if len(text) <= _LONGEST else None
            corners = tuple((float(x), float(y)) for x, y in read or ())
        except (ValueError, TypeError, OverflowError, RecursionError):
            raise BadOutline from None
        if not 3 <= len(corners) <= MOST_CORNERS or not all(isfinite(one) for corner in corners for one in corner):
            raise BadOutline
        return cls(corners)

    def box(self) -> Box:
        """The smallest rectangle around it."""
        xs, ys = zip(*self.corners, strict=True)
        return Box(min(xs), max(xs), min(ys), max(ys))

    def inside(self, points: Points) -> Points:
        """The points within it."""
        near = points.within(self.box())
        return near.only(self._is_inside(near))

    def _is_inside(self, points: Points) -> Mask:
        """By the number of sides that a ray to the right crosses: odd is inside (Shimrat 1962)."""
        x, y = points.places[:, 0].astype(np.float64), points.places[:, 1].astype(np.float64)
        odd = np.zeros(len(points), dtype=np.bool_)
        for (ax, ay), (bx, by) in zip(self.corners, (*self.corners[1:], self.corners[0]), strict=True):
            if ay != by:
                odd ^= ((ay > y) != (by > y)) & (x < (bx - ax) * (y - ay) / (by - ay) + ax)
        return odd


def box_of(data: Mapping[str, Any]) -> Box | None:
    """The rectangle that an address or a form names by x0, x1, y0 and y1; None when that is none."""
    try:
        x0, x1, y0, y1 = (float(data.get(name, "")) for name in ("x0", "x1", "y0", "y1"))
    except (TypeError, ValueError):
        return None
    numbers = (x0, x1, y0, y1)
    return Box(*numbers) if x0 < x1 and y0 < y1 and all(map(isfinite, numbers)) else None
