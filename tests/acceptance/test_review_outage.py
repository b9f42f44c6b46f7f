"""A reviewer goes on while the web server is killed and started again: nothing is lost, nothing counts twice."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from afsweb.core.models import Role
from datasets_app.models import Review, Sample
from tests.acceptance.conftest import database_url
from tests.browser.test_review import painted, saved
from tests.conftest import ClientAs, make_user
from tests.review.making import make_samples_of, make_source
from tests.webserver import WebServer

DECISIONS = 200
KILLS = (30, 90, 150)
"""After so many decisions the server is killed. It starts again once the browser has no card left."""


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Generator[WebServer]:
    server = WebServer(database_url(), tmp_path / "web.log")
    server.start()
    yield server
    server.kill()
    print(server.log.read_text()[-4000:])  # pytest shows it when the test failed


@pytest.fixture
def page(server: WebServer, browser: Any, client_as: ClientAs) -> Generator[Any]:
    make_samples_of(make_source(), DECISIONS + 50)
    context = browser.new_context(base_url=server.url)
    cookie = client_as(make_user(Role.REVIEWER)).cookies["sessionid"]
    context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": server.url}])
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    page.close()
    context.close()


def test_two_hundred_decisions_over_three_kills(server: WebServer, page: Any) -> None:
    page.goto("/review/")
    shown, without_it = painted(page), 0
    for number in range(DECISIONS):
        if number in KILLS:
            server.kill()
        without_it += not server.is_up
        page.keyboard.press("a" if number % 2 else "g")
        page.wait_for_function(
            "before => document.querySelector('[data-review]').dataset.painted !== before", arg=shown
        )
        if not server.is_up and not page.query_selector("[data-card]"):
            server.start()
        shown = painted(page, shown)
    saved(page)
    assert without_it >= 3 * len(KILLS)
    assert page.inner_text("[data-saved]") == f"{DECISIONS} decided here · saved"
    assert Review.objects.count() == DECISIONS
    assert Sample.objects.filter(state="accepted", revision=1).count() == DECISIONS
    assert Sample.objects.filter(is_golden=True).count() == DECISIONS // 2
