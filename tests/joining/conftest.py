"""A machine that joined: with its role in this run's Postgres and its user in this run's Valkey."""

from __future__ import annotations

from collections.abc import Generator

import psycopg
import pytest
import redis
from django.db import connection

from afsweb.core.jobs.actions import Actor
from afsweb.core.joining.bells import drop_bell_user
from afsweb.core.joining.invites import invite
from afsweb.core.joining.join import join
from afsweb.core.joining.roles import drop_role
from afsweb.core.models import EventSource, Host

SOMEBODY = Actor(None, EventSource.CLI)


class Machine:
    """What the machine has in its hands after joining."""

    def __init__(self, name: str, *, may_use_keys: bool = False) -> None:
        self.settings = join(invite(name, SOMEBODY, may_use_keys=may_use_keys), "127.0.0.1")
        self.host = Host.objects.get(name=name)
        self.open: list[psycopg.Connection] = []

    def connect(self) -> psycopg.Connection:
        """A session in Postgres with its own role."""
        session = psycopg.connect(self.settings["DATABASE_URL"], autocommit=True)
        self.open.append(session)
        return session

    def valkey(self) -> redis.Redis:
        """Valkey with its own user."""
        return redis.Redis.from_url(self.settings["REDIS_URL"])


@pytest.fixture
def roles(transactional_db: None) -> Generator[None]:
    """Machines may join in this test; their roles go when it ends."""
    yield
    for host in Host.objects.all():
        drop_role(host.account)
        drop_bell_user(host.account)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'afs\\_host\\_%'")
        assert cursor.fetchone() == (0,)


@pytest.fixture
def machine(roles: None) -> Generator[Machine]:
    machine = Machine("studio")
    yield machine
    for session in machine.open:
        session.close()
