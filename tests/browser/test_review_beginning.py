"""The first card comes whatever goes wrong once: a script that fails or hangs, answers that do not come, held rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from afsweb.core.models import Role, User
from datasets_app.models import Review, Sample
from tests.browser.test_review import painted, press, reviewer, samples, saved, states, status
from tests.review.making import make_samples_of, make_source

__all__ = ["reviewer", "samples"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEXT = "**/review/next/*"
SEND = "**/review/decisions/"
SCRIPTS = ["review.js", "review/outbox.js"]


@pytest.fixture
def fresh(page_as: Callable[[Role | User], Any], reviewer: User) -> Any:
    """A page of the reviewer that shows nothing yet."""
    return page_as(reviewer)


def hang(page: Any, address: str) -> None:
    """The first request for the address is never answered."""
    page.route(address, lambda route: None, times=1)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_that_fails_once_is_loaded_again(
    fresh: Any, samples: list[Sample], script: str, console_errors: list[str]
) -> None:
    fresh.route(f"**/static/{script}", lambda route: route.abort(), times=1)
    fresh.goto("/review/")
    painted(fresh)
    press(fresh, "a")
    saved(fresh)
    console_errors.clear()
    assert states(samples[:2]) == ["accepted", "pending"]


def test_a_script_that_never_comes_is_said_and_loaded_again(
    fresh: Any, samples: list[Sample], console_errors: list[str]
) -> None:
    asked: list[str] = []

    def away_the_second_time(route: Any) -> None:
        asked.append(route.request.url)
        (route.abort if len(asked) == 2 else route.continue_)()

    hang(fresh, "**/static/review/outbox.js")
    fresh.route("**/static/review.js", away_the_second_time)  # or the sentence would be gone at once
    fresh.goto("/review/", wait_until="commit")
    fresh.wait_for_selector("[data-saved]:has-text('This page has not come whole')")
    painted(fresh)
    press(fresh, "a")
    saved(fresh)
    console_errors.clear()
    assert states(samples[:2]) == ["accepted", "pending"]


def test_what_somebody_types_meanwhile_is_not_thrown_away(
    fresh: Any, samples: list[Sample], console_errors: Any
) -> None:
    held: list[Any] = []
    fresh.route("**/static/review/tabs.js", lambda route: held.append(route), times=1)
    with fresh.expect_request("**/static/review/tabs.js"):
        fresh.goto("/review/", wait_until="commit")
    fresh.focus("[name=note]")
    held[0].abort()
    fresh.wait_for_selector("[data-saved]:has-text('This page has not come whole')")
    fresh.keyboard.type("It is right")
    fresh.wait_for_timeout(1_500)
    assert fresh.input_value("[name=note]") == "It is right"
    console_errors.clear()


def test_an_answer_that_never_comes_is_said_and_asked_for_again(fresh: Any) -> None:
    hang(fresh, NEXT)
    fresh.goto("/review/")
    fresh.wait_for_selector("[data-saved]:has-text('the server takes long to answer')")
    make_samples_of(make_source(), 3)
    painted(fresh)
    assert status(fresh) == "saved"


def test_rows_that_are_locked_for_a_moment_come_by_themselves(fresh: Any, samples: list[Sample]) -> None:
    with transaction.atomic():
        assert len(Sample.objects.select_for_update()) == 30
        fresh.goto("/review/")
        fresh.wait_for_selector("[data-empty]")
        assert "30 are open in front of other reviewers" in fresh.inner_text("[data-empty]")
    painted(fresh)


def test_a_server_that_fails_is_asked_until_it_answers(fresh: Any, console_errors: list[str]) -> None:
    fresh.route(NEXT, lambda route: route.fulfill(status=503), times=2)
    fresh.goto("/review/")
    fresh.wait_for_selector("[data-saved]:has-text('the server answered 503')")
    make_samples_of(make_source(), 3)
    painted(fresh)
    console_errors.clear()
    assert status(fresh) == "saved"


def test_decisions_that_wait_here_are_sent_when_the_first_cards_come_late(
    fresh: Any, samples: list[Sample], console_errors: list[str]
) -> None:
    fresh.goto("/review/")
    painted(fresh)
    for address in (NEXT, SEND):
        fresh.route(address, lambda route: route.abort())
    press(fresh, "a")
    press(fresh, "x", "6")
    fresh.reload()
    # The server still offers the first one, which was decided here.
    fresh.wait_for_selector("[data-looking]:has-text('No next sample yet: the server is away.')")
    assert status(fresh) == "2 not saved yet: the server is away"
    for address in (NEXT, SEND):
        fresh.unroute(address)
    painted(fresh)
    press(fresh, "a")
    saved(fresh)
    console_errors.clear()
    assert states(samples[:4]) == ["accepted", "rejected", "accepted", "pending"]
    assert Review.objects.count() == 3


def test_the_first_card_waits_for_a_network_that_comes_back(
    fresh: Any, samples: list[Sample], console_errors: list[str]
) -> None:
    fresh.route(NEXT, lambda route: route.abort())
    fresh.goto("/review/")
    first = painted(fresh)  # it comes with the page itself
    fresh.keyboard.press("a")
    fresh.wait_for_selector("[data-looking]:has-text('the server is away. It is asked for until it comes.')")
    fresh.unroute(NEXT)
    assert painted(fresh, first)
    saved(fresh)
    console_errors.clear()
    assert states(samples[:2]) == ["accepted", "pending"]


def test_undo_takes_back_what_waits_here_though_the_server_has_said_nothing(
    fresh: Any, samples: list[Sample], console_errors: list[str]
) -> None:
    fresh.goto("/review/")
    painted(fresh)
    press(fresh, "a")
    saved(fresh)
    for address in (NEXT, SEND):
        fresh.route(address, lambda route: route.abort())
    press(fresh, "a")
    fresh.reload()
    fresh.wait_for_selector("[data-looking]")
    fresh.keyboard.press("u")
    fresh.wait_for_selector("[data-said]:has-text('Taken back: accepted.')", timeout=10_000)
    fresh.keyboard.press("u")  # nobody knows yet what comes before
    fresh.wait_for_selector("[data-said]:has-text('undo it once the server answers')")
    for address in (NEXT, SEND):
        fresh.unroute(address)
    painted(fresh)
    saved(fresh)
    console_errors.clear()
    assert states(samples[:3]) == ["accepted", "pending", "pending"]


def test_a_page_made_before_a_decision_was_saved_does_not_show_its_card_again(
    fresh: Any, samples: list[Sample]
) -> None:
    fresh.goto("/review/")
    first = painted(fresh)
    stale = fresh.request.get("/review/").text()
    assert first in stale
    press(fresh, "a")
    saved(fresh)
    fresh.route("**/review/", lambda route: route.fulfill(content_type="text/html", body=stale), times=1)
    fresh.reload()
    assert painted(fresh) != first
    press(fresh, "a")
    saved(fresh)
    assert states(samples[:3]) == ["accepted", "accepted", "pending"]


def test_a_card_whose_decision_was_taken_back_is_there_when_the_page_is_loaded_again(
    fresh: Any, samples: list[Sample]
) -> None:
    fresh.goto("/review/")
    first = painted(fresh)
    press(fresh, "a")
    saved(fresh)
    press(fresh, "u")
    assert painted(fresh) == first
    saved(fresh)
    fresh.reload()
    assert painted(fresh) == first
    assert states(samples[:1]) == ["pending"]
