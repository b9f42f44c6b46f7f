"""What may still be so although it was hardly ever seen."""

from __future__ import annotations

import scipy  # its sub-packages load when first used, which few processes do

SURE = 0.95


def upper_bound(seen: int, count: int) -> float:
    """The largest share of all that `seen` of `count` still fits, one-sided, with 95 % confidence; 1 without any.

    Clopper & Pearson 1934, Biometrika 26:404-413. None seen of 30 still fits 9.5 %.
    """
    if count == 0 or seen >= count:
        return 1.0
    return float(scipy.stats.beta.ppf(SURE, seen + 1, count - seen))
