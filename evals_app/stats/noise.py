"""How far a version's score moves when nothing changes but the draw of its answers: no news lies below that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import scipy  # its sub-packages load when first used, which few processes do

from evals_app.stats.intervals import CONFIDENCE


@dataclass(frozen=True, slots=True)
class Noise:
    """The variance of a run's score that comes of drawing the answers, and how many repeats it was told from."""

    variance: float
    freedom: int


def noise_of(repeated: Iterable[tuple[str, Sequence[float]]], counted: int) -> Noise | None:
    """The noise of a score in which each case is the mean of `counted` answers; None where no case was answered twice.

    `repeated` holds (cluster, the scores of one case's answers): s2 of a case is their variance, the score is the mean
    over clusters of the mean over cases, so its variance is the sum of s2 / counted with those weights squared (Miller
    2024, section 3.2: the part of the variance that more answers to a case make smaller).
    """
    clusters: dict[str, list[float]] = defaultdict(list)
    freedom = 0
    for cluster, scores in repeated:
        if len(scores) > 1:
            clusters[cluster].append(float(np.var(scores, ddof=1)))
            freedom += len(scores) - 1
    if not clusters:
        return None
    within = [sum(variances) / counted / len(variances) ** 2 for variances in clusters.values()]
    return Noise(sum(within) / len(within) ** 2, freedom)


def noise_floor(baseline: Noise | None, candidate: Noise | None) -> float | None:
    """How far apart two scores stay in 95 % of cases when nothing differs but the draws; None where neither is known.

    A side that is not known is taken to be like the other.
    """
    first, second = baseline or candidate, candidate or baseline
    if first is None or second is None:
        return None
    freedom = first.freedom + (second.freedom if baseline and candidate else 0)
    return float(scipy.stats.t.ppf((1 + CONFIDENCE) / 2, freedom)) * sqrt(first.variance + second.variance)
