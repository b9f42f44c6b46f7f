"""Facts in a real browser: from a mention to its page and back, past the links by Tab, and a check while editing."""

from __future__ import annotations

from typing import Any

import pytest

from afsweb.core.models import Role
from datasets_app.models import Sample, SampleVersion, Text, Verdict
from datasets_app.samples.adding import NewSample, add_samples
from tests.browser.test_review import painted, press, saved
from tests.review.making import make_source, version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROUTINE = "It writes INIDISP:\n\n```asm\nMain:\n  LDA #$0F\n  STA $2100\n  RTS\n```"
FOUND = {"level": "warn", "code": "c", "message": "$2100 is INIDISP.", "line": 1, "where": "output"}


@pytest.fixture
def samples(live_server: Any) -> list[Sample]:
    texts = [Text(f"Turn the screen on, number {number}.", "", ROUTINE) for number in range(3)]
    made = add_samples(make_source(), [NewSample(text) for text in texts])
    for sample in made:
        Verdict.objects.create(
            version=version(sample), verifier="asm65816", verifier_version="0", level=1, findings=[FOUND]
        )
    return made


@pytest.fixture
def review(samples: list[Sample], page_as: Any) -> Any:
    page = page_as(Role.REVIEWER)
    page.goto("/review/")
    painted(page)
    return page


def test_a_mention_leads_to_its_page_and_back_to_the_same_sample(review: Any, samples: list[Sample]) -> None:
    press(review, "a")
    saved(review)
    second = painted(review)
    review.click("[data-card] .code >> text=$2100")
    review.wait_for_url("**/facts/registers/2100/")
    assert review.inner_text("h1") == "$2100 INIDISP"
    review.go_back()
    assert painted(review) == second
    review.click("[data-card] .code >> text=LDA")
    review.wait_for_url("**/facts/instructions/lda/")
    review.go_back()
    assert painted(review) == second
    press(review, "a")
    saved(review)
    assert Sample.objects.filter(state="accepted").count() == 2


def test_tab_passes_the_links_of_the_text_by(review: Any) -> None:
    review.focus("[data-card]")
    stops = []
    for _ in range(24):
        review.keyboard.press("Tab")
        stops.append(
            review.evaluate("document.activeElement.getAttribute('href') || document.activeElement.textContent")
        )
    assert not [stop for stop in stops if stop.startswith("/facts/instructions/")]
    # The finding's own link is there once; those of the text are not.
    assert stops.count("/facts/registers/2100/") == 2  # its address and its name in the message
    assert any("Accept" in stop for stop in stops)


def test_the_keys_of_the_page_count_with_the_focus_on_a_link(review: Any, samples: list[Sample]) -> None:
    review.focus("[aria-label=Evidence] a.fact")
    press(review, "a")
    saved(review)
    assert Sample.objects.get(pk=samples[0].pk).state == "accepted"


def test_a_text_is_checked_while_it_is_edited(review: Any, console_errors: list[str]) -> None:
    review.keyboard.press("e")
    review.fill("textarea[name=output]", "```asm\nMain:\n  LDX #$12345\n  FOO\n```\nSo $2100 is VMAIN.")
    review.click("text=Check")
    review.wait_for_selector("#check >> text=not saved")
    said = review.inner_text("#check")
    assert "Step 1 of 8: code found" in said and "output, line 4" in said
    assert "FOO" in review.input_value("textarea[name=output]")
    review.fill("textarea[name=output]", "")
    review.click("text=Check")
    review.wait_for_selector("#check [role=alert]")
    console_errors.clear()  # the browser complains of a refusal
    assert SampleVersion.objects.count() == 3


def test_facts_are_found_by_keyboard(review: Any) -> None:
    review.goto("/facts/")
    review.keyboard.press("f")
    review.keyboard.type("cgdata")
    review.keyboard.press("Enter")
    review.wait_for_url("**/facts/registers/2122/")
    review.keyboard.press("s")
    review.wait_for_url("**/samples/?q=*")
