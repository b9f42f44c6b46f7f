"""Two runs of one suite, compared fact by fact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # its sub-packages load when first used, which few processes do

from evals_app.stats.intervals import Floats, Method, cluster_means, mean_interval
from evals_app.stats.power import detectable_difference

# With fewer than 2^13 sign patterns scipy takes all of them: exact up to 13 facts, a sample of patterns above.
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
    `detectable` is the smallest true difference this comparison finds 4 times in 5.
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


def compare(pairs: Iterable[Pair]) -> Paired | None:
    """Compare two runs over their common cases; None without any.

    The unit is the fact: the mean of its cases' differences (paired by case, so that a case's own difficulty cancels:
    Miller 2024, section 4.2).
    """
    items = list(pairs)
    if not items:
        return None
    differences = cluster_means((pair.cluster, pair.candidate - pair.baseline) for pair in items)
    low, high, method = mean_interval(differences, floor=-1.0, ceiling=1.0)
    mean = float(differences.mean())
    flat = method == "exact bound"
    return Paired(
        difference=mean,
        low=low,
        high=high,
        method=method,
        p=sign_flip_p(differences),
        p_is_exact=2 ** len(differences) <= RESAMPLES,
        p_t=None if flat else float(scipy.stats.ttest_1samp(differences, 0.0).pvalue),
        detectable=min(1.0, max(mean - low, high - mean) if flat else _detectable(differences)),
        clusters=len(differences),
        cases=len(items),
        better=int((differences > 0).sum()),
        worse=int((differences < 0).sum()),
    )


def sign_flip_p(differences: Floats) -> float:
    """Two-sided p of the sign-flip permutation test of "no difference": exact for up to 13 facts, else 9,999 patterns.

    1.0 for a single fact. (Fisher 1935, The Design of Experiments, section 21; counting the observed pattern itself
    keeps a sampled p above 0: Phipson & Smyth 2010.)
    """
    if len(differences) < 2:
        return 1.0
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


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down adjusted p values, in the order given (Holm 1979, Scand. J. Statist. 6:65-70)."""
    adjusted = [1.0] * len(p_values)
    worst = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        worst = max(worst, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = worst
    return adjusted


def _detectable(differences: Floats) -> float:
    return detectable_difference(float(differences.std(ddof=1)), len(differences))
