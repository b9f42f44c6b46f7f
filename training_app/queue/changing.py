"""Changing a waiting run's place: in the line, its priority, its host. What is not in the line any more says so."""

from __future__ import annotations

from django.db import transaction

from afsweb.core.jobs import actions
from afsweb.core.jobs.actions import Actor, Move
from afsweb.core.jobs.errors import JobNotWaiting
from afsweb.core.models import Host, Job
from training_app.models import TrainingRun


def move_run(run: TrainingRun, to: Move, actor: Actor) -> None:
    """Change places with the next one, or go before all. Raises JobNotWaiting, NothingToPass."""
    actions.move(_job(run), to, actor)


def prioritise_run(run: TrainingRun, priority: str, actor: Actor) -> None:
    """Let it be taken before all of a lower priority. Raises NoSuchPriority, JobNotWaiting."""
    actions.prioritise(_job(run), priority, actor)


@transaction.atomic
def pin_run(run: TrainingRun, host: Host | None, actor: Actor) -> None:
    """Let only `host` train it; None lets every host. Raises JobNotWaiting.

    A run that has not begun keeps the choice when it is stopped and resumed; one that has goes on where it is told to
    this time, and its own host stays the one that has its checkpoints.
    """
    actions.pin(_job(run), host, actor)
    TrainingRun.objects.filter(pk=run.pk, started_at=None).update(host=host)


def _job(run: TrainingRun) -> Job:
    if run.job is None:
        raise JobNotWaiting(title=run.name)
    return run.job
