"""A plan says before a launch what a comparison can tell: it agrees with statsmodels, and learns from what there is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from scipy import stats
from statsmodels.stats.power import TTestPower

from afsweb.core.models import EndpointPrice, Role, User
from evals_app.errors import CannotPlan
from evals_app.models import EvalRun, Suite
from evals_app.plan.earlier import ASSUMED, deviation_of
from evals_app.plan.plan import make_plan
from evals_app.stats import facts_needed, pass_chance
from evals_app.stats.power import detectable_difference, power
from tests.commands.running import afs, refused
from tests.evals.conftest import MakeVersion, register_drafts
from tests.evals.making import make_comparison, make_run, say_right
from tests.evals.test_pages import FRAME, text

Login = Callable[[Role | User], Client]


@pytest.mark.parametrize("effect", [0.1, 0.3, 0.5, 0.8, 1.0])
@pytest.mark.parametrize("count", [5, 10, 15, 34, 100])
def test_power_agrees_with_statsmodels(effect: float, count: int) -> None:
    assert power(effect, count) == pytest.approx(TTestPower().power(effect, count, 0.05), abs=1e-3)


@pytest.mark.parametrize("count", [5, 15, 60])
def test_the_smallest_detectable_difference_agrees_with_statsmodels(count: int) -> None:
    expected = TTestPower().solve_power(nobs=count, power=0.8, alpha=0.05)
    assert detectable_difference(1.0, count) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(
    ("deviation", "effect", "count"),
    [(0.1, 0.10, 10), (0.2, 0.10, 34), (0.3, 0.10, 73), (0.1, 0.05, 34), (0.2, 0.05, 128), (0.3, 0.05, 285)],
)
def test_facts_needed_are_the_fewest_that_reach_80_per_cent(deviation: float, effect: float, count: int) -> None:
    assert facts_needed(deviation, effect) == count
    assert power(effect / deviation, count) >= 0.8 > power(effect / deviation, count - 1)


def test_what_cannot_be_found_is_said_and_what_never_varies_needs_two() -> None:
    assert facts_needed(1.0, 0.001) is None
    assert facts_needed(0.0, 0.1) == 2


@pytest.mark.parametrize(("true", "deviation", "chance"), [(0.1, 0.1, 0.5), (0.1, 0.3, 0.22), (0.2, 0.2, 0.94)])
def test_the_chance_of_the_gate_is_that_of_simulated_evaluations(true: float, deviation: float, chance: float) -> None:
    """20,000 evaluations of 15 personas: an improvement of 0.10 or more observed, and p < 0.05 by the paired t-test."""
    rows = np.random.default_rng(9).normal(true, deviation, (20_000, 15))
    passed = (rows.mean(axis=1) >= 0.1) & (stats.ttest_1samp(rows, 0.0, axis=1).pvalue < 0.05)
    found = pass_chance(true, deviation, 15)
    assert found == pytest.approx(passed.mean(), abs=0.012)
    assert found == pytest.approx(chance, abs=0.015)


def test_a_version_that_is_no_better_hardly_passes_and_one_better_by_the_bar_half_of_times() -> None:
    assert pass_chance(0.0, 0.2, 15) < 0.026
    assert pass_chance(0.1, 0.02, 500) == pytest.approx(0.5, abs=0.01)
    assert (pass_chance(0.1, 0.0, 15), pass_chance(0.09, 0.0, 15)) == (1.0, 0.0)


def test_without_a_comparison_the_deviation_is_an_assumption(suite: Suite) -> None:
    assert (deviation_of(suite).value, deviation_of(suite).comparisons) == (ASSUMED, 0)
    assert make_plan(suite, deviation=0.3).deviation == 0.3


def half_right(case: Any) -> str:
    return say_right(case) if case.cluster in ("CGADD", "VMAIN") else "It is TM."


def test_earlier_comparisons_tell_the_deviation(suite: Suite, make_version: MakeVersion) -> None:
    comparison = make_comparison(
        make_run(suite, make_version("a"), say_right), make_run(suite, make_version("b"), half_right)
    )
    told = comparison.statistics["difference"]["paired"]["deviation"]
    assert told == pytest.approx(np.std([0, 0, -1, -1, -1], ddof=1))
    assert deviation_of(suite).value == pytest.approx(told)
    assert deviation_of(suite).comparisons == 1


def test_time_and_cost_come_from_earlier_runs_and_todays_price(suite: Suite, make_version: MakeVersion) -> None:
    version = make_version("a")
    assert version.endpoint
    run = make_run(suite, version, say_right)
    began = timezone.now()
    EvalRun.objects.filter(pk=run.pk).update(started_at=began, finished_at=began + timedelta(seconds=30))
    EndpointPrice.objects.create(
        endpoint=version.endpoint, since=date(2020, 1, 1), input_per_million=2, output_per_million=10, source="a page"
    )
    plan = make_plan(suite, version, facts=10, repeats=3)
    assert (plan.cases, plan.answers) == (30, 90)
    assert plan.seconds == pytest.approx(180.0)
    assert plan.dollars == pytest.approx(90 * (12 * 2 + 5 * 10) / 1e6)


def test_what_nobody_told_stays_unknown(suite: Suite, make_version: MakeVersion) -> None:
    plan = make_plan(suite, make_version())
    assert (plan.seconds, plan.dollars) == (None, None)


def test_the_page_shows_the_plan_and_its_assumption(
    client_as: Login, suite: Suite, django_assert_max_num_queries: Any
) -> None:
    viewer = client_as(Role.VIEWER)
    with django_assert_max_num_queries(FRAME + 10):
        shown = text(viewer.get(reverse("show_plan"), {"suite": str(suite.uuid), "facts": "15", "deviation": "0.2"}))
    assert "No comparison of this suite has told it yet" in shown
    assert "<b>0.16</b>" in shown
    assert '<td>0.10</td> <td class="num">34</td>' in shown
    assert '<td>0.10</td> <td class="num">40.4 %</td>' in shown
    assert "no finished evaluation of this suite tells its pace" in shown


def test_a_wrong_number_is_said_beside_its_field(client_as: Login, suite: Suite) -> None:
    viewer = client_as(Role.VIEWER)
    assert "greater than or equal to 2" in text(viewer.get(reverse("show_plan"), {"facts": 1}))
    assert viewer.get(reverse("draw_plan"), {"facts": 1}).status_code == 404
    assert viewer.get(reverse("draw_plan"), {"curve": "nonsense"}).status_code == 404


def test_without_a_suite_the_page_only_asks(client_as: Login, db: None) -> None:
    viewer = client_as(Role.VIEWER)
    assert "Plan an evaluation" in text(viewer.get(reverse("show_plan")))
    assert viewer.get(reverse("draw_plan")).status_code == 404


def test_a_suite_of_one_fact_cannot_be_planned_for(client_as: Login, domain: Any) -> None:
    from evals_app.suites import make_suite

    one = make_suite("one", name="One", domain=domain, scorer="register_claims", drafts=register_drafts(["CGADD"]))
    with pytest.raises(CannotPlan, match="has 1 facts"):
        make_plan(one)
    assert "has 1 facts" in text(client_as(Role.VIEWER).get(reverse("show_plan"), {"suite": str(one.uuid)}))
    assert make_plan(one, facts=30).cases == 90


@pytest.mark.parametrize("curve", ["power", "gate"])
def test_the_curves_are_drawn(client_as: Login, suite: Suite, curve: str) -> None:
    assert client_as(Role.VIEWER).get(reverse("draw_plan"), {"curve": curve}).json()["item"]


def test_the_command_says_the_same(suite: Suite, capsys: pytest.CaptureFixture[str]) -> None:
    assert afs("eval", "plan", "registers", "--facts", "15", "--deviation", "0.2") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "registers:1, 15 facts in 45 cases" in said
    assert "0.200 (no earlier comparison, assumed)" in said
    assert "finds 0.156 or more 4 times in 5; a true 0.10 44% of times" in said
    assert "to find 0.10: 34 facts 80 % of times" in said
    assert "truly better by 0.20: the gate (0.10 or more, p < 0.05) passes 94" in said


def test_the_command_refuses_what_is_not_there(suite: Suite, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no suite “nothing”" in refused(capsys, "eval", "plan", "nothing")
