"""Charts in a real browser: drawn under the policy, in the page's colours, kept fresh while their run goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from afsweb.core.models import JobState, Role, WorkState
from tests.web import loop
from training_app.models import Metric, TrainingRun

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOLDS = "document.querySelector('.chart').chartDocument"
# What a chart holds, read from Bokeh itself: the number of points in a source, and the colour of its ground.
POINTS = f"{HOLDS}.get_model_by_name('train').get_length()"
GROUND = f"{HOLDS}.roots()[0].background_fill_color"


def first_is_drawn(page: Any) -> None:
    """A page may have several; the first is the one that HOLDS asks."""
    page.locator(".chart").first.locator("canvas").first.wait_for()


def add_losses(run: TrainingRun, steps: range) -> None:
    Metric.objects.bulk_create(Metric(run=run, step=step, loss=3.0 / (step + 1)) for step in steps)


def test_loss_curve_is_drawn_in_the_colours_of_the_page(page_as: Callable[..., Any]) -> None:
    run = loop.add_run()
    add_losses(run, range(40))
    page = page_as(Role.VIEWER)
    page.emulate_media(color_scheme="light")
    page.goto(run.get_absolute_url())
    first_is_drawn(page)
    assert (page.evaluate(POINTS), page.evaluate(GROUND)) == (40, "#ffffff")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"() => {HOLDS} && {GROUND} === '#1d2024'")


def test_curve_of_a_going_run_grows_without_being_drawn_again(page_as: Callable[..., Any]) -> None:
    run = loop.add_run()
    (job,) = loop.add_jobs(JobState.LEASED)
    run.state, run.job = WorkState.RUNNING, job
    run.save()
    add_losses(run, range(5))
    page = page_as(Role.VIEWER)
    page.goto(run.get_absolute_url())
    first_is_drawn(page)
    page.evaluate("document.querySelector('.chart').firstElementChild.id = 'the-first-drawing'")
    add_losses(run, range(5, 9))
    page.wait_for_function(f"() => {POINTS} === 9")
    assert page.locator("#the-first-drawing").count() == 1


def test_comparison_draws_its_intervals(page_as: Callable[..., Any]) -> None:
    comparison = loop.add_comparison()
    page = page_as(Role.VIEWER)
    page.goto(comparison.get_absolute_url())
    first_is_drawn(page)


def test_chart_that_cannot_be_loaded_says_so(page_as: Callable[..., Any], console_errors: list[str]) -> None:
    run = loop.add_run()
    add_losses(run, range(5))
    page = page_as(Role.VIEWER)
    page.route("**/loss.json*", lambda route: route.fulfill(status=500, body="broken"))
    page.goto(run.get_absolute_url())
    page.get_by_text("The chart could not be loaded: the server answered 500.").wait_for()
    assert [text for text in console_errors if "500" not in text] == []
    console_errors.clear()  # Chromium itself reports the 500 that this test provokes
