"""A reviewer goes on while the web server, Valkey and the network fail: nothing is lost, nothing counts twice."""

from __future__ import annotations

import random
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from afsweb.core.models import Role
from datasets_app.models import Review
from tests.acceptance.conftest import database_url
from tests.conftest import ClientAs, make_user
from tests.review.making import make_samples_of, make_source
from tests.reviewing.outages import Reviewing, faults
from tests.reviewing.trouble import Doorbell, Trouble, troubles
from tests.reviewing.webserver import WebServer

DECISIONS = 100


@pytest.fixture
def doorbell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Doorbell]:
    doorbell = Doorbell(tmp_path)
    doorbell.start()
    monkeypatch.setenv("REDIS_URL", doorbell.server.url())
    yield doorbell
    doorbell.kill()


@pytest.fixture
def server(doorbell: Doorbell, transactional_db: None, tmp_path: Path) -> Generator[WebServer]:
    server = WebServer(database_url(), tmp_path / "web.log")
    server.start()
    yield server
    server.kill()
    print(server.log.read_text()[-4000:])  # pytest shows it when the test failed


@pytest.fixture
def page(server: WebServer, browser: Any, client_as: ClientAs) -> Generator[Any]:
    make_samples_of(make_source(), 2 * DECISIONS)
    context = browser.new_context(base_url=server.url)
    cookie = client_as(make_user(Role.REVIEWER)).cookies["sessionid"]
    context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": server.url}])
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    page.close()
    context.close()


def test_what_was_pressed_is_what_is_kept(server: WebServer, doorbell: Doorbell, page: Any) -> None:
    person = Reviewing(page, random.Random(7), *troubles(server, doorbell, page))
    person.go(DECISIONS)
    assert faults(person.taken) == {"lost": 0, "doubled": 0, "out_of_order": 0, "standing_otherwise": 0}
    assert all(trouble.times for trouble in person.troubles)
    assert person.counts["while_away"] >= 10


def test_a_decision_too_many_or_too_few_would_be_seen(server: WebServer, page: Any) -> None:
    web, network, valkey = (Trouble(lambda: None, lambda: None) for _ in range(3))
    person = Reviewing(page, random.Random(3), web, network, valkey)
    person.go(6)
    standing = list(Review.objects.filter(undone_at__isnull=True).order_by("pk"))
    assert faults([*person.taken, ("a version", "accept", "")])["lost"] == 1
    assert faults(person.taken[:-1])["doubled"] == 1
    assert faults([person.taken[-1], *person.taken[:-1]])["out_of_order"] > 0
    assert len(standing) == len(person.taken)
