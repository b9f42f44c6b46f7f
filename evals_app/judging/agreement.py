"""Whether a judge agrees with people, and whether it is taken in by length."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

QUARTERS = 5  # people say 0, 0.25 .. 1; a judge's score counts as the nearest of these
SURE = 1.959964  # standard errors of a 95 % interval


@dataclass(frozen=True)
class Measured:
    """A figure from -1 to 1 with its 95 % interval over `n` answers; without an interval where none can be told."""

    value: float
    low: float | None
    high: float | None
    n: int


def weighted_kappa(counts: Mapping[tuple[int, int], int]) -> Measured | None:
    """Cohen's kappa with quadratic weights, of a table (judge's quarter, people's quarter) -> how many answers.

    None below two answers, and where all of them have one mark by both, which chance explains too. (Cohen 1968,
    Psychol. Bull. 70:213-220; the interval from the large-sample variance of Fleiss, Cohen & Everitt 1969, as
    statsmodels has it.)
    """
    from statsmodels.stats.inter_rater import cohens_kappa  # slow to load

    table = np.zeros((QUARTERS, QUARTERS))
    for (judge, people), count in counts.items():
        table[judge, people] += count
    n = int(table.sum())
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    if n < 2 or any(rows[place] == n == columns[place] for place in range(QUARTERS)):
        return None
    with np.errstate(invalid="ignore"):  # a variance of nearly 0 may come out below it
        found = cohens_kappa(table, wt="quadratic")
    kappa, low, high = float(found.kappa), float(found.kappa_low), float(found.kappa_upp)
    if (
        not math.isfinite(low) or high - low < 1e-6
    ):  # all agree, or nearly: the variance is no measure of what is not known
        return Measured(kappa, None, None, n)
    return Measured(kappa, max(-1.0, low), min(1.0, high), n)


def correlation(r: float | None, n: int) -> Measured | None:
    """Pearson's r of n pairs with its interval by Fisher's z (Fisher 1921, Metron 1:3-32); None without spread."""
    if r is None or not math.isfinite(r) or n < 4:
        return None
    r = max(-1.0, min(1.0, r))
    if abs(r) > 0.999999:
        return Measured(r, None, None, n)
    z, half = math.atanh(r), SURE / math.sqrt(n - 3)
    return Measured(r, math.tanh(z - half), math.tanh(z + half), n)
