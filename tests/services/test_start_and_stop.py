"""`afs up` brings up everything; asking it to stop leaves nothing behind but the data."""

from __future__ import annotations

import signal
from collections.abc import Callable

import psutil

from tests.services.conftest import Afs, answers, wait_for

NAMES = {"postgres", "valkey", "web", "worker-short", "worker-long", "supervisor"}


def test_up_serves_until_ctrl_c(afs: Afs) -> None:
    process = afs.up()
    assert answers(afs.state()["AFS_ADDRESS"])
    family = psutil.Process(process.pid).children(recursive=True)
    assert set(afs.pids()) == NAMES
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    assert [member for member in family if member.is_running()] == []
    assert not (afs.home / "run.json").exists()
    assert list((afs.home / "run").iterdir()) == []


def test_second_start_keeps_data_and_prints_no_password(afs: Afs) -> None:
    afs.up()
    assert afs.run("user", "create", "zelda", "--role", "reviewer").returncode == 0
    password = afs.password()
    assert afs.run("stop").returncode == 0
    afs.up()
    assert afs.password() == password
    assert "log in as admin with the password of the first start" in afs.output()
    assert afs.run("user", "list").stdout.split() == ["admin", "admin", "zelda", "reviewer"]


def test_two_homes_run_side_by_side(shared_afs: Afs, afs: Afs) -> None:
    afs.up()
    assert not set(shared_afs.state().values()) & set(afs.state().values())
    afs.run("user", "create", "link")
    assert "link" in afs.run("user", "list").stdout
    assert "link" not in shared_afs.run("user", "list").stdout
    afs.run("stop")
    assert answers(shared_afs.state()["AFS_ADDRESS"])


def test_servers_named_by_the_environment_stay_off(shared_afs: Afs, make_afs: Callable[..., Afs]) -> None:
    servers = shared_afs.state()
    guest = make_afs(DATABASE_URL=servers["DATABASE_URL"], REDIS_URL=servers["REDIS_URL"])
    guest.up()
    assert set(guest.pids()) == NAMES - {"postgres", "valkey"}
    assert "admin" in guest.run("user", "list").stdout
    assert guest.run("stop").returncode == 0
    assert psutil.pid_exists(shared_afs.pids()["postgres"])


def test_guest_decides_how_a_single_run_ends(afs: Afs) -> None:
    guest = "import os, sys; print('guest at', os.environ['AFS_ADDRESS']); sys.exit(3)"
    program = f"""
import sys
from afsweb.services.home import Home
from afsweb.services.supervisor import Supervisor
sys.exit(Supervisor(Home.here(), guest=[sys.executable, "-c", {guest!r}], once=True).run())
"""
    process = afs.start("-c", program)
    assert process.wait(120) == 3
    assert "guest at http://127.0.0.1:" in afs.output()
    assert not (afs.home / "run.json").exists()


def test_stop_during_the_start_leaves_nothing(afs: Afs) -> None:
    process = afs.start()
    wait_for(lambda: (afs.home / "run" / "postgres.json").exists(), "the start of Postgres")
    family = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0, afs.output()
    assert [member for member in family if member.is_running()] == []
