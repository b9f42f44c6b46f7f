"""Many samples at once in a real browser: select the page or a range, see only what the action needs, confirm, undo."""

from __future__ import annotations

from typing import Any

import pytest

from afsweb.core.models import Role
from datasets_app.models import BulkAction, Sample
from tests.review.making import make_samples_of, make_source
from tests.rows import run_job

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def samples(live_server: Any) -> list[Sample]:
    return make_samples_of(make_source(), 12)


@pytest.fixture
def listed(samples: list[Sample], page_as: Any) -> Any:
    page = page_as(Role.REVIEWER)
    page.goto("/samples/")
    return page


def said(page: Any) -> str:
    return str(page.inner_text("[data-selected-count]"))


@pytest.mark.parametrize("view", ["", "?layout=grid"])
def test_a_range_is_selected_with_shift_and_the_page_with_one_box(listed: Any, view: str) -> None:
    listed.goto(f"/samples/{view}")
    boxes = listed.locator("input[name=sample]")
    boxes.nth(2).click()
    boxes.nth(6).click(modifiers=["Shift"])
    assert said(listed) == "the 5 selected samples"
    listed.check("[data-select-page]")
    assert said(listed) == "the 12 selected samples"
    listed.uncheck("[data-select-page]")
    assert boxes.locator(":checked").count() == 0


def test_only_what_the_action_needs_is_shown(listed: Any) -> None:
    reason, tag = (listed.locator(f"[name={name}]") for name in ("reject_reason", "tag"))
    assert not reason.is_visible() and not tag.is_visible()
    listed.select_option("[name=verb]", "reject")
    assert reason.is_visible() and not tag.is_visible()
    listed.select_option("[name=verb]", "untag")
    assert tag.is_visible() and not reason.is_visible()


def test_selected_ones_are_rejected_and_undone_by_keyboard(listed: Any) -> None:
    boxes = listed.locator("input[name=sample]")
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    listed.select_option("[name=verb]", "reject")
    listed.select_option("[name=reject_reason]", "duplicate")
    listed.click("text=Preview…")
    listed.wait_for_selector("h1 >> text=Reject 3 samples")
    listed.keyboard.press("y")
    listed.wait_for_selector("text=0 of 3 done")
    run_job(BulkAction.objects.get().job)  # type: ignore[arg-type]
    listed.wait_for_selector("[data-key=u]")
    assert Sample.objects.filter(state="rejected").count() == 3
    listed.keyboard.press("u")
    listed.wait_for_selector("text=Being undone")
    run_job(BulkAction.objects.get().undo_job)  # type: ignore[arg-type]
    listed.wait_for_selector("text=Put back as before")
    assert Sample.objects.filter(state="pending").count() == 12


def test_all_results_are_counted_and_previewed(listed: Any) -> None:
    listed.click(".bulk >> text=count them")  # the chip above says so, too, until it has loaded its number
    listed.wait_for_selector("text=all 12 results")
    listed.check("[name=scope][value=all]")
    listed.select_option("[name=verb]", "accept")
    listed.click("text=Preview…")
    listed.wait_for_selector("h1 >> text=Accept 12 samples")
