"""Intervals for a mean of scores, where cases about one fact count as one observation.

Cases of one cluster rise and fall together, so the cluster's mean is the unit: treating 45 answers of 15 personas as 45
observations finds differences that are not there up to four times as often as it says (Miller 2024, arXiv 2411.00640,
section 2.2). At a few hundred units and less the normal approximation is too narrow (Bowyer et al. 2025,
arXiv 2503.01747), so Student's t, Wilson's and an exact bound are used, never z on a mean.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
import scipy  # its sub-packages load when first used, which few processes do
from numpy.typing import NDArray

CONFIDENCE = 0.95
Method = Literal["Student t", "Wilson", "exact bound"]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its 95 % interval: over `clusters` facts, which `cases` cases asked about."""

    value: float
    low: float
    high: float
    clusters: int
    cases: int
    method: Method


def estimate_mean(scores: Iterable[tuple[str, float]]) -> Estimate | None:
    """The mean over clusters of (cluster, score) pairs with scores from 0 to 1; None without any.

    The mean of cluster means, so that a fact asked about ten times weighs no more than one asked about once.
    """
    pairs = list(scores)
    if not pairs:
        return None
    means = cluster_means(pairs)
    if len(means) == len(pairs) and all(score in (0.0, 1.0) for _, score in pairs):
        low, high = wilson(int(means.sum()), len(means))
        return Estimate(float(means.mean()), low, high, len(means), len(pairs), "Wilson")
    low, high, method = mean_interval(means, floor=0.0, ceiling=1.0)
    return Estimate(float(means.mean()), low, high, len(means), len(pairs), method)


def cluster_means(scores: Iterable[tuple[str, float]]) -> Floats:
    """The mean score of each cluster, in the order in which the clusters first appear."""
    sums: dict[str, list[float]] = {}
    for cluster, score in scores:
        sums.setdefault(cluster, []).append(score)
    return np.array([np.mean(values) for values in sums.values()], dtype=np.float64)


def mean_interval(values: Floats, *, floor: float, ceiling: float) -> tuple[float, float, Method]:
    """The 95 % interval for the mean of values that lie between `floor` and `ceiling`, and how it was found."""
    if len(values) < 2 or np.ptp(values) < 1e-12:
        return *unanimous(float(values[0]), len(values), floor=floor, ceiling=ceiling), "exact bound"
    half = t_multiplier(len(values)) * float(values.std(ddof=1)) / sqrt(len(values))
    mean = float(values.mean())
    return max(floor, mean - half), min(ceiling, mean + half), "Student t"


def t_multiplier(count: int) -> float:
    """How many standard errors a 95 % interval reaches to each side: Student's t with count - 1 degrees of freedom."""
    return float(scipy.special.stdtrit(count - 1, (1 + CONFIDENCE) / 2))


def wilson(successes: int, count: int) -> tuple[float, float]:
    """Wilson's 95 % score interval for a share (Wilson 1927, JASA 22:209-212, without continuity correction).

    Written out, for every run's end and many pages need it: scipy.stats has it too, and takes 46 MB to load.
    """
    z, share = float(scipy.special.ndtri((1 + CONFIDENCE) / 2)), successes / count
    centre = (2 * successes + z * z) / (2 * (count + z * z))
    half = z * sqrt(4 * count * share * (1 - share) + z * z) / (2 * (count + z * z))
    low = 0.0 if successes == 0 else centre - half
    return low, 1.0 if successes == count else centre + half


def unanimous(value: float, count: int, *, floor: float, ceiling: float) -> tuple[float, float]:
    """The interval when all `count` values are the same, where a standard error of 0 would promise too much.

    Up to a share u = 1 - 0.025^(1/count) of the population may differ and still not show (Clopper-Pearson's two-sided
    bound; about 3.7 / count, the two-sided "rule of three"). Those may lie anywhere between floor and ceiling.
    """
    unseen = 1 - ((1 - CONFIDENCE) / 2) ** (1 / count)
    kept = value * (1 - unseen)
    return kept + floor * unseen, kept + ceiling * unseen
