"""The comparison page in a real browser: its chart, its keys, its tabs, and a run's page that ends by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from afsweb.core.models import Endpoint, Job, JobState, Provider, Role, User, WorkState
from datasets_app.models import Domain
from evals_app.models import Case, Comparison, EvalRun, Suite
from evals_app.register_suite import register_cases, registers_of
from evals_app.runs.launch import launch_eval
from evals_app.suites import make_suite
from tests.conftest import make_user
from tests.evals.making import make_comparison, make_run, say_right
from training_app.models import BaseModel, ModelVersion

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PageAs = Callable[[Role | User], Any]


@pytest.fixture
def suite(live_server: Any) -> Suite:
    drafts = register_cases(registers_of("", ["PPU"])[:20], seed=1)
    domain = Domain.objects.get(slug="asm65816")
    return make_suite("screen", name="Screen", domain=domain, scorer="register_claims", drafts=drafts)


@pytest.fixture
def versions(live_server: Any) -> list[ModelVersion]:
    base = BaseModel.objects.create(model_id="tests/tiny")
    endpoint = Endpoint.objects.create(
        name="nowhere", provider=Provider.OPENAI_COMPATIBLE, base_url="http://127.0.0.1:9/v1", model="m"
    )
    return [ModelVersion.objects.create(name=name, base_model=base, endpoint=endpoint) for name in ("old", "new")]


@pytest.fixture
def comparison(suite: Suite, versions: list[ModelVersion]) -> Comparison:
    return make_comparison(make_run(suite, versions[0], say_right), make_run(suite, versions[1], half_right))


def half_right(case: Case) -> str:
    return say_right(case) if case.key.startswith("B") else "It is CGADD."


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chart_is_drawn(comparison: Comparison, page_as: PageAs, scheme: str) -> None:
    page = page_as(Role.VIEWER)
    page.emulate_media(color_scheme=scheme)
    page.goto(comparison.get_absolute_url())
    page.wait_for_selector(".chart.low canvas")
    assert page.locator(".chart.low").bounding_box()["height"] > 100


def test_j_and_k_walk_through_the_cases_and_enter_shows_the_evidence(comparison: Comparison, page_as: PageAs) -> None:
    page = page_as(Role.VIEWER)
    page.goto(comparison.get_absolute_url())
    for key in "jjk":
        page.keyboard.press(key)
    chosen = page.locator("tr[data-selected] a").first
    assert chosen.get_attribute("href") == page.locator("#cases tbody tr a").first.get_attribute("href")
    key = page.locator("#cases tbody tr a").nth(1).inner_text()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**case=**")
    page.locator("#evidence h2", has_text=key).wait_for()
    page.keyboard.press("k")
    assert page.locator("tr[data-selected]").count() == 1


def test_a_tab_stays_in_the_address(comparison: Comparison, page_as: PageAs) -> None:
    page = page_as(Role.VIEWER)
    page.goto(comparison.get_absolute_url())
    page.get_by_role("link", name="Still right").click()
    page.wait_for_url("**tab=still_right**")
    page.reload()
    assert page.locator("#cases .tabs [aria-current]").inner_text().startswith("Still right")


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_sticks_out(comparison: Comparison, page_as: PageAs, width: int) -> None:
    page = page_as(Role.TRAINER)
    page.set_viewport_size({"width": width, "height": 900})
    for address in (
        comparison.get_absolute_url(),
        "/comparisons/board/",
        "/evaluations/plan/",
        comparison.candidate.get_absolute_url(),
        "/comparisons/launch/",
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), address


def test_evaluations_are_launched_from_the_form(suite: Suite, versions: list[ModelVersion], page_as: PageAs) -> None:
    page = page_as(Role.TRAINER)
    page.goto("/evaluations/launch/")
    page.get_by_label("old v1").check()
    page.get_by_label("new v1").check()
    page.get_by_role("button", name="Evaluate").click()
    page.wait_for_url("**/evaluations/")
    assert EvalRun.objects.count() == 2


def test_a_run_that_ends_shows_itself_whole(suite: Suite, versions: list[ModelVersion], page_as: PageAs) -> None:
    run = launch_eval(suite, versions[0], make_user(Role.TRAINER))
    page = page_as(Role.VIEWER)
    page.goto(run.get_absolute_url())
    assert "queued" in page.inner_text("#live")
    done = make_run(suite, versions[0], say_right)
    done.results.update(run=run)
    EvalRun.objects.filter(pk=run.pk).update(state=WorkState.SUCCEEDED, score=1.0, low=0.8, high=1.0)
    Job.objects.update(state=JobState.SUCCEEDED)
    page.wait_for_selector("text=Score by category")
    assert page.inner_text(".tile b") == "1.00"
