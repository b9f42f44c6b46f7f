"""Editing in a real browser: checked when typing pauses, a draft that survives, Ctrl+Enter and Escape."""

from __future__ import annotations

from typing import Any

import pytest

from afsweb.core.models import Role
from datasets_app.models import PreferencePair, Sample, Text
from datasets_app.samples.adding import NewSample, add_samples
from tests.review.making import make_source, version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OUTPUT = "textarea[name=output]"


@pytest.fixture
def sample(live_server: Any) -> Sample:
    return add_samples(make_source(), [NewSample(Text("What is at $2100?", "", "It is INIDISP."))])[0]


@pytest.fixture
def form(sample: Sample, page_as: Any) -> Any:
    page = page_as(Role.REVIEWER)
    page.goto(f"/review/versions/{version(sample).uuid}/edit/")
    return page


def typed(page: Any) -> str:
    return str(page.input_value(OUTPUT))


def test_the_text_is_checked_when_typing_pauses(form: Any) -> None:
    form.fill(OUTPUT, "It is VMAIN.")
    form.wait_for_selector("#check .chip.bad")
    assert "not saved" in form.inner_text("#check h2 >> nth=0")
    assert form.inner_text("#check ins") == "VMAIN"


def test_what_was_typed_comes_back_and_can_be_thrown_away(form: Any) -> None:
    form.fill(OUTPUT, "It is INIDISP, the brightness.")
    form.reload()
    assert typed(form) == "It is INIDISP, the brightness."
    assert form.is_visible("[data-restored]")
    form.click("[data-discard]")
    assert typed(form) == "It is INIDISP."
    form.reload()
    assert typed(form) == "It is INIDISP."
    assert not form.is_visible("[data-restored]")


def test_ctrl_enter_saves_and_the_answer_is_paired(form: Any) -> None:
    form.fill(OUTPUT, "It is INIDISP, the brightness.")
    form.press(OUTPUT, "Control+Enter")
    form.wait_for_url("**/review/?sample=*")
    pair = PreferencePair.objects.get()
    assert (pair.chosen.output, pair.rejected.output) == ("It is INIDISP, the brightness.", "It is INIDISP.")


def test_escape_leaves_the_field_first_then_the_page(form: Any) -> None:
    form.focus(OUTPUT)
    form.keyboard.press("Escape")
    assert form.evaluate("document.activeElement.tagName") != "TEXTAREA"
    form.keyboard.press("Escape")
    form.wait_for_url("**/review/?*")
