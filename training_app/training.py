"""The job that trains: starts the trainer, copies its events into rows, keeps the adapter and makes the version."""

from __future__ import annotations

import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.db.models import Max
from django.db.models.functions import Now

from afsweb.core.artifacts import store_artifact
from afsweb.core.jobs.context import JobContext, PutBack, Stopped
from afsweb.core.jobs.registry import job
from afsweb.core.jobs.text import storable
from afsweb.core.models import Artifact, ArtifactKind, WorkState
from afsweb.storage import StorageError, room_in
from datasets_app.secrets.guard import look_at_snapshot
from training_app.backends.trl import (
    last_output,
    make_spec,
    request_stop,
    start,
    work_dir,
)
from training_app.checkpoints.beginning import begin_here
from training_app.checkpoints.sending import Sender
from training_app.errors import RunIsPaused, TrainingError, TrainingFailed
from training_app.events import Event, EventTail, keep_events, mark_started
from training_app.ladder.climbing import climb, with_rungs
from training_app.launch import check_snapshot
from training_app.models import TrainingRun
from training_app.monitor.taking import PulseTaker
from training_app.monitor.telling import tell_end
from training_app.registry.versions import make_version, result_field
from training_app.trainer.errors import MemoryRanOut

LOOK_SECONDS = 0.5
# A trainer that was asked to stop ends its step and seals a checkpoint; a large model's takes a while.
GRACE_SECONDS = 180.0
KILLED = 9  # SIGKILL, which Windows has no name for
WAS_KILLED = "killed"


RESULTS = {"adapter": ArtifactKind.ADAPTER, "weights": ArtifactKind.BASE_MODEL}
# What a person can put right: told on the run's page too.
PUT_RIGHT = (TrainingError, StorageError)


def refuse_retry(*, run_id: int) -> str:
    """Why a person must not put an ended job of the run in the line again, or ""."""
    run = TrainingRun.objects.filter(pk=run_id, is_paused=True).first()
    return str(RunIsPaused(run=run)) if run else ""


@job("training.train", queue="gpu", needs_gpu_slot=True, refuse_retry=refuse_retry)
def train(ctx: JobContext, *, run_id: int) -> None:
    """Train one run to its end, from its newest sealed checkpoint. Safe to stop and to run again."""
    run = TrainingRun.objects.select_related("recipe__base_model__weights", "snapshot__artifact", "host").get(pk=run_id)
    try:
        # A finding may be newer than the launch, and so may the detectors.
        look_at_snapshot(run.snapshot, ctx.progress)
        check_snapshot(run.snapshot)
        begin_here(ctx, run)
        spec = with_rungs(run, make_spec(run))
        _begin(ctx, run, spec)
        _run(ctx, run, spec)
    except PUT_RIGHT as error:
        _close(ctx, run, WorkState.FAILED, error=str(error))
        raise
    except Stopped:
        _close(ctx, run, WorkState.STOPPED)
        raise
    _finish(ctx, run)


def _run(ctx: JobContext, run: TrainingRun, spec: dict[str, Any]) -> None:
    """One trainer after the other: a rung higher where memory ran out, from where it was where one was killed."""
    sender, newest = Sender(ctx, run), -1
    while (told := _attempt(ctx, run, spec, sender)) is not None:
        try:
            if told["type"] == WAS_KILLED:
                newest = _go_on(ctx, run, newest)
            else:
                spec, newest = climb(ctx, run, spec, told), -1  # which may begin at step 0 again
        except TrainingError:
            sender.finish()  # a machine with more memory can go on from it
            raise
    sender.close()


def _go_on(ctx: JobContext, run: TrainingRun, newest: int) -> int:
    """The step of the checkpoint from which the next trainer goes on, of which the log tells.

    `newest`: what this gave last time. Raises TrainingFailed when nothing newer was sealed since: what killed the
    trainer, often a system without free memory, would kill the next one there, too.
    """
    step = run.checkpoints.filter(is_kept=True).aggregate(newest=Max("step"))["newest"] or 0
    if step <= newest:
        raise TrainingFailed(said=how_it_ended(-KILLED, ""))
    ctx.log(f"the trainer was killed from outside after step {run.step:,}: another goes on from step {step:,}")
    return step


