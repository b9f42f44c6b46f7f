"""A checkout that only root can enter: Postgres' own user gets the data and the programs in a place it can reach."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest

from afsweb.services import binaries
from afsweb.services.accounts import can_reach
from afsweb.services.binaries import postgres_binaries
from afsweb.services.home import Home
from afsweb.services.servers import embedded_postgres, postgres_place
from tests.servers import roomy_temporary_directory, running

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs Postgres as somebody else")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Home]:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.delenv("DATABASE_URL")
    home = Home(closed / ".afs")
    home.prepare()
    yield home
    shutil.rmtree(postgres_place(home), ignore_errors=True)


def test_data_lie_outside_and_are_found_again(home: Home, tmp_path: Path) -> None:
    for _start in ("first", "second"):
        server = embedded_postgres(home)
        assert server is not None and server.account is not None
        assert not server.place.is_relative_to(home.root)
        server.prepare()
        with running(server.program(), tmp_path / "log", server.wait):
            server.make_database()
    assert home.root.parent.stat().st_mode & 0o777 == 0o700


def test_new_checkout_at_the_same_path_does_not_meet_the_old_data(home: Home) -> None:
    first = postgres_place(home)
    shutil.rmtree(home.root)
    home.prepare()
    assert postgres_place(home) != first


def test_home_that_is_closed_later_keeps_its_data(home: Home) -> None:
    (home.root / "postgres").mkdir()
    assert postgres_place(home) == home.root / "postgres"


def test_programs_are_copied_to_where_everybody_can_run_them(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = embedded_postgres(home)
    assert server is not None and server.account is not None
    public = roomy_temporary_directory()
    monkeypatch.setattr(binaries, "SYSTEM_DIR", public)
    monkeypatch.setattr(binaries, "can_reach", lambda path, account: False)
    for _again in range(2):
        copied = postgres_binaries(server.account)
        assert can_reach(copied, server.account)
        shown = subprocess.run(
            [str(copied / "initdb"), "--version"],
            capture_output=True,
            text=True,
            cwd="/",
            env={},
            user=server.account.uid,
            group=server.account.gid,
        )
        assert "PostgreSQL) 18" in shown.stdout
    assert len(list(public.iterdir())) == 1
    shutil.rmtree(public)
