"""Waiting for a job at a terminal: what is said on stderr while it waits, runs and ends."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db.models.functions import Now

from afsweb.core.jobs import waiting
from afsweb.core.jobs.waiting import LeftRunning, follow
from afsweb.core.models import Host, Job, JobLog, JobState

pytestmark = pytest.mark.django_db
Said = pytest.CaptureFixture[str]
Meanwhile = Callable[..., None]


@pytest.fixture
def job() -> Job:
    return Job.objects.create(kind="core.selftest", title="Count to three", queue="gpu")


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """`meanwhile(first, second, ...)`: what happens between the looks, 10 seconds apart."""
    clock = SimpleNamespace(now=0.0)

    def play(*events: Callable[[], object]) -> None:
        rest = iter(events)

        def sleep(_seconds: float) -> None:
            clock.now += 10
            next(rest)()

        monkeypatch.setattr(waiting, "time", SimpleNamespace(sleep=sleep, monotonic=lambda: clock.now))

    return play


def change(job: Job, **facts: object) -> Callable[[], object]:
    return lambda: facts and Job.objects.filter(pk=job.pk).update(**facts)


def log(job: Job, text: str) -> Callable[[], object]:
    return lambda: JobLog.objects.create(job=job, text=text)


def interrupt() -> None:
    raise KeyboardInterrupt


def test_progress_and_log_are_told_as_they_come(job: Job, meanwhile: Meanwhile, capsys: Said) -> None:
    meanwhile(
        change(job, state=JobState.LEASED, lease=job.pk, done=1, total=3, note="one"),
        log(job, "halfway"),
        change(job, state=JobState.SUCCEEDED, done=3),
    )
    assert follow(job)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        "Count to three: queued",
        "Count to three: running, 1 of 3 one",
        "  halfway",
    ]


def test_a_long_job_is_told_of_ever_more_rarely(job: Job, meanwhile: Meanwhile, capsys: Said) -> None:
    steps = [change(job, state=JobState.LEASED, lease=job.pk, done=step, total=99) for step in range(60)]
    meanwhile(*steps, change(job, state=JobState.SUCCEEDED))
    assert follow(job)
    assert 10 < len(capsys.readouterr().err.splitlines()) < 25


def test_a_failed_job_says_why_and_keeps_its_traceback_to_itself(job: Job, meanwhile: Meanwhile, capsys: Said) -> None:
    def fail() -> None:
        log(job, "Traceback (most recent call last)")()
        change(job, state=JobState.FAILED, error="No disk.")()

    meanwhile(fail)
    assert not follow(job)
    assert capsys.readouterr().err.splitlines()[1:] == [f"afs: No disk.  /jobs/{job.pk}/"]


def test_a_stopped_job_says_so(job: Job, meanwhile: Meanwhile, capsys: Said) -> None:
    meanwhile(change(job, state=JobState.CANCELLED))
    assert not follow(job)
    assert "“Count to three” was stopped." in capsys.readouterr().err


def test_ctrl_c_leaves_the_job_running_and_says_so(job: Job, meanwhile: Meanwhile) -> None:
    meanwhile(interrupt)
    with pytest.raises(LeftRunning, match=f"goes on without this terminal: .* `afs job stop {job.pk}` stops it"):
        follow(job)
    job.refresh_from_db()
    assert job.state == JobState.QUEUED
    assert job.stop_requested_at is None


def test_what_nobody_takes_is_explained_once(job: Job, meanwhile: Meanwhile, capsys: Said) -> None:
    nothing = change(job)
    meanwhile(nothing, nothing, nothing, nothing, change(job, state=JobState.SUCCEEDED))
    assert follow(job)
    said = capsys.readouterr().err
    assert said.count("waits for a worker of the queue “gpu”; `afs up` starts one") == 1


def test_a_job_behind_others_waits_for_its_turn(job: Job, meanwhile: Meanwhile, capsys: Said) -> None:
    Host.objects.create(name="here", queues=["gpu"], seen_at=Now())
    nothing = change(job)
    meanwhile(nothing, nothing, change(job, state=JobState.SUCCEEDED))
    follow(job)
    assert "waits for its turn in the queue “gpu”" in capsys.readouterr().err


def test_a_pinned_job_waits_for_its_host(job: Job, meanwhile: Meanwhile, capsys: Said) -> None:
    Host.objects.create(name="here", queues=["gpu"], seen_at=Now())
    job.pinned_host = Host.objects.create(name="there", queues=["gpu"])
    job.save()
    nothing = change(job)
    meanwhile(nothing, nothing, change(job, state=JobState.SUCCEEDED))
    follow(job)
    assert "waits for a worker of the queue “gpu” on there" in capsys.readouterr().err
