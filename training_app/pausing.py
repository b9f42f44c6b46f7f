"""Pausing a run: it stops as any does, and what is remembered is that it is to go on later."""

from __future__ import annotations

from django.db import transaction

from afsweb.core.history import record
from afsweb.core.jobs.actions import stop_work
from afsweb.core.models import EventSource, User
from training_app.models import TrainingRun


def pause_run(run: TrainingRun, by: User | None, source: EventSource = EventSource.UI) -> None:
    """Seal a checkpoint, stop, and wait until somebody resumes it; no queue takes it before. Raises WorkIsOver."""
    with transaction.atomic():
        stop_work(run, by, source)
        TrainingRun.objects.filter(pk=run.pk).update(is_paused=True)
        record("pause", run, actor=by, source=source, after={"step": run.step})
