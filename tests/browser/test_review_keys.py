"""Every key of the review page in every state of focus; moving, repeating, verifying, deciding for near-duplicates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from afsweb.core.models import Role, User
from datasets_app.models import Review, Sample, SampleVersion, Verdict
from tests.browser.test_review import painted, press, review, reviewer, samples, saved, states, status
from tests.conftest import make_user
from tests.review.making import make_samples_of, make_source, version

__all__ = ["review", "reviewer", "samples"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DECIDING = {"a": "accept", "s": "skip", "g": "golden", "f": "flag"}


def said(page: Any) -> str:
    return str(page.inner_text("[data-said]"))


def decisions() -> list[str]:
    return list(Review.objects.order_by("pk").values_list("decision", flat=True))


@pytest.mark.parametrize("key", DECIDING)
def test_a_key_decides_once_whatever_is_open(review: Any, key: str) -> None:
    press(review, key)
    press(review, "x", "Escape", key)  # the reasons were open, and closed again
    press(review, "x", key)  # they are open still
    saved(review)
    assert decisions() == [DECIDING[key]] * 3


@pytest.mark.parametrize("keys", ["asgfxujkvnbe.1234567890?/", "A S G F"])
def test_in_the_note_every_key_is_text(review: Any, keys: str) -> None:
    before = painted(review)
    review.focus("[name=note]")
    review.keyboard.type(keys)
    for key in ("Enter", "Backspace"):
        review.keyboard.press(key)
    assert (painted(review), review.input_value("[name=note]")) == (before, keys[:-1])
    assert review.url.endswith("/review/") and not Review.objects.exists()


def test_in_a_select_no_key_decides(review: Any) -> None:
    before = painted(review)
    review.click("summary:has-text('Queue')")
    review.focus("select[name=show]")
    for key in [*DECIDING, "x", "u", ".", "Backspace"]:
        review.keyboard.press(key)
    assert painted(review) == before and not Review.objects.exists()


@pytest.mark.parametrize("key", [*DECIDING, ".", "u"])
@pytest.mark.parametrize("modifier", ["ctrl", "alt", "meta"])
def test_with_a_modifier_no_key_decides(review: Any, key: str, modifier: str) -> None:
    before = painted(review)
    review.evaluate(
        """([key, modifier]) => document.body.dispatchEvent(new KeyboardEvent("keydown",
            { key, bubbles: true, cancelable: true, [`${modifier}Key`]: true }))""",
        [key, modifier],
    )
    assert painted(review) == before and not Review.objects.exists()


@pytest.mark.parametrize("key", ["a", "s", ".", "j"])
def test_a_held_key_counts_once(review: Any, key: str) -> None:
    press(review, "g")
    before = painted(review)
    for _ in range(6):
        review.keyboard.down(key)
    third = painted(review, before)
    for _ in range(6):
        review.keyboard.down(key)
    review.keyboard.up(key)
    review.wait_for_timeout(100)
    assert painted(review) == third


def test_enter_held_on_a_button_decides_once(review: Any) -> None:
    review.focus("button[value=accept]")
    before = painted(review)
    for _ in range(5):
        review.keyboard.down("Enter")
    painted(review, before)
    review.keyboard.up("Enter")
    saved(review)
    assert decisions() == ["accept"]


def test_next_and_previous_move_without_deciding(review: Any, samples: list[Sample]) -> None:
    first = painted(review)
    press(review, "j")
    second = painted(review)
    press(review, "j")
    press(review, "k")
    assert painted(review) == second
    press(review, "k")
    assert painted(review) == first
    review.keyboard.press("k")
    assert said(review) == "This is the first card of this page."
    assert not Review.objects.exists()
    press(review, "a")  # goes on with what was passed, not with a new one
    assert painted(review) == second
    saved(review)
    assert states(samples[:2]) == ["accepted", "pending"]


def test_what_was_decided_is_shown_and_can_be_decided_anew(review: Any, samples: list[Sample]) -> None:
    press(review, "a")
    press(review, "g")
    saved(review)
    third = painted(review)
    press(review, "k")
    assert "Golden. Undo takes it back" in review.inner_text("[data-taken]")
    press(review, "k")
    assert "Accepted. Undo takes it back" in review.inner_text("[data-taken]")
    press(review, "x", "3")
    assert painted(review) == third  # on to where the reviewer was
    saved(review)
    assert states(samples[:3]) == ["rejected", "accepted", "pending"]
    assert status(review) == "2 decided here · saved"
    press(review, "k")
    press(review, "k")
    assert "Rejected: does not answer the task." in review.inner_text("[data-taken]")


def test_repeat_takes_the_reason_with_it(review: Any, samples: list[Sample]) -> None:
    assert not review.is_visible("[data-do=repeat]")
    press(review, "x", "4")
    assert "Again: rejected: too much like another" in review.inner_text("[data-do=repeat]")
    press(review, ".")
    press(review, "s")
    press(review, ".")
    saved(review)
    assert list(Review.objects.order_by("pk").values_list("decision", "reason")) == [
        ("reject", "duplicate"),
        ("reject", "duplicate"),
        ("skip", ""),
        ("skip", ""),
    ]


def test_repeat_and_undo_know_what_was_decided_before_the_page_was_opened(review: Any, samples: list[Sample]) -> None:
    for _ in range(3):
        press(review, "x", "2")
    saved(review)
    with review.expect_response("**/review/next/*"):
        review.reload()
    painted(review)
    review.wait_for_selector("[data-do=repeat]")
    press(review, ".")
    for expected in reversed(samples[:4]):
        press(review, "u")
        assert painted(review) == str(version(expected).uuid)
    saved(review)
    assert states(samples[:5]) == ["pending"] * 5


def test_undo_is_fifty_deep_after_the_page_was_opened_anew(
    page_as: Callable[[Role | User], Any], reviewer: User, client_as: Any
) -> None:
    from tests.review.test_wire import item, send

    many = make_samples_of(make_source(), 60)
    client = client_as(reviewer)
    send(client, reviewer, *[item(sample, "reject", reason="unclear") for sample in many[:50]])
    page = page_as(reviewer)
    page.goto("/review/")
    painted(page)
    page.wait_for_selector("[data-do=repeat]")
    for sample in reversed(many[:50]):
        press(page, "u")
        assert painted(page) == str(version(sample).uuid)
    saved(page)
    assert states(many) == ["pending"] * 60


def test_verifying_again_keeps_the_place_and_the_note(review: Any, samples: list[Sample]) -> None:
    SampleVersion.objects.filter(pk=version(samples[0]).pk).update(output="$2100 is VMAIN.")
    before = painted(review)
    review.fill("[name=note]", "half a note")
    review.keyboard.press("Escape")
    review.keyboard.press("v")
    review.wait_for_selector("[data-card] .finding:has-text('register contradicted')")
    assert said(review) == "Verified again: something has changed."
    assert (painted(review), review.input_value("[name=note]")) == (before, "half a note")
    assert Verdict.objects.get().contradicted == 1
    press(review, "x", "1")
    saved(review)
    assert Review.objects.get().note == "half a note"


def test_similar_leads_to_the_nearest(review: Any, samples: list[Sample]) -> None:
    review.keyboard.press("n")
    review.wait_for_url(f"**/samples/?near={samples[0].uuid}")


def test_neighbours_come_when_one_stays(review: Any) -> None:
    review.wait_for_selector("text=None known: it has no vector until it is examined.")


def test_neighbours_are_not_asked_for_in_passing(review: Any) -> None:
    asked: list[str] = []
    review.on("request", lambda request: asked.append(request.url) if "/near/" in request.url else None)
    for _ in range(8):
        press(review, "j")
        review.evaluate("document.querySelector('[data-review]').dataset.painted")
    assert len(asked) <= 1  # one, where this machine takes longer than a moment for a card


def test_a_cluster_is_decided_and_undone_as_one(review: Any, samples: list[Sample]) -> None:
    Sample.objects.filter(pk__in=[sample.pk for sample in samples[:6]]).update(cluster=samples[0].pk)
    first = painted(review)
    review.keyboard.press("b")
    review.wait_for_selector("[data-cluster-panel]:has-text('5 near-duplicates wait')")
    press(review, "4")
    saved(review)
    assert states(samples[:7]) == ["rejected"] * 6 + ["pending"]
    review.wait_for_function(
        "document.querySelector('[data-said]').textContent.startsWith('6 near-duplicates rejected')"
    )
    press(review, "j")
    assert status(review) == "1 decided here · saved"
    press(review, "u")
    assert painted(review) == first
    saved(review)
    assert states(samples[:7]) == ["pending"] * 7


def test_a_decision_just_taken_is_given_to_its_near_duplicates(review: Any, samples: list[Sample]) -> None:
    Sample.objects.filter(pk__in=[sample.pk for sample in samples[:3]]).update(cluster=samples[0].pk)
    press(review, "a")
    saved(review)
    press(review, "k")
    review.keyboard.press("b")
    review.wait_for_selector("[data-cluster-panel]:has-text('2 near-duplicates wait')")
    press(review, "a")
    saved(review)
    assert states(samples[:4]) == ["accepted"] * 3 + ["pending"]
    press(review, "u")
    saved(review)
    assert states(samples[:4]) == ["accepted", "pending", "pending", "pending"]


def test_keys_of_ones_own(page_as: Callable[[Role | User], Any], samples: list[Sample]) -> None:
    mine = make_user(Role.REVIEWER)
    User.objects.filter(pk=mine.pk).update(keys={"accept": "w", "reject": "q", "help": "h", "next": "m"})
    page = page_as(User.objects.get(pk=mine.pk))
    page.goto("/review/")
    before = painted(page)
    for key in ("a", "x", "1", "?"):
        page.keyboard.press(key)
    assert painted(page) == before and not page.is_visible("#keys-help")
    press(page, "w")
    press(page, "q", "2")
    press(page, "m")
    saved(page)
    assert decisions() == ["accept", "reject"]
    assert page.inner_text("button[value=accept] kbd") == "w"
    page.keyboard.press("h")
    assert "w\naccept" in page.inner_text("#keys-help")


def test_a_screen_reader_hears_what_was_decided_and_what_is_next(review: Any, samples: list[Sample]) -> None:
    region = review.locator("[data-said]")
    assert (region.get_attribute("role"), region.get_attribute("aria-live")) == ("status", "polite")
    press(review, "x", "6")
    assert said(review) == f"Rejected: hard to understand. Now: Sample {samples[1].pk}, 65816 assembly, register."
    press(review, "u")
    assert said(review).startswith("Taken back: rejected: hard to understand. Now: Sample")
    saved(review)


def test_focus_follows_the_card(review: Any) -> None:
    review.focus("button[value=skip]")
    press(review, "s")
    assert review.evaluate("document.activeElement.matches('[data-card]')")
    saved(review)


def test_on_a_phone_everything_is_in_reach(review: Any) -> None:
    review.set_viewport_size({"width": 390, "height": 844})
    for what in ("Accept", "Reject", "Skip", "Golden", "Flag", "Undo", "Previous", "Next"):
        box = review.locator(f".review-bar .button:has-text('{what}')").first.bounding_box()
        assert box and box["y"] > 844 / 2, what
    assert review.evaluate("document.documentElement.scrollWidth") <= 390
    review.click("[data-reasons] summary")
    sheet = review.locator(".review-keys .reasons").bounding_box()
    assert sheet and sheet["y"] + sheet["height"] <= 844 and sheet["width"] == 390