def _attempt(ctx: JobContext, run: TrainingRun, spec: dict[str, Any], sender: Sender) -> Event | None:
    """Run one trainer to its end: None when its result is there, else why another is to follow.

    That is what it told when memory ran out, or WAS_KILLED, which it could not tell.
    """
    with room_in(work_dir(run)):
        process = start(run, spec)
    try:
        events = _follow(ctx, run, process, sender)
    finally:
        # Its input closed, a trainer that still runs ends at its next step; the next attempt waits for its lock.
        if process.stdin is not None:
            process.stdin.close()
    if _result(run) is not None:
        return None
    ran_out = next((event for event in reversed(events) if event["type"] == "out_of_memory"), None)
    if process.returncode == MemoryRanOut.exit_code and ran_out and not ctx.stop_requested():
        return ran_out
    if process.returncode == -KILLED and not ctx.stop_requested():
        return {"type": WAS_KILLED}
    sender.finish()
    ctx.check_stop()
    raise TrainingFailed(said=run.error or how_it_ended(process.returncode, last_output(run)))


def how_it_ended(code: int, printed: str) -> str:
    """Why there is no result, where the trainer itself said nothing: who was killed printed nothing about it."""
    if code == -KILLED:
        return (
            "The trainer was killed from outside (signal 9) again and again before its next checkpoint, as a system "
            "without free memory does. Free some, or let it seal checkpoints more often, then resume it."
        )
    return printed or f"The trainer ended with code {code}."


def _begin(ctx: JobContext, run: TrainingRun, spec: dict[str, Any]) -> None:
    with ctx.fenced():
        run.host = ctx.job.host or run.host
        run.state, run.spec, run.error = WorkState.RUNNING, spec, ""
        run.save(update_fields=["host", "state", "spec", "error"])
    mark_started(run)


def _follow(ctx: JobContext, run: TrainingRun, process: subprocess.Popen[bytes], sender: Sender) -> list[Event]:
    """Copy events until the trainer ends, which it does when it was asked to stop; returns the last that it told."""
    tail, pulse = EventTail(work_dir(run) / "events.jsonl"), PulseTaker(ctx)
    asked_at: float | None = None
    last: list[Event] = []
    while True:
        ended = process.poll()
        events = tail.new()
        keep_events(ctx, run, events)
        told = [event for event in events if event["type"] != "reading"]
        last = told or last
        pulse.look(run.step, got_on=bool(told))
        if ended is not None:
            return last
        sender.look(sealed=any(event["type"] == "checkpoint" for event in told))
        with suppress(Stopped, PutBack):
            ctx.progress(run.step, run.max_steps)
        if asked_at is None and ctx.stop_requested():
            request_stop(run)
            asked_at = time.monotonic()
        if asked_at is not None and time.monotonic() > asked_at + GRACE_SECONDS:
            process.kill()
        time.sleep(LOOK_SECONDS)


def _result(run: TrainingRun) -> Path | None:
    """The folder that the trainer leaves when it has finished: an adapter, or the weights of a whole model."""
    found = (work_dir(run) / name for name in RESULTS)
    return next((folder for folder in found if folder.exists()), None)


def _finish(ctx: JobContext, run: TrainingRun) -> None:
    folder = _result(run)
    assert folder is not None
    result = store_artifact(RESULTS[folder.name], f"{folder.name} of {run.name}", folder, ctx.job)
    with ctx.fenced():
        _close(ctx, run, WorkState.SUCCEEDED, result=result)
        version = make_version(run, result)
        ctx.progress(run.step, run.max_steps)
        ctx.finish(version=str(version), **{result_field(result): result.sha256})


def _close(
    ctx: JobContext, run: TrainingRun, state: WorkState, *, result: Artifact | None = None, error: str = ""
) -> None:
    made = {result_field(result): result} if result else {}
    with ctx.fenced():
        TrainingRun.objects.filter(pk=run.pk).update(state=state, error=storable(error), finished_at=Now(), **made)
        tell_end(run, ctx.lease, state, error)
