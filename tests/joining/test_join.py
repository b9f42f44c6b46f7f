"""Joining over HTTP: the token is asked for, tries are counted, and the machine gets settings that work."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import django_rq
import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings

from afsweb.core.history import history_of
from afsweb.core.joining.invites import invite
from afsweb.core.models import Host, HostInvite, HostState
from tests.joining.conftest import SOMEBODY


@pytest.fixture(autouse=True)
def tries() -> Generator[None]:
    """Tries of other tests do not count here."""
    django_rq.get_connection().flushall()
    yield
    django_rq.get_connection().flushall()


def ask(token: str, **extra: Any) -> Any:
    extra = {"SERVER_NAME": "127.0.0.1"} | extra
    return Client(enforce_csrf_checks=True).post("/hosts/join/", headers={"Authorization": f"Bearer {token}"}, **extra)


def test_the_right_token_lets_in(roles: None) -> None:
    answer = ask(invite("studio", SOMEBODY))
    assert (answer.status_code, answer["Cache-Control"]) == (
        200,
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )
    given = answer.json()["settings"]
    assert answer.json()["version"] == settings.VERSION
    assert given["AFS_HOST_NAME"] == "studio"
    assert settings.SECRET_KEY not in str(given)
    with psycopg.connect(given["DATABASE_URL"]) as session:
        assert session.execute("SELECT current_user").fetchone() == (Host.objects.get().account,)
    greeting = Client().get("/hosts/me/", headers={"Authorization": f"Bearer {given['AFS_HOST_TOKEN']}"})
    assert greeting.json() == {"name": "studio", "state": "active", "version": settings.VERSION}


def test_a_token_counts_once(roles: None) -> None:
    token = invite("studio", SOMEBODY)
    assert ask(token).status_code == 200
    again = ask(token)
    assert again.status_code == 401
    assert b"make a new one on the Hosts page" in again.content


def test_the_servers_are_named_as_the_machine_reaches_the_hub(roles: None) -> None:
    with override_settings(ALLOWED_HOSTS=["hub.lan"]):
        given = ask(invite("studio", SOMEBODY), SERVER_NAME="hub.lan", SERVER_PORT="8000").json()["settings"]
    assert "@hub.lan:" in given["DATABASE_URL"]
    assert "@hub.lan:" in given["REDIS_URL"]


@pytest.mark.parametrize("token", ["", "afs-join-guess", "afs-host-guess"])
def test_another_token_gets_a_sentence(db: None, token: str) -> None:
    answer = ask(token)
    assert answer.status_code == 401
    assert answer.content.startswith(b"The hub does not know this token")


def test_guessing_ends_after_ten_tries(db: None) -> None:
    assert [ask("afs-join-guess").status_code for _ in range(11)] == [401] * 10 + [429]
    answer = ask(invite("studio", SOMEBODY))
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_without_valkey_nobody_joins_and_the_token_still_counts(roles: None) -> None:
    token = invite("studio", SOMEBODY)
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        answer = ask(token)
    assert answer.status_code == 503
    assert b"Valkey does not answer" in answer.content
    assert HostInvite.objects.get().used_at is None
    assert ask(token).status_code == 200


@contextmanager
def as_a_user_without_rights() -> Generator[None]:
    """All that the hub asks is asked as a role that may read and write, and not make roles."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE modest IN ROLE pg_read_all_data, pg_write_all_data")
        cursor.execute("SET ROLE modest")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute("DROP ROLE modest")


def test_a_hub_that_may_not_make_roles_says_so_and_the_token_still_counts(roles: None) -> None:
    """As with a server of one's own whose user lacks CREATEROLE."""
    token = invite("studio", SOMEBODY)
    with as_a_user_without_rights():
        answer = ask(token)
    assert answer.status_code == 503
    assert b"CREATEROLE" in answer.content
    assert HostInvite.objects.get().used_at is None
    assert Host.objects.get().joined_at is None


def test_it_is_in_the_history(roles: None) -> None:
    ask(invite("studio", SOMEBODY))
    assert history_of(Host.objects.get()).get().verb == "join"
    assert Host.objects.get().state == HostState.ACTIVE
