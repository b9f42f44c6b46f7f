"""What is decided survives: without a network, in two tabs, with storage full, with another person at the browser."""

from __future__ import annotations

from typing import Any

import pytest

from afsweb.core.models import Role, User
from datasets_app.models import Decision, RejectReason, Review, Sample
from datasets_app.review.decisions import decide
from tests.browser.test_review import painted, press, review, reviewer, samples, saved, server_away, states, status
from tests.conftest import make_user
from tests.review.making import version

__all__ = ["review", "reviewer", "samples"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FILL = """() => {
    for (let size = 1 << 20; size >= 1; size >>= 1) {
        try { for (let n = 0; ; n++) localStorage.setItem(`fill-${size}-${n}`, "x".repeat(size)); } catch { /* full */ }
    }
}"""


def ahead(page: Any) -> None:
    """Wait until cards lie ready: one can go on without the server."""
    page.wait_for_selector("[data-do=next]")
    page.wait_for_function("() => Object.keys(localStorage).some((name) => name.startsWith('afs-held:'))")


def log_in_as(page: Any, user: User, client_as: Any, live_server: Any) -> None:
    cookie = client_as(user).cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])


def test_without_a_network_one_goes_on(review: Any, samples: list[Sample], console_errors: list[str]) -> None:
    press(review, "a")
    saved(review)
    review.context.set_offline(True)
    for _ in range(8):
        press(review, "a")
    press(review, "u")
    press(review, "x", "2")
    review.wait_for_function("() => document.querySelector('[data-saved]').textContent.includes('away')")
    assert status(review).startswith("9 decided here · ")
    assert not Review.objects.filter(decision="reject").exists()
    review.context.set_offline(False)
    saved(review)
    console_errors.clear()
    assert states(samples[:10]) == ["accepted"] * 8 + ["rejected", "pending"]
    assert status(review) == "9 decided here · saved"


def test_an_undo_whose_decision_was_refused_says_nothing_of_its_own(
    review: Any, samples: list[Sample], console_errors: list[str]
) -> None:
    decide(make_user(Role.TRAINER), version(samples[0]), Decision.REJECT, revision=0, reason=RejectReason.FORMAT)
    with server_away(review, console_errors):
        press(review, "a")
        review.wait_for_function("() => document.querySelector('[data-saved]').textContent.includes('away')")
        press(review, "u")
        press(review, "x", "6")
        press(review, "a")
    saved(review)
    lines = review.locator("[data-notices] li").all_inner_texts()
    assert len(lines) == 1 and "a-trainer rejected it just now (badly formatted)" in lines[0]
    assert states(samples[:2]) == ["rejected", "accepted"]
    assert status(review) == "1 decided here · saved"
    assert Review.objects.count() == 2


def test_an_undo_after_a_lost_answer_takes_back_what_had_arrived(
    review: Any, samples: list[Sample], console_errors: list[str]
) -> None:
    def swallow(route: Any) -> None:
        route.fetch()
        route.abort()

    review.route("**/review/decisions/", swallow, times=1)
    press(review, "a")
    review.wait_for_function("() => document.querySelector('[data-saved]').textContent.includes('away')")
    press(review, "u")
    press(review, "s")
    saved(review)
    console_errors.clear()
    assert states(samples[:1]) == ["pending"]
    assert list(Review.objects.filter(undone_at__isnull=True).values_list("decision", flat=True)) == ["skip"]


def test_two_tabs_show_different_samples(review: Any, samples: list[Sample]) -> None:
    ahead(review)
    other = review.context.new_page()
    other.goto("/review/")
    assert painted(other) != painted(review)
    for _ in range(5):
        press(review, "a")
        press(other, "g")
    for page in (review, other):
        saved(page)
        assert status(page) == "5 decided here · saved"
        assert not page.is_visible("[data-notices]")
    other.close()
    assert Sample.objects.filter(state="accepted").count() == 10
    assert Review.objects.count() == 10


def test_a_tab_sends_what_a_closed_one_left(review: Any, samples: list[Sample], console_errors: list[str]) -> None:
    ahead(review)
    other = review.context.new_page()
    other.goto("/review/")
    painted(other)
    ahead(other)
    review.context.set_offline(True)
    for _ in range(3):
        press(other, "a")
    other.close()
    assert status(review).startswith("3 not saved yet")
    review.context.set_offline(False)
    saved(review)
    console_errors.clear()
    assert Review.objects.count() == 3


def test_with_storage_full_nothing_is_lost_and_the_page_says_so(
    review: Any, samples: list[Sample], console_errors: list[str]
) -> None:
    with server_away(review, console_errors):
        review.evaluate(FILL)
        for _ in range(3):
            press(review, "a")
        assert "storage is full" in review.inner_text("[data-notices]")
        assert review.locator("[data-notices] li").count() == 1
    saved(review)
    assert states(samples[:4]) == ["accepted"] * 3 + ["pending"]


def test_what_nobody_can_read_in_storage_stops_nothing(review: Any, reviewer: User, samples: list[Sample]) -> None:
    review.evaluate("user => localStorage.setItem(`afs-review:${user}:000`, '{broken')", str(reviewer.uuid))
    review.reload()
    press(review, "a")
    saved(review)
    assert states(samples[:1]) == ["accepted"]


def test_decisions_wait_for_the_person_who_took_them(
    review: Any,
    reviewer: User,
    samples: list[Sample],
    client_as: Any,
    live_server: Any,
    console_errors: list[str],
) -> None:
    other = make_user(Role.TRAINER)
    with server_away(review, console_errors):
        press(review, "a")
        press(review, "a")
        log_in_as(review, other, client_as, live_server)
        review.goto("/review/")
        painted(review)
    assert "2 decisions of somebody else wait in this browser" in review.inner_text("[data-notices]")
    press(review, "g")
    saved(review)
    assert list(Review.objects.values_list("reviewer__username", "decision")) == [("a-trainer", "golden")]
    log_in_as(review, reviewer, client_as, live_server)
    review.goto("/review/")
    painted(review)
    saved(review)
    assert Review.objects.filter(reviewer=reviewer, decision="accept").count() == 2
    assert states(samples[:2]) == ["accepted", "accepted"]


def test_a_page_of_somebody_else_decides_nothing_in_my_name(
    review: Any,
    reviewer: User,
    samples: list[Sample],
    client_as: Any,
    live_server: Any,
    console_errors: list[str],
) -> None:
    ahead(review)
    log_in_as(review, make_user(Role.TRAINER), client_as, live_server)
    press(review, "a")
    review.wait_for_function(
        "() => document.querySelector('[data-saved]').textContent.includes('log in as that person')"
    )
    assert not Review.objects.exists()
    log_in_as(review, reviewer, client_as, live_server)
    review.evaluate("window.dispatchEvent(new Event('online'))")
    saved(review)
    console_errors.clear()  # the refusals that it tried against
    assert list(Review.objects.values_list("reviewer__username", flat=True)) == ["a-reviewer"]
