"""Fewer points that look the same: of each stretch of a curve its lowest and its highest."""

from __future__ import annotations

import numpy as np

from training_app.curves.reading import Curve

POINTS = 1000  # of a line: more than a screen has columns


def thin(curve: Curve, points: int = POINTS) -> Curve:
    """The curve with about `points` of its points, its first and last among them; a short one as it is.

    A stretch keeps its extremes, so a spike of a single step is still seen; every n-th point would lose it.
    """
    count = len(curve)
    if count <= points:
        return curve
    width = -(-count // max(1, points // 2))
    stretches = -(-count // width)
    padded = np.pad(curve.values, (0, stretches * width - count), mode="edge").reshape(stretches, width)
    begins = np.arange(stretches) * width
    kept = np.concatenate(([0, count - 1], begins + padded.argmin(axis=1), begins + padded.argmax(axis=1)))
    kept = np.unique(np.minimum(kept, count - 1))
    return Curve(curve.steps[kept], curve.values[kept])
