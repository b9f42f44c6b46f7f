"""The doctor looks at servers: each fault is told by what the server itself answers, and names its fix."""

from __future__ import annotations

import socket
from collections.abc import Generator
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import connection

from afsweb.core.host_tokens import give_token
from afsweb.core.machine import this_machine
from afsweb.core.models import Host, HostState
from afsweb.doctor.finding import Finding, Level
from afsweb.doctor.hub import check_hub
from afsweb.doctor.names import check_names
from afsweb.doctor.postgres import check_postgres, judge_clock
from afsweb.doctor.valkey import check_valkey

Server = dict[str, str]


@pytest.fixture
def server(transactional_db: None) -> Server:
    """This test's database, as a worker connects to it."""
    return dict(this_machine(settings.QUEUES).database) | {"dbname": connection.settings_dict["NAME"]}


@pytest.fixture
def silent() -> Generator[int]:
    """A port where connections are taken and nothing is ever said, as behind a firewall that drops packets."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


def worst(findings: list[Finding]) -> Finding:
    return next((one for one in findings if one.level == Level.BAD), findings[0])


def test_a_database_that_is_well(server: Server) -> None:
    findings = check_postgres(server, settings.VERSION)
    assert [(one.check, one.level, one.fix) for one in findings] == [
        ("postgres", Level.OK, ""),
        ("clock", Level.OK, ""),
        ("version", Level.OK, ""),
    ]


def test_a_hub_of_another_version(server: Server) -> None:
    found = worst(check_postgres(server, "9.9"))
    assert found.text == f"The hub is version {settings.VERSION}, this machine 9.9: it takes no jobs."
    assert found.fix.startswith(f"Install version {settings.VERSION} here")


def test_a_database_without_tables(server: Server) -> None:
    found = worst(check_postgres(server | {"dbname": "afsweb"}, settings.VERSION))
    assert (found.check, found.fix) == ("version", "Start the hub, which brings them up to date.")


@pytest.mark.parametrize(
    ("changes", "fix"),
    [
        ({"password": "wrong"}, "make a new token on the Hosts page"),
        ({"user": "nobody_of_ours"}, "make a new token on the Hosts page"),
        ({"port": "1"}, "make run BIND=host:port"),
        ({"sslmode": "verify-full"}, "sslmode"),
    ],
)
def test_a_database_that_lets_nobody_in(server: Server, changes: Server, fix: str) -> None:
    found = worst(check_postgres(server | changes, settings.VERSION))
    assert found.level == Level.BAD
    assert fix in found.fix


def test_a_database_behind_a_wall(server: Server, silent: int) -> None:
    found = worst(check_postgres(server | {"port": str(silent)}, settings.VERSION))
    assert f"let port {silent} through" in found.fix


@pytest.mark.parametrize(
    ("ahead", "level"),
    [
        (0.0, Level.OK),
        (-1.9, Level.OK),
        (2.5, Level.WARN),
        (-59.0, Level.WARN),
        (61.0, Level.BAD),
        (-3600.0, Level.BAD),
    ],
)
def test_a_clock_that_is_wrong(ahead: float, level: Level) -> None:
    found = judge_clock(ahead)
    assert found.level == level
    assert ("ahead of" if ahead > 0 else "behind") in found.text


def test_redis_that_is_well() -> None:
    assert [one.level for one in check_valkey(settings.REDIS_URL)] == [Level.OK]


def test_redis_that_lets_nobody_in(silent: int) -> None:
    port = redis.Redis.from_url(settings.REDIS_URL).connection_pool.connection_kwargs["port"]
    assert "make a new token" in worst(check_valkey(f"redis://:wrong@127.0.0.1:{port}/0")).fix
    assert "make run BIND" in worst(check_valkey("redis://127.0.0.1:1/0")).fix
    assert f"Let port {silent} through" in worst(check_valkey(f"redis://127.0.0.1:{silent}/0")).fix


def test_names() -> None:
    assert check_names(["localhost", "127.0.0.1", ""]) == [
        Finding("names", Level.OK, "Resolved: 127.0.0.1, localhost."),
    ]
    (unknown,) = check_names(["no-such-host.invalid", "localhost"])
    assert unknown.level == Level.BAD
    assert "no-such-host.invalid" in unknown.text and "hosts file" in unknown.fix


@pytest.mark.django_db(transaction=True)
def test_a_hub_that_knows_us_or_not(live_server: Any) -> None:
    host = Host.objects.create(name="studio")
    token = give_token(host)
    assert [one.level for one in check_hub(live_server.url, token)] == [Level.OK]
    assert "afs join" in worst(check_hub(live_server.url, "afs-host-guess")).fix
    Host.objects.update(state=HostState.REVOKED)
    assert worst(check_hub(live_server.url, token)).level == Level.BAD
    assert [one.level for one in check_hub(live_server.url, "")] == [Level.OK]


def test_a_hub_that_is_away_or_is_none() -> None:
    assert "Start the hub with BIND" in worst(check_hub("http://127.0.0.1:1", "")).fix
    assert check_hub("", "")[0].level == Level.SKIPPED
    assert worst(check_hub("nonsense", "")).level == Level.BAD


def test_no_secret_is_in_a_finding(server: Server) -> None:
    secret = "a-password-to-look-for"
    findings = check_postgres(server | {"password": secret}, settings.VERSION)
    findings += check_valkey(f"redis://:{secret}@127.0.0.1:1/0")
    findings += check_hub("http://127.0.0.1:1", secret)
    assert secret not in str(findings)
