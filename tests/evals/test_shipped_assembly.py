"""The suites of code that come with the app can be made and are scored by programs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from datasets_app.models import Domain
from evals_app.gate.defaults import DEFAULTS
from evals_app.scorers import get_scorer
from evals_app.shipped.assembly import AsmSuite, asm_suites
from evals_app.suites import make_suite


@pytest.mark.parametrize("shipped", asm_suites(), ids=lambda one: one.slug)
def test_a_suite_is_made_of_it(shipped: AsmSuite, domain: Domain) -> None:
    few = replace(shipped, make=lambda: shipped.make(6))
    suite = make_suite(
        shipped.slug,
        name=shipped.name,
        domain=domain,
        scorer=shipped.scorer,
        description=shipped.description,
        drafts=few.drafts,
    )
    assert suite.cases.count() == 6
    assert all(case.references and case.tags == ["held out"] for case in suite.cases.all())


def test_they_are_for_din_nayru_and_farore() -> None:
    assert [one.name for one in asm_suites()] == ["Optimise (Din)", "Write (Nayru)", "Debug (Farore)"]
    assert [one.scorer for one in asm_suites()] == ["asm_exec", "asm_exec", "debug"]


@pytest.mark.parametrize("shipped", asm_suites(), ids=lambda one: one.slug)
def test_one_that_gates_has_two_hundred_cases_of_many_tasks(shipped: AsmSuite) -> None:
    cases = shipped.drafts
    assert (
        len({case.key for case in cases}) == len({case.messages[0]["content"] for case in cases}) == len(cases) >= 200
    )
    assert len({case.cluster for case in cases}) >= 60
    every = get_scorer(shipped.scorer)
    assert [every.score(case.expected, case.references[0]).score for case in cases[7::40]] == [1.0] * 5


def test_what_the_default_gates_decide_by_is_large() -> None:
    assert {rules.primary for rules in DEFAULTS.values()} == {"snes-hardware", *(one.slug for one in asm_suites())}
