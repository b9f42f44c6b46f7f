"""Watching trainings: their pulse, who stands still, who broke off, and who is told, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.jobs.leases import finish
from afsweb.core.models import GpuReading, Job, JobState, Notification, Pulse, Role, User, WorkState
from tests.rows import leased, run_job
from tests.web import loop
from training_app.models import TrainingRun
from training_app.monitor import taking
from training_app.monitor.gpu import Reading, parse, read_gpus
from training_app.monitor.monitoring import LEAST, LOADING, MONITOR
from training_app.monitor.taking import PulseTaker
from training_app.monitor.telling import tell_end

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(trainer: User) -> TrainingRun:
    """A run that a worker trains now, launched by the trainer."""
    run = loop.add_run()
    (job,) = loop.add_jobs(JobState.LEASED)
    TrainingRun.objects.filter(pk=run.pk).update(state=WorkState.RUNNING, job=job, step=40, created_by=trainer)
    run.refresh_from_db()
    return run


def silent_for(run: TrainingRun, seconds: float, usual: float | None) -> Pulse:
    assert run.job is not None
    facts = {"step": 40, "step_at": Now() - timedelta(seconds=seconds), "usual_seconds": usual}
    return Pulse.objects.update_or_create(job=run.job, defaults=facts)[0]


def look() -> Job:
    job = enqueue(MONITOR, {}, title="Training monitor")
    assert run_job(job).name == "succeeded", job.error
    return job


def told() -> list[str]:
    return list(Notification.objects.order_by("pk").values_list("text", flat=True))


@pytest.mark.parametrize(
    ("seconds", "usual", "is_still"),
    [
        (LEAST + 5, 2.0, True),
        (LEAST - 100, 2.0, False),
        (LEAST + 5, 60.0, False),
        (605, 60.0, True),
        (LEAST + 5, None, False),
        (LOADING + 5, None, True),
    ],
)
def test_standing_still_is_ten_steps_or_five_minutes_or_half_an_hour_of_loading(
    run: TrainingRun, seconds: float, usual: float | None, is_still: bool
) -> None:
    pulse = silent_for(run, seconds, usual)
    look()
    pulse.refresh_from_db()
    assert (pulse.stalled_at is not None) == is_still
    assert len(told()) == is_still


def test_who_launched_it_is_told_once_that_it_stands_still_and_once_that_it_goes_on(
    run: TrainingRun, trainer: User
) -> None:
    silent_for(run, 700, 2.0)
    assert look().result == {"stalled": 1, "woken": 0, "broken_off": 0}
    look()
    said = Notification.objects.get()
    assert (said.person, said.link) == (trainer, run.get_absolute_url())
    assert said.text.startswith("The training “nayru-tiny-r16” stands still at step 40; a step usually takes 2.0 s.")
    Pulse.objects.update(stalled_at=Now() - timedelta(seconds=60), step_at=Now())
    look()
    look()
    assert told()[1:] == ["The training “nayru-tiny-r16” goes on again."]


def test_a_run_whose_job_was_lost_is_closed_without_a_second_word(run: TrainingRun, trainer: User) -> None:
    """The job's own end was told when it was lost."""
    Job.objects.filter(state=JobState.LEASED).update(
        state=JobState.FAILED, lease=None, error="It lost its worker 3 times; the last time, it was killed."
    )
    assert look().result == {"stalled": 0, "woken": 0, "broken_off": 1}
    look()
    run.refresh_from_db()
    assert (run.state, run.error) == (WorkState.FAILED, "It lost its worker 3 times; the last time, it was killed.")
    assert run.finished_at is not None
    assert told() == []


def test_a_run_that_was_cancelled_in_the_line_is_closed_without_a_word(run: TrainingRun) -> None:
    Job.objects.filter(state=JobState.LEASED).update(state=JobState.CANCELLED, lease=None)
    look()
    run.refresh_from_db()
    assert (run.state, told()) == (WorkState.STOPPED, [])


def test_looks_that_found_nothing_leave_one_row(run: TrainingRun) -> None:
    silent_for(run, 700, 2.0)
    told_it = look()
    for _ in range(3):
        quiet = look()
    kept = Job.objects.filter(kind=MONITOR).values_list("pk", flat=True)
    assert set(kept) == {told_it.pk, quiet.pk}


