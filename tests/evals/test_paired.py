"""The paired comparison: right figures, right error rates, and an honest answer where there is nothing to tell."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import stats

from evals_app.stats import Pair, Paired, compare, holm, mcnemar_p
from evals_app.stats.intervals import cluster_means, mean_interval
from evals_app.stats.paired import sign_flip_p
from evals_app.stats.power import detectable_difference, power


def pairs(differences: list[float], cases: int = 1) -> list[Pair]:
    return [Pair(f"fact {i}", 0.5, 0.5 + d) for i, d in enumerate(differences) for _ in range(cases)]


def compared(differences: list[float], cases: int = 1) -> Paired:
    found = compare(pairs(differences, cases))
    assert found is not None
    return found


def test_agrees_with_the_paired_t_test_on_cluster_means() -> None:
    rng = np.random.default_rng(7)
    baseline, candidate = rng.uniform(0, 1, 20), rng.uniform(0, 1, 20)
    found = compare(
        Pair(str(i), b, c) for i, (b, c) in enumerate(zip(baseline, candidate, strict=True)) for _ in range(3)
    )
    expected = stats.ttest_rel(candidate, baseline)
    assert found is not None
    assert found.p_t == pytest.approx(expected.pvalue)
    assert (found.low, found.high) == pytest.approx(tuple(expected.confidence_interval(0.95)))
    assert (found.clusters, found.cases) == (20, 60)


def test_sign_flips_are_counted_exactly_for_few_facts() -> None:
    differences = np.array([0.3, 0.1, -0.05, 0.2, 0.25, 0.15])
    flipped = [np.mean(differences * signs) for signs in product((-1, 1), repeat=6)]
    expected = np.mean([abs(mean) >= abs(differences.mean()) - 1e-12 for mean in flipped])
    assert sign_flip_p(differences) == pytest.approx(expected)


def test_five_facts_can_never_reach_the_five_per_cent() -> None:
    assert compared([1.0, 0.9, 0.8, 1.0, 0.9]).p == pytest.approx(2 / 2**5)


def test_the_same_comparison_gives_the_same_p_again() -> None:
    differences = np.random.default_rng(3).normal(0.05, 0.2, 40)
    assert sign_flip_p(differences) == sign_flip_p(differences)


def test_nothing_changed_is_not_proof_of_nothing() -> None:
    found = compared([0.0] * 39)
    assert (found.difference, found.p, found.p_t) == (0.0, 1.0, None)
    assert found.high == pytest.approx(1 - 0.025 ** (1 / 39))
    assert found.low == pytest.approx(-found.high)
    assert found.detectable == pytest.approx(found.high)


def test_everything_changed_alike_leaves_what_was_not_seen() -> None:
    found = compared([0.5] * 20)
    assert found.low < 0.5 < found.high
    assert found.p == pytest.approx(2e-4)


def test_one_fact_decides_nothing() -> None:
    found = compared([0.4], cases=9)
    assert found.p == 1.0
    assert found.low < -0.9
    assert found.detectable == 1.0


def test_no_common_case_is_no_comparison() -> None:
    assert compare([]) is None


def test_mcnemar_agrees_with_the_binomial_table() -> None:
    assert mcnemar_p(fixed=6, broke=78) == pytest.approx(stats.binomtest(6, 84, 0.5).pvalue)
    assert mcnemar_p(fixed=10, broke=2) == pytest.approx(2 * sum(stats.binom.pmf(range(3), 12, 0.5)))
    assert mcnemar_p(fixed=0, broke=0) == 1.0


def test_holm_adjusts_by_rank_and_never_crosses() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.5]) == pytest.approx([1.0, 1.0])
    assert holm([]) == []


@pytest.mark.parametrize(
    ("count", "deviation", "smallest"), [(10, 0.10, 0.100), (15, 0.20, 0.156), (30, 0.15, 0.079), (100, 0.30, 0.085)]
)
def test_smallest_detectable_difference(count: int, deviation: float, smallest: float) -> None:
    """statsmodels 0.15 TTestPower().solve_power(nobs=count, power=.8, alpha=.05) x deviation."""
    assert detectable_difference(deviation, count) == pytest.approx(smallest, abs=6e-4)


@pytest.mark.parametrize(("effect", "count"), [(0.5, 15), (2.0, 2), (1.5, 3), (0.2, 100)])
def test_power_is_that_of_the_noncentral_t(effect: float, count: int) -> None:
    critical, shift = stats.t.ppf(0.975, count - 1), effect * np.sqrt(count)
    exact = stats.nct.sf(critical, count - 1, shift) + stats.nct.cdf(-critical, count - 1, shift)
    assert power(effect, count) == pytest.approx(exact, abs=5e-4)


@pytest.mark.parametrize("alike", [0.0, 0.3, 0.7])
def test_false_alarms_are_as_rare_as_promised(alike: float) -> None:
    """1,500 comparisons without a difference, 15 facts x 3 cases, correlation `alike` within a fact: 5 % and chance."""
    rng = np.random.default_rng(11)
    alarms = 0
    for _ in range(1_500):
        scores = rng.normal(0, np.sqrt(alike), (15, 1)) + rng.normal(0, np.sqrt(1 - alike), (15, 3))
        means = cluster_means((str(fact), score) for fact, row in enumerate(scores) for score in row)
        low, high, _ = mean_interval(means, floor=-np.inf, ceiling=np.inf)
        alarms += not low <= 0 <= high
    assert abs(alarms / 1_500 - 0.05) < 3 * np.sqrt(0.05 * 0.95 / 1_500)


def test_sign_flips_raise_false_alarms_as_rarely() -> None:
    rng = np.random.default_rng(12)
    alarms = sum(compared(list(rng.normal(0, 0.2, 12))).p < 0.05 for _ in range(600))
    assert abs(alarms / 600 - 0.05) < 3 * np.sqrt(0.05 * 0.95 / 600)
