"""What a comparison of this size could have seen at all."""

from __future__ import annotations

from functools import lru_cache
from math import sqrt

import numpy as np
import scipy  # its sub-packages load when first used, which few processes do

from evals_app.stats.intervals import t_multiplier

POWER = 0.80
# Midpoints of the chi-square distribution: enough for a power within 0.0005 of the exact one down to 2 observations.
POINTS = 4001


def detectable_difference(deviation: float, count: int) -> float:
    """The smallest true mean difference that a two-sided paired t-test at 0.05 finds in 80 % of repetitions.

    `deviation` is the standard deviation of the `count` paired differences (2 at least), in units of the score.
    """
    return deviation * _effect(count)


def power(effect: float, count: int) -> float:
    """The chance of p < 0.05 when the true mean is `effect` standard deviations: the noncentral t's two tails.

    Written as a mean over the chi-square of the sample variance, because scipy's noncentral t turns into NaN far out.
    (Cohen 1988, Statistical Power Analysis, 2.5; agrees with statsmodels' TTestPower.)
    """
    freedom = count - 1
    shares = (np.arange(POINTS) + 0.5) / POINTS
    critical = t_multiplier(count) * np.sqrt(scipy.stats.chi2.ppf(shares, freedom) / freedom)
    shift = effect * sqrt(count)
    return float(np.mean(scipy.stats.norm.cdf(shift - critical) + scipy.stats.norm.cdf(-shift - critical)))


@lru_cache(maxsize=1024)
def _effect(count: int) -> float:
    return float(scipy.optimize.brentq(lambda effect: power(effect, count) - POWER, 0.0, 60 / sqrt(count)))
