"""The verdict's word follows from the interval and the test together."""

from __future__ import annotations

import pytest

from evals_app.stats import Pair, Verdict, compare, judge, say


def said(*differences: float) -> tuple[Verdict, str]:
    paired = compare(Pair(str(i), 0.5, 0.5 + d) for i, d in enumerate(differences))
    assert paired is not None
    return judge(paired), say(paired)


@pytest.mark.parametrize(
    ("differences", "verdict", "words"),
    [
        ([0.3, 0.35, 0.4, 0.3, 0.35, 0.3, 0.4, 0.35], Verdict.IMPROVED, "improved by 0.34"),
        ([-0.3, -0.35, -0.4, -0.3, -0.35, -0.3, -0.4, -0.35], Verdict.REGRESSED, "regressed by 0.34"),
        ([0.01, -0.01] * 20, Verdict.EQUIVALENT, "equivalent within 0.05"),
    ],
)
def test_a_clear_result_is_said(differences: list[float], verdict: Verdict, words: str) -> None:
    assert said(*differences) == (verdict, words)


def test_a_weak_result_says_what_it_could_have_seen() -> None:
    verdict, words = said(0.5, -0.4, 0.3, -0.2, 0.5, -0.5)
    assert verdict is Verdict.INCONCLUSIVE
    assert words.startswith("inconclusive: could only detect 0.")


def test_too_few_facts_never_improve() -> None:
    assert said(0.4, 0.45, 0.4)[0] is Verdict.INCONCLUSIVE


def test_nothing_changed_in_few_facts_is_not_equivalence() -> None:
    assert said(*[0.0] * 10)[0] is Verdict.INCONCLUSIVE
