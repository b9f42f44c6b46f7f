"""Two runs of one suite, compared fact by fact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy  # its sub-packages load when first used, which few processes do

from evals_app.stats.intervals import Floats, Method, cluster_means, mean_interval
from evals_app.stats.power import detectable_difference

# All sign patterns are tried up to so many facts (2^15 patterns), a sample of them above.
EXACT_UP_TO = 15
RESAMPLES = 9_999
SEED = 65816


@dataclass(frozen=True, slots=True)
class Pair:
    """One case in both runs; scores from 0 to 1."""

    cluster: str
    baseline: float
    candidate: float


@dataclass(frozen=True, slots=True)
class Paired:
    """Candidate minus baseline, averaged over facts, with its 95 % interval and what it takes to judge it.

    `p` is the sign-flip permutation's, `p_t` the paired t-test's (None where all facts differ by the same amount);
    `detectable` is the smallest true difference this comparison finds 4 times in 5. `relative` is the difference as a
    share of the baseline's mean (None where that is 0), `deviation` the standard deviation of the facts' differences
    (None where there is only one amount). Reports of schema 1 lack these two.
    """

    difference: float
    low: float
    high: float
    method: Method
    p: float
    p_is_exact: bool
    p_t: float | None
    detectable: float
    clusters: int
    cases: int
    better: int
    worse: int
    relative: float | None = None
    deviation: float | None = None


def compare(pairs: Iterable[Pair]) -> Paired | None:
    """Compare two runs over their common cases; None without any.

    The unit is the fact: the mean of its cases' differences (paired by case, so that a case's own difficulty cancels:
    Miller 2024, section 4.2).
    """
    items = list(pairs)
    if not items:
        return None
    differences = cluster_differences(items)
    low, high, method = mean_interval(differences, floor=-1.0, ceiling=1.0)
    mean = float(differences.mean())
    before = float(cluster_means((pair.cluster, pair.baseline) for pair in items).mean())
    flat = method == "exact bound"
    return Paired(
        difference=mean,
        low=low,
        high=high,
        method=method,
        p=sign_flip_p(differences),
        p_is_exact=len(differences) <= EXACT_UP_TO,
        p_t=None if flat else float(scipy.stats.ttest_1samp(differences, 0.0).pvalue),
        detectable=min(1.0, max(mean - low, high - mean) if flat else _detectable(differences)),
        clusters=len(differences),
        cases=len(items),
        better=int((differences > 0).sum()),
        worse=int((differences < 0).sum()),
        relative=mean / before if before > 0 else None,
        deviation=None if flat else float(differences.std(ddof=1)),
    )


def cluster_differences(pairs: Iterable[Pair]) -> Floats:
    """Candidate minus baseline of each fact, in the order in which the facts first appear."""
    return cluster_means((pair.cluster, pair.candidate - pair.baseline) for pair in pairs)


def sign_flip_p(differences: Floats) -> float:
    """Two-sided p of the sign-flip permutation test of "no difference": exact for up to 15 facts, else 9,999 patterns.

    1.0 for a single fact. (Fisher 1935, The Design of Experiments, section 21; counting the observed pattern itself
    keeps a sampled p above 0: Phipson & Smyth 2010.)
    """
    if len(differences) < 2:
        return 1.0
    return _exact_p(differences) if len(differences) <= EXACT_UP_TO else _sampled_p(differences)


def _exact_p(differences: Floats) -> float:
    sums = np.abs(_patterns(len(differences)) @ differences)
    # Sums of the same numbers in another order differ by rounding; the first pattern is the observed one.
    return float(np.mean(sums >= sums[0] - 1e-12 * np.abs(differences).sum()))


@lru_cache(maxsize=EXACT_UP_TO)
def _patterns(count: int) -> Floats:
    """Every pattern of signs whose first is plus, 2^(count - 1) rows: its mirror image has the same absolute sum."""
    bits = np.arange(2 ** (count - 1))[:, None] >> np.arange(count - 1) & 1
    return np.hstack([np.ones((len(bits), 1)), 1.0 - 2.0 * bits])


def _sampled_p(differences: Floats) -> float:
    result = scipy.stats.permutation_test(
        (differences,),
        lambda values, axis: np.mean(values, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=RESAMPLES,
        batch=1_000,
        rng=np.random.default_rng(SEED),
    )
    return float(result.pvalue)


def mcnemar_p(fixed: int, broke: int) -> float:
    """Exact two-sided p of McNemar's test: of the cases that changed, were as many fixed as broken? (McNemar 1947.)

    It takes cases for independent, which cases of one fact are not: shown beside the paired test, never instead of it.
    """
    changed = fixed + broke
    return float(scipy.stats.binomtest(fixed, changed, 0.5).pvalue) if changed else 1.0


def _detectable(differences: Floats) -> float:
    return detectable_difference(float(differences.std(ddof=1)), len(differences))
