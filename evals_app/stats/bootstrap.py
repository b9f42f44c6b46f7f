"""A second interval for a mean difference that takes no distribution for granted: shown beside Student's t."""

from __future__ import annotations

import numpy as np
import scipy  # its sub-packages load when first used, which few processes do

from evals_app.stats.intervals import CONFIDENCE, Floats
from evals_app.stats.paired import SEED

RESAMPLES = 9_999
BATCH = 500  # keeps 2,000 facts within 8 MB


def bootstrap_interval(differences: Floats) -> tuple[float, float] | None:
    """The 95 % BCa bootstrap interval of the facts' mean difference; None where all facts differ by the same amount.

    Seeded, so the same differences give the same interval. (Efron 1987, JASA 82:171-185.) At few facts Student's t
    holds what it promises more often, so the verdict rests on that one.
    """
    if len(differences) < 2 or np.ptp(differences) < 1e-12:
        return None
    found = scipy.stats.bootstrap(
        (differences,),
        np.mean,
        n_resamples=RESAMPLES,
        batch=BATCH,
        confidence_level=CONFIDENCE,
        method="BCa",
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    return float(found.low), float(found.high)
