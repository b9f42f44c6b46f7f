"""What several rules ask of a curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from training_app.curves.reading import Curve

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST = 10  # steps that a median is taken over at least


def window(count: int) -> int:
    """How many steps a running median spans: a twentieth of them, 10 at least."""
    return max(LEAST, count // 20)


def windows(curve: Curve) -> Curve:
    """Each window of the curve: values of shape (n, span), steps of shape (n,), the last of each; n may be 0."""
    span = window(len(curve))
    if len(curve) < span:
        return Curve(curve.steps[:0], curve.values[:0].reshape(0, span))
    return Curve(curve.steps[span - 1 :], np.lib.stride_tricks.sliding_window_view(curve.values, span))


def slope(curve: Curve) -> float:
    """How much the values rise in a hundred steps, by least squares; 0 of fewer than two points."""
    if len(curve) < 2:
        return 0.0
    steps: NDArray[np.float64] = curve.steps - curve.steps.mean()
    spread = float((steps**2).sum())
    return 100 * float((steps * (curve.values - curve.values.mean())).sum()) / spread if spread else 0.0
