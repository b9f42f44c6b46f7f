"""What an evaluation will be able to tell, before anybody pays for it."""

from __future__ import annotations

from math import sqrt

import numpy as np
import scipy  # its sub-packages load when first used, which few processes do

from evals_app.stats.intervals import t_multiplier
from evals_app.stats.power import POINTS, POWER, power

# The seeds' rule for shipping a version: an observed improvement of 10 points at least, and p < 0.05.
LEAST = 0.10
MOST = 100_000


def facts_needed(deviation: float, effect: float, chance: float = POWER) -> int | None:
    """How many facts (or personas) a paired t-test needs to find a true `effect` with this chance; None above 100,000.

    `deviation` is that of the facts' differences. Doubling, then halving: about 30 powers.
    """
    if deviation <= 0:
        return 2
    low, high = 1, 2
    while power(effect / deviation, high) < chance:
        low, high = high, 2 * high
        if low >= MOST:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power(effect / deviation, middle) >= chance else (middle, high)
    return high


def pass_chance(true: float, deviation: float, count: int, least: float = LEAST) -> float:
    """The chance that a version better by `true` shows `least` or more, with p < 0.05, over `count` facts.

    A mean over the chi-square of the sample variance, like `power`: the observed mean must pass the larger of the two
    bars, of which the second depends on that variance.
    """
    if deviation <= 0:
        return 1.0 if true >= least else 0.0
    freedom = count - 1
    shares = (np.arange(POINTS) + 0.5) / POINTS
    error = deviation / sqrt(count)
    significant = t_multiplier(count) * error * np.sqrt(scipy.stats.chi2.ppf(shares, freedom) / freedom)
    return float(np.mean(scipy.stats.norm.sf((np.maximum(least, significant) - true) / error)))
