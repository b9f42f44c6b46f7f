"""What runs on native Windows (worker, job's child, doctor, joining) with all that Windows lacks taken away from it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from afsweb.services.processes import free_port
from tests.acceptance.clocks import FAST_CLOCKS
from tests.acceptance.conftest import (
    Workers,
    assert_done_once,
    database_url,
    make_job,
    wait_for,
    wait_for_steps,
    wait_until_over,
)
from tests.core.conftest import state_of

LIKE_WINDOWS = {"PYTHONPATH": str(Path(__file__).parents[1] / "without_posix")}


def run(*command: str, **extra: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"DATABASE_URL": database_url()} | LIKE_WINDOWS | extra
    return subprocess.run([sys.executable, *command], env=env, cwd=settings.BASE_DIR, capture_output=True, text=True)


@pytest.mark.parametrize("name", ["os.fork", "os.killpg", "os.geteuid", "signal.SIGKILL"])
def test_the_names_are_gone_for_our_code(transactional_db: None, name: str) -> None:
    module = name.partition(".")[0]
    assert f"has no attribute '{name.partition('.')[2]}'" in run("-c", f"import {module}; {name}").stderr


@pytest.mark.parametrize("name", ["fcntl", "pwd", "resource", "termios"])
def test_the_modules_are_gone_for_our_code(transactional_db: None, name: str) -> None:
    assert "No module named" in run("-c", f"import {name}").stderr


def test_a_worker_does_jobs_and_gives_back_what_it_cannot_end(workers: Workers) -> None:
    short = make_job(steps=3)
    (worker,) = workers.start(clocks=FAST_CLOCKS | LIKE_WINDOWS)
    wait_until_over([short])
    assert_done_once(short)
    long = make_job(steps=3000)
    wait_for_steps(long)
    child = worker.child()
    worker.ask_to_stop()
    wait_for(lambda: state_of(long) == "queued")
    assert not child.is_running()


def test_the_doctor_looks(transactional_db: None) -> None:
    done = run("-m", "afsweb.cli", "doctor", "--json", "--queues", "default")
    levels = {finding["check"]: finding["level"] for finding in json.loads(done.stdout)}
    assert (levels["postgres"], levels["redis"], levels["clock"]) == ("ok", "ok", "ok"), done.stderr


def test_joining_is_refused_with_its_sentence(transactional_db: None, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    done = run("-m", "afsweb.cli", "join", url, "afs-join-x", AFS_HOME=str(tmp_path / "home"))
    assert (done.returncode, done.stderr.startswith(f"afs: No afsweb answers at {url}")) == (1, True), done.stderr


def test_the_worker_has_its_command(transactional_db: None) -> None:
    done = run("-m", "afsweb.cli", "worker", "--queues", "nonsense")
    assert done.stderr.startswith("afs: No such queue: nonsense."), done.stderr
