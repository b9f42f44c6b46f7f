"""Judging and picking by the keyboard alone, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from afsweb.core.models import Role
from evals_app.models import Comparison, Duel, Score, Suite
from tests.conftest import make_user
from tests.evals.conftest import MakeVersion
from tests.evals.making import make_comparison, make_run, say_right

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHIPS = "document.querySelector('.head .chips').innerText"


@pytest.fixture
def comparison(suite: Suite, make_version: MakeVersion) -> Comparison:
    before = make_run(suite, make_version("before"), lambda case: "It is CGADD.")
    return make_comparison(before, make_run(suite, make_version("after"), say_right))


def shows(page: Any, words: str) -> None:
    """Wait until the page's head says so."""
    page.wait_for_function(f"(words) => {CHIPS}.includes(words)", arg=words)


def test_answers_are_judged_and_pairs_picked_without_a_mouse(
    page: Any, comparison: Comparison, client_as: Any, live_server: Any
) -> None:
    cookie = client_as(make_user(Role.REVIEWER)).cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    page.goto(f"{comparison.candidate.get_absolute_url()}answers/")
    shows(page, "0 of 15")
    page.keyboard.press("r")
    page.keyboard.type("As 3 says.")
    page.keyboard.press("Tab")
    page.keyboard.press("3")
    shows(page, "1 of 15")
    page.keyboard.press("j")
    page.wait_for_url("**/answers/?answer=*")
    page.keyboard.press("u")
    shows(page, "0 of 15")
    page.keyboard.press("4")
    shows(page, "1 of 15")
    page.goto(f"/comparisons/{comparison.uuid}/duel/")
    shows(page, "0 of 15")
    page.keyboard.press("2")
    shows(page, "1 of 15")
    page.keyboard.press("u")
    shows(page, "0 of 15")
    page.keyboard.press("3")
    shows(page, "1 of 15")
    assert [(one.value, one.explanation) for one in Score.objects.all()] == [(1.0, "")]
    assert Duel.objects.exclude(winner="").get().winner == "both"
