"""A worker started again under its name after a crash gives back at once what the dead one held."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import psutil
import pytest
from django.conf import LazySettings

from afsweb.core.jobs.predecessor import give_up_predecessor
from afsweb.core.models import Host, Job, JobState
from tests.core.conftest import lease, make_job, state_of


@pytest.fixture(autouse=True)
def home(settings: LazySettings, tmp_path: Path) -> Path:
    settings.HOME_DIR = tmp_path
    return tmp_path


@pytest.fixture
def process() -> Generator[psutil.Process]:
    """A process that is not us."""
    popen = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield psutil.Process(popen.pid)
    popen.kill()
    popen.wait()


@pytest.fixture
def held(host: Host) -> Job:
    """What the worker before us holds."""
    job = make_job()
    lease(job, host)
    Job.objects.filter(pk=job.pk).update(worker="here-long-1-before")
    return job


def was(home: Path, pid: int, created: float) -> None:
    (home / "workers").mkdir()
    facts = {"name": "here-long-1-before", "pid": pid, "created": created}
    (home / "workers" / "long.json").write_text(json.dumps(facts))


def test_the_first_has_nothing_to_give_up(held: Job) -> None:
    assert give_up_predecessor("long", "here-long-2-now") == 0
    assert state_of(held) == JobState.LEASED


def test_what_a_dead_one_held_waits_again(held: Job, home: Path, process: psutil.Process) -> None:
    was(home, process.pid, process.create_time())
    process.kill()
    process.wait()
    assert give_up_predecessor("long", "here-long-2-now") == 1
    assert state_of(held) == JobState.QUEUED
    assert "its worker was killed" in held.log.get().text


def test_a_number_that_was_given_out_again_is_not_it(held: Job, home: Path, process: psutil.Process) -> None:
    was(home, process.pid, process.create_time() - 3600)
    assert give_up_predecessor("long", "here-long-2-now") == 1


def test_one_that_lives_keeps_its_job(held: Job, home: Path, process: psutil.Process) -> None:
    was(home, process.pid, process.create_time())
    assert give_up_predecessor("long", "here-long-2-now") == 0
    assert state_of(held) == JobState.LEASED


def test_one_of_another_name_keeps_its_job(held: Job, home: Path) -> None:
    was(home, 2**22 + 1, 0.0)
    assert give_up_predecessor("short", "here-short-2-now") == 0


@pytest.mark.parametrize("text", ["", "nonsense", "[]", "{}", '{"name": 1, "pid": "x", "created": 0}'])
def test_a_broken_note_stops_nobody(held: Job, home: Path, text: str) -> None:
    (home / "workers").mkdir()
    (home / "workers" / "long.json").write_text(text)
    assert give_up_predecessor("long", "here-long-2-now") == 0
    assert json.loads((home / "workers" / "long.json").read_text())["name"] == "here-long-2-now"
