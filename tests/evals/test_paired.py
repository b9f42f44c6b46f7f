"""The paired comparison: right figures, right error rates, and an honest answer where there is nothing to tell."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import stats

from evals_app.stats import Pair, Paired, bootstrap_interval, compare, mcnemar_p
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


def test_every_pattern_is_tried_up_to_fifteen_facts() -> None:
    differences = np.random.default_rng(5).normal(0.06, 0.2, 16)
    exact, sampled = compared(list(differences[:15])), compared(list(differences))
    assert (exact.p_is_exact, sampled.p_is_exact) == (True, False)
    every = stats.permutation_test(
        (differences[:15],), np.mean, permutation_type="samples", n_resamples=np.inf, vectorized=True, batch=4_096
    )
    assert exact.p == pytest.approx(every.pvalue, abs=1e-12)
    assert exact.p * 2**14 == pytest.approx(round(exact.p * 2**14))


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


def test_the_difference_is_told_as_a_share_of_the_baseline_too() -> None:
    found = compare([Pair("a", 0.4, 0.5), Pair("b", 0.4, 0.7), Pair("b", 0.4, 0.5)])
    assert found is not None
    assert found.difference == pytest.approx(0.15)
    assert found.relative == pytest.approx(0.15 / 0.4)
    assert found.deviation == pytest.approx(np.std([0.1, 0.2], ddof=1))


def test_nothing_has_no_share_and_one_amount_no_deviation() -> None:
    found = compare([Pair("a", 0.0, 1.0), Pair("b", 0.0, 1.0)])
    assert found is not None
    assert (found.relative, found.deviation) == (None, None)


def test_the_bootstrap_is_the_same_each_time_and_near_students_t() -> None:
    differences = np.random.default_rng(8).normal(0.1, 0.2, 60)
    first, second = bootstrap_interval(differences), bootstrap_interval(differences)
    assert first is not None
    assert first == second
    found = compared(list(differences))
    assert first == pytest.approx((found.low, found.high), abs=0.02)
    assert first != pytest.approx((found.low, found.high), abs=1e-6)
    assert bootstrap_interval(np.full(9, 0.5)) is None
    assert bootstrap_interval(np.array([0.5])) is None


def test_no_common_case_is_no_comparison() -> None:
    assert compare([]) is None


def test_mcnemar_agrees_with_the_binomial_table() -> None:
    assert mcnemar_p(fixed=6, broke=78) == pytest.approx(stats.binomtest(6, 84, 0.5).pvalue)
    assert mcnemar_p(fixed=10, broke=2) == pytest.approx(2 * sum(stats.binom.pmf(range(3), 12, 0.5)))
    assert mcnemar_p(fixed=0, broke=0) == 1.0


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
