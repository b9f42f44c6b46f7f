"""The other end says nothing any more: its power or network went, or it stands still. Nobody waits for it for good."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Generator
from typing import Any

import pytest
from django.conf import settings as project
from django.db import connection

from afsweb.core.jobs import child
from afsweb.core.jobs.child import Heart
from afsweb.core.jobs.context import JobContext
from afsweb.core.joining.roles import database_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def wire() -> Generator[socket.socket]:
    """The socket of our connection to Postgres."""
    connection.ensure_connection()
    wire = socket.socket(fileno=os.dup(connection.connection.pgconn.socket))
    yield wire
    wire.close()


def shown(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return str(cursor.fetchone()[0])


@pytest.mark.skipif(sys.platform != "linux", reason="these names are Linux's")
def test_our_end_asks_soon_whether_the_other_is_there(wire: socket.socket) -> None:
    assert wire.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    names = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT, socket.TCP_USER_TIMEOUT)
    assert [wire.getsockopt(socket.IPPROTO_TCP, name) for name in names] == [15, 5, 3, 30_000]


def test_a_transaction_that_stands_still_does_not_hold_its_job_for_good() -> None:
    """A little longer than the lease, after which others want the row."""
    assert project.JOB_LEASE == 40
    assert shown("idle_in_transaction_session_timeout") == "1min"


def test_a_machine_is_told_none_of_this_in_its_address() -> None:
    assert database_url("studio", "a password", "hub.lan").endswith(f"/{connection.settings_dict['NAME']}")


class Silence:
    """A job whose database neither answers nor refuses."""

    def __init__(self) -> None:
        self.asked, self.over = threading.Event(), threading.Event()

    def beat(self, _lease: object) -> bool:
        self.asked.set()
        self.over.wait(30)
        return True


@pytest.fixture
def silent(ctx: JobContext) -> Generator[Any]:
    silence: Any = Silence()
    ctx.job = silence
    yield silence
    silence.over.set()


def test_a_child_leaves_when_its_lease_is_over_though_its_beat_still_waits(
    ctx: JobContext, silent: Silence, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.JOB_LEASE = 1.0
    left = threading.Event()
    monkeypatch.setattr(child, "vanish", left.set)
    monkeypatch.setattr(child, "WATCH", 0.05)
    heart = Heart(ctx)
    heart.start()
    assert silent.asked.wait(10)
    begin = time.monotonic()
    threading.Thread(target=heart.watch, daemon=True).start()
    assert left.wait(10)
    assert time.monotonic() - begin > 0.5
    heart.closing.set()


def test_a_child_that_writes_down_its_end_is_not_disturbed(
    ctx: JobContext, silent: Silence, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.JOB_LEASE = 0.0
    left: list[bool] = []
    monkeypatch.setattr(child, "vanish", lambda: left.append(True))
    heart = Heart(ctx)
    heart.closing.set()
    heart.watch()
    assert left == []
