"""Fixtures for every test: a user per role, logged-in clients, a real browser. servers.py brings the servers."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable, Generator
from functools import cache
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.db import DEFAULT_DB_ALIAS, connections
from django.test import Client

from afsweb.core.models import Role, User
from afsweb.observability.errors import KeepErrors

PASSWORD = "a password of the tests"
BROWSER_FLAGS = [
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# A million by design; the tests check hundreds of passwords.
PBKDF2PasswordHasher.iterations = 1_000

# No property is about time: what a busy machine takes for one example says nothing about it.
hypothesis.settings.register_profile(
    "afsweb", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("afsweb")

ClientAs = Callable[[Role | User], Client]


def pytest_itemcollected(item: pytest.Item) -> None:
    """A test with real transactions empties every table when it ends; give the next one the migrations' rows again."""
    names = getattr(item, "fixturenames", [])
    mark = item.get_closest_marker("django_db")
    asked = dict(mark.kwargs) if mark else {}
    if "live_server" in names or "transactional_db" in names or asked.get("transaction"):
        asked |= {"transaction": True, "serialized_rollback": True}
        item.add_marker(pytest.mark.django_db(**asked), append=False)


@pytest.fixture(autouse=True, scope="session")
def errors_are_not_kept() -> None:
    """Their rows are written over a connection of their own, outside of a test's transaction; one file tests that.

    A command that a test runs sets Django up once more, and its logging with it.
    """
    handlers: Any = settings.LOGGING["handlers"]
    handlers["errors"] = {"class": "logging.NullHandler"}
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, KeepErrors)]:
        root.removeHandler(handler)


@cache
def password_hash() -> str:
    return make_password(PASSWORD)


def make_user(role: Role) -> User:
    return User.objects.create(username=f"a-{role}", role=role, password=password_hash())


@pytest.fixture
def viewer(db: None) -> User:
    return make_user(Role.VIEWER)


@pytest.fixture
def reviewer(db: None) -> User:
    return make_user(Role.REVIEWER)


@pytest.fixture
def trainer(db: None) -> User:
    return make_user(Role.TRAINER)


@pytest.fixture
def admin_user(db: None) -> User:
    return make_user(Role.ADMIN)


@pytest.fixture
def client_as(db: None) -> ClientAs:
    """`client_as(Role.REVIEWER)` or `client_as(reviewer)`: a client that is logged in."""

    def log_in(who: Role | User) -> Client:
        client = Client()
        client.force_login(who if isinstance(who, User) else get_or_make(who))
        return client

    return log_in


def get_or_make(role: Role) -> User:
    return User.objects.filter(username=f"a-{role}").first() or make_user(role)


def find_chromium() -> str | None:
    named = os.environ.get("CHROMIUM_PATH")
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return named or next((path for path in map(shutil.which, names) if path), None)


@pytest.fixture(scope="module")
def browser() -> Generator[Any]:
    """Chromium, one for each test file.

    While it runs Python believes to be in an event loop, where Django refuses queries and uses other connections.
    """
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium on this machine: install the package chromium, or name the program in CHROMIUM_PATH")
    from playwright.sync_api import sync_playwright

    flags = [*BROWSER_FLAGS, "--no-sandbox"] if os.geteuid() == 0 else BROWSER_FLAGS
    database = connections[DEFAULT_DB_ALIAS]
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        connections[DEFAULT_DB_ALIAS] = database
        chromium = playwright.chromium.launch(executable_path=path, args=flags)
        yield chromium
        chromium.close()


@pytest.fixture
def console_errors() -> list[str]:
    """What the page complained of so far. A test that provokes a complaint takes it out of the list."""
    return []


@pytest.fixture
def page(browser: Any, live_server: Any, console_errors: list[str]) -> Generator[Any]:
    """An empty page of the running site, whose test fails when the page complains."""
    context = browser.new_context(base_url=live_server.url)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("console", lambda message: console_errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: console_errors.append(str(error)))
    under_way: set[Any] = set()
    page.on("request", lambda request: under_way.add(request))
    for ended in ("requestfinished", "requestfailed"):
        page.on(ended, lambda request: under_way.discard(request))
    yield page
    # A request that outlives its test would hold tables that the next one empties; the end of one may begin another.
    until, quiet = time.monotonic() + 5, 0
    while quiet < 4 and time.monotonic() < until:
        page.wait_for_timeout(20)
        quiet = 0 if under_way else quiet + 1
    context.close()
    assert not console_errors, console_errors


@pytest.fixture
def page_as(page: Any, live_server: Any, client_as: ClientAs) -> Callable[[Role | User], Any]:
    """`page_as(Role.REVIEWER)`: the page, logged in."""

    def log_in(who: Role | User) -> Any:
        cookie = client_as(who).cookies["sessionid"]
        page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
        return page

    return log_in
