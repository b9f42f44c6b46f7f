"""Probes: does this process answer, and can the hub work; each part that cannot is named, and nothing else is said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from pytest_django.fixtures import Settings

from afsweb.core.models import Host
from afsweb.services.processes import free_port

NOWHERE = "127.0.0.1"


@pytest.fixture
def worker(transactional_db: None) -> Host:
    """A machine that was heard of just now, seen by every connection."""
    host = Host.objects.create(name="here")
    Host.objects.update(seen_at=Now())
    return host


@pytest.fixture
def no_database(settings: Settings) -> Iterator[None]:
    """Connections that are made from here on find nobody."""
    port, connection.settings_dict["PORT"] = connection.settings_dict["PORT"], str(free_port())
    yield
    connection.settings_dict["PORT"] = port


def ask(client: Client) -> tuple[int, Any]:
    response = client.get("/health/ready")
    return response.status_code, response.json()


def test_all_is_well(worker: Host, client: Client) -> None:
    assert ask(client) == (200, {"database": "ok", "migrations": "ok", "valkey": "ok", "worker": "ok"})


def test_a_silent_worker_is_named(worker: Host, client: Client) -> None:
    Host.objects.update(seen_at="2020-01-01T00:00Z")
    assert ask(client) == (503, {"database": "ok", "migrations": "ok", "valkey": "ok", "worker": "silent"})


def test_a_missing_migration_is_named(worker: Host, client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET name = 'gone' WHERE app = 'core' AND name = '0001_initial'")
        try:
            assert ask(client)[1]["migrations"] == "missing"
        finally:
            cursor.execute("UPDATE django_migrations SET name = '0001_initial' WHERE app = 'core' AND name = 'gone'")


def test_a_valkey_that_is_away_is_named(worker: Host, client: Client, settings: Settings) -> None:
    settings.REDIS_URL = f"redis://user:secret-of-the-test@{NOWHERE}:{free_port()}/0"
    assert ask(client) == (503, {"database": "ok", "migrations": "ok", "valkey": "away", "worker": "ok"})
    assert "secret-of-the-test" not in client.get("/health/ready").content.decode()


def test_a_database_that_is_away_is_named(no_database: None, client: Client) -> None:
    assert ask(client) == (503, {"database": "away", "migrations": "away", "valkey": "ok", "worker": "away"})


def test_the_process_answers_without_a_database(no_database: None, client: Client) -> None:
    response = client.get("/health/live")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_probes_are_not_sent_to_https(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/health/live").status_code == 200
    assert client.get("/health/live", headers={"X-Forwarded-Proto": "http"}).status_code == 200


def test_answers_are_not_kept(client: Client) -> None:
    assert "no-store" in client.get("/health/live")["Cache-Control"]
