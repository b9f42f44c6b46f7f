"""Postgres stops dead in the middle of a job and starts again: what was committed stays, and nothing is done twice."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from pathlib import Path

import psutil
import pytest
from django.db import connection

from afsweb.services.accounts import server_account
from afsweb.services.binaries import postgres_binaries
from afsweb.services.postgres import THROWAWAY, Postgres
from afsweb.services.processes import start, stop
from tests.acceptance.conftest import Workers, assert_done_once, database_url, make_job, wait_for_steps, wait_until_over
from tests.servers import SERVERS


@pytest.fixture
def durable(transactional_db: None) -> Generator[None]:
    """The servers of the tests may forget the last commits when they crash; this database must not."""
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {name} SET synchronous_commit = on")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {name} RESET synchronous_commit")


def crash_and_restart() -> None:
    """Stop this run's Postgres in immediate mode, which is a crash, and start it again in the same place."""
    home = Path(os.environ["AFS_HOME"])
    place = home / "postgres"
    process = psutil.Process(int((place / "data" / "postmaster.pid").read_text().split()[0]))
    process.send_signal(signal.SIGQUIT)  # "Immediate Shutdown", PostgreSQL 18, 18.5 Shutting Down the Server
    psutil.wait_procs([process], timeout=30)
    port = int(database_url().rpartition(":")[2].partition("/")[0])
    account = server_account(place)
    server = Postgres(place, postgres_binaries(account), account, "test", port, THROWAWAY)
    server.prepare()
    again = start(server.program(), home / "postgres.log")
    server.wait(lambda: again.poll() is None, home / "postgres.log")
    SERVERS.callback(lambda: stop(psutil.Process(again.pid), server.program().stop_signal, patience=5))


def test_crash_in_the_middle_of_a_job(durable: None, workers: Workers) -> None:
    workers.start(2)
    jobs = [make_job(), make_job()]
    for job in jobs:
        wait_for_steps(job)
    crash_and_restart()
    wait_until_over(jobs)
    for job in jobs:
        assert_done_once(job)
