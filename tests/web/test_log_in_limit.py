"""Ten tries an hour for an account from one address, twenty for an address; nobody can lock somebody else out."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.http import HttpRequest
from django.test import Client
from pytest_django.fixtures import Settings

from afsweb.accounts import tries
from afsweb.accounts.errors import TooManyTries
from afsweb.core.models import User
from tests.conftest import PASSWORD

HERE, ELSEWHERE = "203.0.113.7", "203.0.113.8"


def try_password(client: Client, name: str = "a-viewer", password: str = "wrong", address: str = HERE) -> int:
    return client.post("/login/", {"username": name, "password": password}, REMOTE_ADDR=address).status_code


def test_eleventh_try_is_refused_even_with_the_right_password(client: Client, viewer: User) -> None:
    assert [try_password(client) for _ in range(10)] == [200] * 10
    refused = client.post("/login/", {"username": "a-viewer", "password": PASSWORD}, REMOTE_ADDR=HERE)
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 3600
    assert "Too many log-in tries for this account from your address" in refused.content.decode()
    assert "_auth_user_id" not in client.session


def test_owner_gets_in_from_elsewhere_meanwhile(client: Client, viewer: User) -> None:
    for _ in range(11):
        try_password(client)
    assert try_password(client, password=PASSWORD, address=ELSEWHERE) == 302


def test_address_is_refused_after_twenty_names(client: Client, viewer: User) -> None:
    assert [try_password(client, name=f"guess-{i}") for i in range(20)] == [200] * 20
    assert try_password(client, name="a-viewer", password=PASSWORD) == 429


def test_right_password_forgets_the_wrong_ones(client: Client, viewer: User) -> None:
    for _ in range(3):
        assert [try_password(client) for _ in range(5)] == [200] * 5
        assert try_password(client, password=PASSWORD) == 302
        client.logout()


def test_spelling_of_the_name_makes_no_new_count(client: Client, viewer: User) -> None:
    names = ["a-viewer", "A-Viewer", "A-VIEWER", "ａ-viewer"]
    assert [try_password(client, name=names[i % 4]) for i in range(11)][-1] == 429


def test_processes_count_together(client: Client, viewer: User) -> None:
    script = (
        "import django; django.setup();"
        "from afsweb.accounts.tries import count_try;"
        f"[count_try('a-viewer', '{HERE}') for _ in range(6)]"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "afsweb.settings"}
    done = [subprocess.run([sys.executable, "-c", script], env=environment, check=False) for _ in range(2)]
    assert [process.returncode for process in done] == [0, 1]  # six tries, and six of which the fifth is one too many
    assert try_password(client) == 429


def test_hour_begins_with_the_first_try(db: None) -> None:
    for _ in range(10):
        tries.count_try("somebody", HERE)
    pair, place = tries._keys("somebody", HERE)
    tries._store().expire(pair, 100)
    with pytest.raises(TooManyTries) as refused:
        tries.count_try("somebody", HERE)
    assert refused.value.seconds <= 100
    assert 3500 < tries._store().ttl(place) <= 3600


def test_names_are_not_readable_in_valkey(db: None) -> None:
    tries.count_try("my-password-by-mistake", HERE)
    assert not [key for key in tries._store().scan_iter("afsweb:*") if b"mistake" in key]


def test_nobody_logs_in_while_tries_cannot_be_counted(
    client: Client, viewer: User, settings: Settings, request: pytest.FixtureRequest
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    tries._store.cache_clear()
    request.addfinalizer(tries._store.cache_clear)
    response = client.post("/login/", {"username": "a-viewer", "password": PASSWORD}, REMOTE_ADDR=HERE)
    settings.REDIS_URL = ""
    assert response.status_code == 503
    assert "failed tries cannot be counted" in response.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("peer", "forwarded", "behind_proxy", "counted"),
    [
        ("203.0.113.7", "198.51.100.1", False, "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1", True, "198.51.100.1"),
        ("127.0.0.1", "10.1.1.1, 198.51.100.1", True, "198.51.100.1"),
        ("127.0.0.1", "", True, "unknown"),
        ("2001:db8:1:2:3:4:5:6", "", False, "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "", False, "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "", False, "203.0.113.7"),
        ("", "", False, "unknown"),
    ],
)
def test_address_that_counts(peer: str, forwarded: str, behind_proxy: bool, counted: str, settings: Settings) -> None:
    settings.BEHIND_PROXY = behind_proxy
    request = HttpRequest()
    request.META = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded}
    assert tries.client_address(request) == counted
