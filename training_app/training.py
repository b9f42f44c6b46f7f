"""The job that trains: starts the trainer, copies its events into rows, keeps the adapter and makes the version."""

from __future__ import annotations

import subprocess
import time
from contextlib import suppress

from django.db.models.functions import Now

from afsweb.core.artifacts import store_artifact
from afsweb.core.jobs.context import JobContext, PutBack, Stopped
from afsweb.core.jobs.registry import job
from afsweb.core.jobs.text import storable
from afsweb.core.models import Artifact, ArtifactKind, Job, WorkState
from afsweb.storage import StorageError
from datasets_app.secrets.guard import look_at_snapshot
from training_app.backends.trl import (
    last_output,
    make_spec,
    request_stop,
    start,
    work_dir,
)
from training_app.errors import TrainingError, TrainingFailed
from training_app.events import EventTail, keep_events, mark_started
from training_app.launch import check_snapshot
from training_app.models import TrainingRun
from training_app.registry.versions import make_version

LOOK_SECONDS = 0.5
# A trainer that was asked to stop ends its step and seals a checkpoint; a large model's takes a while.
GRACE_SECONDS = 180.0


# What a person can put right: told on the run's page too.
PUT_RIGHT = (TrainingError, StorageError)


@job("training.train", queue="gpu", needs_gpu_slot=True)
def train(ctx: JobContext, *, run_id: int) -> None:
    """Train one run to its end, from its newest sealed checkpoint. Safe to stop and to run again."""
    run = TrainingRun.objects.select_related("recipe__base_model__weights", "snapshot__artifact", "host").get(pk=run_id)
    try:
        # A finding may be newer than the launch, and so may the detectors.
        look_at_snapshot(run.snapshot, ctx.progress)
        check_snapshot(run.snapshot)
        spec = make_spec(run)
        _begin(ctx, run, spec)
        _run(ctx, run, spec)
    except PUT_RIGHT as error:
        _close(ctx, run, WorkState.FAILED, error=str(error))
        raise
    except Stopped:
        _close(ctx, run, WorkState.STOPPED)
        raise
    _finish(ctx, run)


def _run(ctx: JobContext, run: TrainingRun, spec: dict[str, object]) -> None:
    process = start(run, spec)
    try:
        _follow(ctx, run, process)
    finally:
        # Its input closed, a trainer that still runs ends at its next step; the next attempt waits for its lock.
        if process.stdin is not None:
            process.stdin.close()


def _begin(ctx: JobContext, run: TrainingRun, spec: dict[str, object]) -> None:
    with ctx.fenced():
        run.host = ctx.job.host or run.host
        run.state, run.spec, run.error = WorkState.RUNNING, spec, ""
        run.save(update_fields=["host", "state", "spec", "error"])
        # Its checkpoints lie here: another attempt elsewhere would begin at step 0.
        Job.objects.filter(pk=ctx.job.pk).update(pinned_host=run.host)
    mark_started(run)


def _follow(ctx: JobContext, run: TrainingRun, process: subprocess.Popen[bytes]) -> None:
    """Copy events until the trainer ends. Raises TrainingFailed, Stopped or PutBack when it was asked to stop."""
    tail = EventTail(work_dir(run) / "events.jsonl")
    asked_at: float | None = None
    while True:
        ended = process.poll()
        keep_events(ctx, run, tail.new())
        if ended is not None:
            break
        with suppress(Stopped, PutBack):
            ctx.progress(run.step, run.max_steps)
        if asked_at is None and ctx.stop_requested():
            request_stop(run)
            asked_at = time.monotonic()
        if asked_at is not None and time.monotonic() > asked_at + GRACE_SECONDS:
            process.kill()
        time.sleep(LOOK_SECONDS)
    if (work_dir(run) / "adapter").exists():
        return
    ctx.check_stop()
    raise TrainingFailed(said=run.error or last_output(run) or f"The trainer ended with code {ended}.")


def _finish(ctx: JobContext, run: TrainingRun) -> None:
    adapter = store_artifact(ArtifactKind.ADAPTER, f"adapter of {run.name}", work_dir(run) / "adapter", ctx.job)
    with ctx.fenced():
        _close(ctx, run, WorkState.SUCCEEDED, adapter=adapter)
        version = make_version(run, adapter)
        ctx.progress(run.step, run.max_steps)
        ctx.finish(version=str(version), adapter=adapter.sha256)


def _close(
    ctx: JobContext, run: TrainingRun, state: WorkState, *, adapter: Artifact | None = None, error: str = ""
) -> None:
    with ctx.fenced():
        TrainingRun.objects.filter(pk=run.pk).update(
            state=state, adapter=adapter, error=storable(error), finished_at=Now()
        )
