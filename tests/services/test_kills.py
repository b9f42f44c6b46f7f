"""What a kill leaves behind is put right: by the supervisor, or by its next start."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import psutil
import pytest

from afsweb.services.home import Home
from afsweb.services.pidfile import recorded, stop_leftovers, write_pid
from afsweb.services.processes import free_port
from tests.services.conftest import Afs, answers, wait_for

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture
def sleeper() -> Generator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(SLEEPER)
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.prepare()
    return home


def test_start_after_a_killed_supervisor_ends_its_orphans_and_keeps_the_data(afs: Afs) -> None:
    # Asked for, because the first free port may be another one the second time: houses of other tests come and go.
    afs.settings["BIND"] = f"127.0.0.1:{free_port()}"
    process = afs.up()
    afs.run("user", "create", "impa")
    address, orphans = afs.state()["AFS_ADDRESS"], psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    afs.up()
    assert [orphan for orphan in orphans if orphan.is_running() and orphan.status() != psutil.STATUS_ZOMBIE] == []
    assert "impa" in afs.run("user", "list").stdout
    assert afs.state()["AFS_ADDRESS"] == address


def test_killed_programs_start_again_at_the_same_address(afs: Afs) -> None:
    afs.up()
    address, before = afs.state()["AFS_ADDRESS"], afs.pids()
    names = ("web", "postgres", "valkey")
    for name in names:
        psutil.Process(before[name]).kill()
    wait_for(lambda: not {before[name] for name in names} & set(afs.pids().values()), "their second start")
    assert all(f"{name} ended (exit status -9) and starts again" in afs.output() for name in names)
    wait_for(lambda: answers(address), "an answer of the web server")
    wait_for(lambda: "admin" in afs.run("user", "list").stdout, "an answer of the database")


def test_stop_after_a_killed_supervisor_ends_its_orphans(home: Home, sleeper: subprocess.Popen[bytes]) -> None:
    write_pid(home, "web", sleeper.pid, SLEEPER, signal.SIGTERM)
    wait_for(lambda: list(recorded(home)) == ["web"], "the command line of the new process")
    assert Afs(home.root).run("stop").stdout == "stopped\n"
    assert sleeper.wait(60) is not None


def test_orphans_are_stopped_by_their_record(home: Home, sleeper: subprocess.Popen[bytes]) -> None:
    write_pid(home, "web", sleeper.pid, SLEEPER, signal.SIGTERM)
    wait_for(lambda: list(recorded(home)) == ["web"], "the command line of the new process")
    assert stop_leftovers(home) == ["web"]
    assert sleeper.wait(60) is not None
    assert recorded(home) == {}


def test_number_that_another_command_has_by_now_is_left_alone(home: Home, sleeper: subprocess.Popen[bytes]) -> None:
    write_pid(home, "web", sleeper.pid, ["gunicorn"], signal.SIGTERM)
    assert stop_leftovers(home) == []
    assert sleeper.poll() is None


def test_number_that_a_later_process_has_by_now_is_left_alone(home: Home, sleeper: subprocess.Popen[bytes]) -> None:
    write_pid(home, "web", sleeper.pid, SLEEPER, signal.SIGTERM)
    record = home.pids / "web.json"
    facts = json.loads(record.read_text())
    record.write_text(json.dumps(facts | {"created": facts["created"] - 60}))
    assert stop_leftovers(home) == []
    assert sleeper.poll() is None


def test_unreadable_record_is_forgotten(home: Home) -> None:
    (home.pids / "web.json").write_text('{"pid": ')
    assert stop_leftovers(home) == []
    assert list(home.pids.iterdir()) == []
