"""How scores grow with the logarithm of a size: a line, the gain of a doubling, and how sure that is.

Losses fall as a power of data and of parameters (Kaplan et al. 2020, arXiv 2001.08361, equations 1.1 and 1.2); over the
few doublings that a person pays for, a score against the logarithm of either is near a line. So

    score = level + gain * log2(size)

by least squares, and `gain` is what one doubling brings. Its interval comes from a parametric bootstrap (Efron and
Tibshirani 1993, An Introduction to the Bootstrap, section 6.5): each draw gives every point the fitted score and a
normal error, and fits anew. The error's spread is the point's own, by its interval over cases, or what the points
scatter about the line, whichever is larger; that scatter is itself drawn by its chi-square distribution with n - 2
degrees of freedom, because three points about a line hardly know it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST = 3  # points of different sizes: two always lie on a line
DRAWS = 4000
CENTRAL = (2.5, 97.5)
HALF = 1.959964  # standard errors from the middle of a 95 % interval to its end
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Point:
    """A version's score on a suite with its 95 % interval, at a size: parameters, or rows trained on."""

    size: float
    score: float
    low: float
    high: float


@dataclass(frozen=True)
class Range:
    """An estimate with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Line:
    """The fitted line, and the `gain` of a doubling; `levels` and `draws` are the levels and gains of the bootstrap."""

    level: float
    gain: Range
    levels: Floats
    draws: Floats

    def at(self, size: float) -> Range:
        """The score that the line gives a size, between 0 and 1."""
        place = float(np.log2(size))
        drawn = np.clip(self.levels + self.draws * place, 0, 1)
        low, high = np.percentile(drawn, CENTRAL)
        return Range(float(np.clip(self.level + self.gain.value * place, 0, 1)), float(low), float(high))


def fit_line(points: Sequence[Point], seed: int = 0) -> Line | None:
    """The line through the points; None with fewer than three different sizes."""
    if len({point.size for point in points}) < LEAST:
        return None
    places = np.log2([point.size for point in points])
    scores = np.array([point.score for point in points])
    solve = np.linalg.pinv(np.column_stack([np.ones_like(places), places]))
    level, gain = solve @ scores
    fitted = level + gain * places
    drawn = _draw(points, fitted, float(((scores - fitted) ** 2).sum()), seed)
    levels, gains = solve @ drawn.T
    low, high = np.percentile(gains, CENTRAL)
    return Line(float(level), Range(float(gain), float(low), float(high)), levels, gains)


def _draw(points: Sequence[Point], fitted: Floats, squares: float, seed: int) -> Floats:
    """DRAWS × points: scores as they might have come."""
    random = np.random.default_rng(seed)
    own = np.array([(point.high - point.low) / (2 * HALF) for point in points])
    scatter = np.sqrt(squares / random.chisquare(len(points) - 2, DRAWS))
    spread = np.maximum(own[None, :], scatter[:, None])
    drawn: Floats = fitted[None, :] + spread * random.standard_normal((DRAWS, len(points)))
    return drawn
