"""The review page in a real browser: by keyboard alone, with the server there, away, and answering into the void."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from afsweb.core.models import Role, User
from datasets_app.models import Decision, RejectReason, Review, Sample
from datasets_app.review.decisions import decide
from tests.conftest import make_user
from tests.review.making import make_samples_of, make_source, version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SEND = "**/review/decisions/"


@pytest.fixture
def samples(live_server: Any) -> list[Sample]:
    return make_samples_of(make_source(), 30)


@pytest.fixture
def reviewer(live_server: Any) -> User:
    return make_user(Role.REVIEWER)


@pytest.fixture
def review(samples: list[Sample], page_as: Callable[[Role | User], Any], reviewer: User) -> Any:
    """The review page, with its first card painted and those that come next at hand."""
    page = page_as(reviewer)
    page.goto("/review/")
    painted(page)
    has_cards_ahead(page, min(10, len(samples) - 1))
    return page


def has_cards_ahead(page: Any, count: int) -> None:
    """Wait until so many cards are at hand, which a page needs to go on without its server."""
    page.wait_for_function("count => document.querySelector('[data-review]').dataset.ahead >= count", arg=count)


def painted(page: Any, other_than: str = "") -> str:
    """The version on the screen, once one is painted that is not `other_than`."""
    seen = "document.querySelector('[data-review]')?.dataset.painted"
    page.wait_for_function(f"before => {seen} && {seen} !== before", arg=other_than)
    return str(page.evaluate(seen))


def press(page: Any, *keys: str) -> None:
    """Press keys, the last of which decides, and wait for the next card."""
    before = painted(page)
    for key in keys:
        page.keyboard.press(key)
    painted(page, before)


def saved(page: Any) -> None:
    page.wait_for_selector("[data-saved][data-waiting='0']")


def status(page: Any) -> str:
    return str(page.inner_text("[data-saved]"))


def states(samples: list[Sample]) -> list[str]:
    known = dict(Sample.objects.values_list("pk", "state"))
    return [known[sample.pk] for sample in samples]


@contextmanager
def server_away(page: Any, console_errors: list[str]) -> Iterator[None]:
    """While the block lasts, no decision reaches the server."""
    page.route(SEND, lambda route: route.abort())
    yield
    page.unroute(SEND)
    console_errors.clear()  # the browser complains of each request that failed


def test_a_reviewer_decides_by_keyboard_alone(review: Any, samples: list[Sample]) -> None:
    press(review, "a")
    press(review, "x", "1")
    press(review, "s")
    press(review, "g")
    press(review, "f")
    saved(review)
    assert status(review) == "5 decided here · saved"
    assert states(samples[:5]) == ["accepted", "rejected", "pending", "accepted", "pending"]
    told = Review.objects.order_by("pk").values_list("decision", "reason", "sample__is_golden")
    assert list(told) == [
        ("accept", "", False),
        ("reject", "wrong_fact", False),
        ("skip", "", False),
        ("golden", "", True),
        ("flag", "", False),
    ]
    assert Review.objects.filter(seconds__gt=0, seconds__lt=60).count() == 5


def test_each_digit_is_its_reason(review: Any) -> None:
    for digit in "123456789":
        press(review, "x", digit)
    saved(review)
    assert list(Review.objects.order_by("pk").values_list("reason", flat=True)) == RejectReason.values


def test_undo_goes_back_card_by_card_and_lets_decide_anew(review: Any, samples: list[Sample]) -> None:
    first = painted(review)
    press(review, "a")
    second = painted(review)
    press(review, "g")
    saved(review)
    press(review, "u")
    assert painted(review) == second
    press(review, "u")
    assert painted(review) == first
    press(review, "x", "6")
    press(review, "a")
    saved(review)
    assert states(samples[:2]) == ["rejected", "accepted"]
    assert not Sample.objects.filter(is_golden=True).exists()
    assert Review.objects.filter(undone_at__isnull=False).count() == 2


def test_undo_reaches_back_beyond_this_page(review: Any, samples: list[Sample]) -> None:
    first = painted(review)
    press(review, "a")
    saved(review)
    review.goto("/review/")
    painted(review, first)
    press(review, "u")
    assert painted(review) == first
    assert states(samples[:1]) == ["pending"]


def test_undo_of_what_was_not_sent_never_reaches_the_server(
    review: Any, samples: list[Sample], console_errors: list[str]
) -> None:
    with server_away(review, console_errors):
        press(review, "s")
        press(review, "a")
        press(review, "u")
    press(review, "x", "9")
    saved(review)
    assert list(Review.objects.order_by("pk").values_list("decision", flat=True)) == ["skip", "reject"]


def test_decisions_wait_while_the_server_is_away(review: Any, samples: list[Sample], console_errors: list[str]) -> None:
    with server_away(review, console_errors):
        for _ in range(5):
            press(review, "a")
        review.wait_for_function("() => document.querySelector('[data-saved]').textContent.includes('away')")
        assert status(review) == "5 decided here · 5 not saved yet: the server is away"
        assert not Review.objects.exists()
    saved(review)
    assert states(samples[:6]) == ["accepted"] * 5 + ["pending"]


def test_decisions_outlive_the_page(review: Any, samples: list[Sample], console_errors: list[str]) -> None:
    with server_away(review, console_errors):
        for _ in range(3):
            press(review, "g")
        review.reload()
        # What is decided but not yet saved is not shown again, though the server still offers it.
        assert painted(review) == str(version(samples[3]).uuid)
    saved(review)
    assert states(samples[:4]) == ["accepted"] * 3 + ["pending"]
    assert Review.objects.count() == 3


def test_an_answer_that_got_lost_counts_nothing_twice(
    review: Any, samples: list[Sample], console_errors: list[str]
) -> None:
    def swallow(route: Any) -> None:
        route.fetch()
        route.abort()

    review.route(SEND, swallow, times=2)
    for _ in range(4):
        press(review, "a")
    saved(review)
    console_errors.clear()
    assert states(samples[:5]) == ["accepted"] * 4 + ["pending"]
    assert Review.objects.count() == 4


def test_a_held_key_decides_once(review: Any) -> None:
    before = painted(review)
    review.keyboard.down("a")
    for _ in range(5):
        review.keyboard.down("a")  # the browser marks these as repeats
    painted(review, before)
    review.keyboard.down("a")
    review.keyboard.up("a")
    saved(review)
    assert Review.objects.count() == 1


def test_a_key_before_the_card_is_painted_decides_nothing(review: Any) -> None:
    before = painted(review)
    review.evaluate(
        """() => { for (const key of "aag") document.body.dispatchEvent(
            new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })); }"""
    )
    painted(review, before)
    saved(review)
    assert list(Review.objects.values_list("decision", flat=True)) == ["accept"]


def test_keys_in_the_note_are_text(review: Any) -> None:
    before = painted(review)
    review.click("input[name=note]")
    review.keyboard.type("a fax, gust")
    review.keyboard.press("Enter")
    assert painted(review) == before
    review.keyboard.press("Escape")
    press(review, "a")
    saved(review)
    assert list(Review.objects.values_list("decision", "note")) == [("accept", "a fax, gust")]


def test_a_conflict_names_who_was_faster(review: Any, samples: list[Sample]) -> None:
    other = make_user(Role.TRAINER)
    decide(other, version(samples[0]), Decision.REJECT, revision=0, reason=RejectReason.FORMAT)
    press(review, "a")
    press(review, "a")
    review.wait_for_selector("[data-notices] li")
    saved(review)
    assert "a-trainer rejected it just now (badly formatted)" in review.inner_text("[data-notices]")
    assert status(review) == "1 decided here · saved"
    assert states(samples[:2]) == ["rejected", "accepted"]
    review.click("[data-notices] a")
    assert painted(review) == str(version(samples[0]).uuid)


def test_edit_and_back_to_the_same_sample(review: Any, samples: list[Sample]) -> None:
    press(review, "a")
    review.keyboard.press("e")
    review.fill("textarea[name=output]", "It is INIDISP.")
    review.click("text=Save as a new version")
    painted(review)
    assert "It is INIDISP." in review.inner_text("[data-card]")
    review.keyboard.press("v")  # an edited text is golden only once it was verified
    review.wait_for_selector("[data-said]:has-text('Verified again')")
    press(review, "g")
    saved(review)
    after = Sample.objects.select_related("current").get(pk=samples[1].pk)
    assert (after.is_golden, version(after).output, version(after).number) == (True, "It is INIDISP.", 2)
    assert states(samples[:1]) == ["accepted"]


def test_an_undone_edit_brings_the_old_text_and_the_new_one_no_more(review: Any, samples: list[Sample]) -> None:
    old = painted(review)
    review.keyboard.press("e")
    review.fill("textarea[name=output]", "It is INIDISP.")
    with review.expect_response("**/review/next/*"):
        review.click("text=Save as a new version")
    edited = painted(review, old)
    # Before the page knows what was decided, a form would undo it.
    review.wait_for_function("() => document.querySelector('[data-undo] [name=key]').value === ''")
    review.keyboard.press("u")
    assert painted(review, edited) == old
    press(review, "a")
    assert painted(review) == str(version(samples[1]).uuid)
    press(review, "a")
    saved(review)
    assert not review.is_visible("[data-notices]")
    assert states(samples[:3]) == ["accepted", "accepted", "pending"]


def test_the_end_of_the_queue_is_said_and_can_be_taken_back(review: Any, samples: list[Sample]) -> None:
    for _ in samples[:-1]:
        press(review, "a")
    review.keyboard.press("a")
    review.wait_for_selector("[data-empty]")
    saved(review)
    assert states(samples) == ["accepted"] * 30
    review.keyboard.press("u")
    assert painted(review) == str(version(samples[-1]).uuid)
    saved(review)


def test_the_help_lists_the_keys_of_the_page(review: Any) -> None:
    review.keyboard.press("?")
    told = review.inner_text("#keys-help")
    for words in ("accept", "reject: a fact is wrong", "flag for another pair of eyes", "undo my last decision"):
        assert words in told
    review.keyboard.press("a")
    assert not Review.objects.exists()


def test_two_reviewers_work_side_by_side_on_different_samples(
    review: Any, browser: Any, live_server: Any, client_as: Any, samples: list[Sample]
) -> None:
    context = browser.new_context(base_url=live_server.url)
    cookie = client_as(make_user(Role.TRAINER)).cookies["sessionid"]
    context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    other = context.new_page()
    other.goto("/review/")
    for _ in range(5):
        press(review, "a")
        press(other, "x", "5")
    for page in (review, other):
        saved(page)
        assert status(page) == "5 decided here · saved"
    context.close()
    assert sorted(states(samples)) == ["accepted"] * 5 + ["pending"] * 20 + ["rejected"] * 5


def test_it_works_without_scripts(
    browser: Any, live_server: Any, client_as: Any, reviewer: User, samples: list[Sample]
) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    cookie = client_as(reviewer).cookies["sessionid"]
    context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    page.goto("/review/")
    page.click("button[value=accept]")
    page.click("summary:has-text('Reject')")
    page.click("button[value=unclear]")
    page.click("button[value=golden]")
    page.click("button:has-text('Undo')")
    assert "Undone." in page.inner_text(".messages")
    context.close()
    assert states(samples[:4]) == ["accepted", "rejected", "pending", "pending"]
