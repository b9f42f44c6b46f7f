"""The embedded Postgres: a password, loopback only, never root, and data that outlive a kill."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg
import pytest

from afsweb.services.accounts import Account, can_reach, server_account
from afsweb.services.binaries import postgres_binaries
from afsweb.services.errors import DataOfOtherVersion, DataUnreachable, PasswordDoesNotFit, ServerDidNotStart
from afsweb.services.postgres import THROWAWAY, Postgres, buffers
from afsweb.services.processes import free_port
from tests.servers import roomy_temporary_directory, running


@pytest.fixture
def place() -> Generator[Path]:
    directory = roomy_temporary_directory()
    yield directory / "postgres"
    shutil.rmtree(directory)


@pytest.fixture
def server(place: Path) -> Postgres:
    account = server_account(place)
    server = Postgres(place, postgres_binaries(account), account, "p@ss/word", free_port(), THROWAWAY)
    server.prepare()
    return server


def log_of(server: Postgres) -> Path:
    return server.place.parent / "log"


def ask(server: Postgres, question: str) -> object:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        row = connection.execute(question).fetchone()
        return row and row[0]


@pytest.mark.parametrize(("gib", "mib"), [(1, 128), (8, 512), (24, 1536), (512, 2048)])
def test_it_keeps_a_sixteenth_of_the_memory_at_hand(gib: int, mib: int) -> None:
    assert buffers(gib << 30) == mib


def test_listens_on_loopback_with_password_and_vectors(server: Postgres) -> None:
    with running(server.program(), log_of(server), server.wait):
        server.make_database()
        server.make_database()
        assert ask(server, "SELECT '[1,2]'::vector <-> '[1,2]'::vector") == 0
        assert ask(server, "SHOW listen_addresses") == "127.0.0.1"
        assert ask(server, "SHOW unix_socket_directories") == ""
        assert (ask(server, "SHOW tcp_keepalives_idle"), ask(server, "SHOW tcp_user_timeout")) == ("30", "60000")
        assert ask(server, "SELECT lower('ÄÖ')") == "äö"
        wrong = f"postgresql://afs:wrong@127.0.0.1:{server.port}/afsweb"
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)


def test_runs_as_an_ordinary_user(server: Postgres) -> None:
    with running(server.program(), log_of(server), server.wait) as process:
        assert psutil.Process(process.pid).uids().real != 0


def test_other_password_is_refused(server: Postgres) -> None:
    other = replace(server, password="other")
    with (
        pytest.raises(PasswordDoesNotFit, match="made with another password"),
        running(server.program(), log_of(server), other.wait),
    ):
        pass


def test_data_outlive_a_kill(server: Postgres) -> None:
    durable = replace(server, settings={})
    with running(durable.program(), log_of(server), durable.wait) as process:
        durable.make_database()
        with psycopg.connect(durable.url(), autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        process.kill()
        process.wait()
    durable.prepare()
    with running(durable.program(), log_of(server), durable.wait):
        assert ask(durable, "SELECT answer FROM kept") == 42


def test_server_that_still_runs_on_the_data_is_ended_first(server: Postgres) -> None:
    with running(server.program(), log_of(server), server.wait) as process:
        again = replace(server, port=free_port())
        again.prepare()
        assert process.wait(60) is not None
        with running(again.program(), log_of(server), again.wait):
            assert again.answers()


def test_lock_file_of_a_number_given_out_again_is_dropped(server: Postgres) -> None:
    lock = server.data / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{server.data}\n")
    server.prepare()
    assert not lock.exists()


def test_interrupted_initdb_is_done_again(place: Path) -> None:
    account = server_account(place)
    server = Postgres(place, postgres_binaries(account), account, "x", free_port(), THROWAWAY)
    (place / "draft").mkdir(parents=True)
    (place / "draft" / "PG_VERSION").write_text("1")
    if account:
        for path in (place, place / "draft"):
            os.chown(path, *account)
    server.prepare()
    assert (server.data / "PG_VERSION").read_text() == "18\n"


def test_data_of_another_version_are_refused(server: Postgres) -> None:
    (server.data / "PG_VERSION").write_text("16\n")
    with pytest.raises(DataOfOtherVersion, match="written by Postgres 16, and this is Postgres 18"):
        server.prepare()


def test_start_that_fails_shows_the_log(server: Postgres) -> None:
    broken = replace(server, settings={"shared_buffers": "lots"})
    with (
        pytest.raises(ServerDidNotStart, match="invalid value for parameter"),
        running(broken.program(), log_of(server), broken.wait),
    ):
        pass


def test_data_that_the_server_account_cannot_reach_are_refused(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    account = Account(65534, 65534)
    assert not can_reach(closed, account)
    if os.geteuid() != 0:
        pytest.skip("only root gives data to another user")
    server = Postgres(closed / "postgres", Path("/nowhere"), account, "x", 1)
    with pytest.raises(DataUnreachable):
        server.prepare()