def test_the_end_is_told_with_what_came_of_it(run: TrainingRun, trainer: User) -> None:
    run.metrics.create(step=40, is_validation=True, loss=0.7312)
    tell_end(run, uuid4(), WorkState.SUCCEEDED)
    tell_end(run, uuid4(), WorkState.FAILED, "The loss is not a number.")
    tell_end(run, uuid4(), WorkState.STOPPED)
    assert told() == [
        "The training “nayru-tiny-r16” is finished at step 40, validation loss 0.731.",
        "The training “nayru-tiny-r16” failed at step 40: The loss is not a number.",
    ]


def test_the_end_of_a_long_training_is_told_once_in_the_better_words(run: TrainingRun, trainer: User) -> None:
    job = run.job
    assert job is not None and job.lease is not None
    Job.objects.filter(pk=job.pk).update(created_at=Now() - timedelta(hours=1), created_by=trainer)
    job.refresh_from_db()
    tell_end(run, job.lease, WorkState.SUCCEEDED)
    assert finish(job, job.lease, JobState.SUCCEEDED)
    assert told() == ["The training “nayru-tiny-r16” is finished at step 40."]


def test_the_admins_are_told_of_a_run_that_a_command_launched(run: TrainingRun, admin_user: User) -> None:
    run.created_by = None
    tell_end(run, uuid4(), WorkState.SUCCEEDED)
    assert Notification.objects.get().person == admin_user


# What the tool printed on a machine with an H200 (driver of 2026) for these fields, and for one it cannot say there.
ON_AN_H200 = "0, 0, 0, 143771, 40\n"


def test_what_nvidias_tool_prints_is_read() -> None:
    assert parse(ON_AN_H200) == [Reading(0, 0.0, 0, 143771 << 20, 40.0)]
    assert parse("0, 87, 70000, 81559, 66\n1, [N/A], 100, 81559, [N/A]\n") == [
        Reading(0, 0.87, 70000 << 20, 81559 << 20, 66.0),
        Reading(1, None, 100 << 20, 81559 << 20, None),
    ]
    assert parse("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n\n") == []


MakeTool = Callable[[str], None]


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeTool:
    """`tool("exit 9")`: a program of the tool's name that does that, first on the PATH."""

    def make(script: str) -> None:
        path = tmp_path / "nvidia-smi"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    return make


@pytest.mark.parametrize("script", ["exit 9", "exec sleep 30", "printf '0, 87, 70000, 81559, 66\\n'"])
def test_a_tool_that_fails_or_hangs_is_no_reading(tool: MakeTool, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    tool(script)
    monkeypatch.setattr("training_app.monitor.gpu.PATIENCE", 5.0 if script.startswith("printf") else 0.5)
    assert len(read_gpus()) == script.startswith("printf")


def test_a_machine_without_the_tool_has_no_readings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert read_gpus() == []


def test_the_pulse_knows_the_usual_time_between_two_signs(
    db: None, monkeypatch: pytest.MonkeyPatch, tool: MakeTool
) -> None:
    tool("printf '0, 87, 70000, 81559, 66\\n'")
    clock = {"now": 100.0}
    monkeypatch.setattr(taking, "time", SimpleNamespace(monotonic=lambda: clock["now"]))
    job = enqueue("core.selftest", {"steps": 1, "pause": 0}, title="job")
    with leased(job) as ctx:
        pulse = PulseTaker(ctx)
        for number in range(10):
            clock["now"] += 3.0 if number != 5 else 40.0
            pulse.look(number, got_on=number != 7)
        row = Pulse.objects.get(job=job)
        assert (row.step, row.usual_seconds) == (9, 3.0)
        first = row.step_at
        pulse.look(9, got_on=False)
        row.refresh_from_db()
        assert row.step_at == first
        assert GpuReading.objects.filter(job=job).count() == 2  # at the first look, and at the first 15 s later
        PulseTaker(ctx)  # another attempt: loading takes its time again
        row.refresh_from_db()
        assert row.usual_seconds is None


def test_the_run_page_shows_gpu_use_and_that_it_stands_still(
    run: TrainingRun, client_as: Callable[[Role], Client]
) -> None:
    client = client_as(Role.VIEWER)
    page = client.get(run.get_absolute_url()).content.decode()
    assert "GPU use" not in page
    assert "It stands still" not in page
    silent_for(run, 700, 2.0)
    Pulse.objects.update(stalled_at=Now())
    GpuReading.objects.bulk_create(
        GpuReading(job=run.job, gpu=gpu, busy=busy, memory_used=1, memory_total=2)
        for gpu in (0, 1)
        for busy in (0.5, None)
    )
    page = client.get(run.get_absolute_url()).content.decode()
    assert "GPU use" in page
    assert "It stands still" in page
    chart = client.get(reverse("draw_gpu", args=[run.uuid])).json()
    assert chart["item"]["doc"]["roots"]
