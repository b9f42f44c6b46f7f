"""What people do with jobs. Each holds its row or is one conditional update: two people and a worker cannot cross."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min, QuerySet
from django.db.models.functions import Now

from afsweb.core.history import record
from afsweb.core.jobs.errors import (
    JobIsFinal,
    JobNotFinal,
    JobNotWaiting,
    JobSucceeded,
    NoSuchPriority,
    NothingToPass,
    OnlyOnHub,
    RetryRefused,
    WorkIsOver,
)
from afsweb.core.jobs.registry import UnknownKind, get_kind
from afsweb.core.jobs.ring import ring
from afsweb.core.models import EventSource, Host, Job, JobState, User, Worked

HIGHEST = 100  # a priority is from -HIGHEST to HIGHEST


@dataclass(frozen=True)
class Actor:
    """Who does it, and which way, for the history."""

    user: User | None
    source: EventSource = EventSource.UI


class Move(StrEnum):
    """Where to in the line."""

    UP = "up"
    DOWN = "down"
    TOP = "top"


def cancel(job: Job, actor: Actor) -> None:
    """Cancel a waiting job at once, ask a running one to stop. Asking twice is asking once. Raises JobIsFinal."""
    with transaction.atomic():
        # Held from here on: one that goes back to the line just now would be neither waiting nor running for us.
        held = Job.objects.select_for_update(no_key=True).get(pk=job.pk)
        if held.is_final:
            raise JobIsFinal(title=held.title, state=held.get_state_display())
        waits = held.state == JobState.QUEUED
        if waits:
            Job.objects.filter(pk=job.pk).update(state=JobState.CANCELLED, finished_at=Now())
        elif not held.is_stopping:
            Job.objects.filter(pk=job.pk).update(stop_requested_at=Now())
        else:
            return
        _record("cancel" if waits else "ask to stop", job, actor)


def stop_work(work: Worked, by: User | None, source: EventSource = EventSource.UI) -> None:
    """Ask the job that works on a row to stop; what it did so far stays. Raises WorkIsOver."""
    if work.is_active and work.job is not None:
        with suppress(JobIsFinal):
            cancel(work.job, Actor(by, source))
            return
        work.refresh_from_db()
    raise WorkIsOver(work=work, state=work.shown_state.label)


def retry(job: Job, actor: Actor) -> None:
    """Put a failed or cancelled job in the line again, as if new, for this version's workers.

    Raises JobNotFinal, JobSucceeded, and RetryRefused when what it works on forbids it.
    """
    _refuse_retry(job)
    with transaction.atomic():
        again = _rows(job, JobState.FAILED, JobState.CANCELLED).update(
            state=JobState.QUEUED,
            attempt=0,
            done=0,
            total=None,
            note="",
            error="",
            result={},
            host=None,
            worker="",
            heartbeat_at=None,
            stop_requested_at=None,
            started_at=None,
            finished_at=None,
            code_version=settings.VERSION,
        )
        if not again:
            raise JobNotFinal(title=job.title)
        _record("retry", job, actor)
        transaction.on_commit(lambda: ring(job))


def _refuse_retry(job: Job) -> None:
    if job.state == JobState.SUCCEEDED:
        raise JobSucceeded(title=job.title)
    if not job.is_final:
        raise JobNotFinal(title=job.title)
    try:
        check = get_kind(job.kind).refuse_retry
    except UnknownKind as error:
        raise RetryRefused(title=job.title, reason=error) from None
    if check and (reason := check(**job.params)):
        raise RetryRefused(title=job.title, reason=reason)


def move(job: Job, to: Move, actor: Actor) -> None:
    """Change places with the next job of the same queue and priority, or go before all of the queue.

    Raises JobNotWaiting, and NothingToPass when there is nobody to change places with.
    """
    with transaction.atomic():
        here = _rows(job, JobState.QUEUED).select_for_update().first()
        if here is None:
            raise JobNotWaiting(title=job.title)
        line = Job.objects.filter(state=JobState.QUEUED, queue=here.queue).exclude(pk=here.pk)
        if to is Move.TOP:
            _go_first(here, line)
        else:
            _swap(here, line, to)
        _record("move", job, actor, after={"to": to.value})


def _go_first(job: Job, line: QuerySet[Job]) -> None:
    first = line.aggregate(priority=Max("priority"), position=Min("position"))
    if first["position"] is None:
        return
    priority = max(job.priority, first["priority"])
    Job.objects.filter(pk=job.pk).update(priority=priority, position=min(job.position, first["position"] - 1))


def _swap(job: Job, line: QuerySet[Job], to: Move) -> None:
    same = line.filter(priority=job.priority).select_for_update(skip_locked=True)
    if to is Move.UP:
        other = same.filter(position__lt=job.position).order_by("-position").first()
    else:
        other = same.filter(position__gt=job.position).order_by("position").first()
    if other is None:
        raise NothingToPass(title=job.title)
    Job.objects.filter(pk=job.pk).update(position=other.position)
    Job.objects.filter(pk=other.pk).update(position=job.position)


def prioritise(job: Job, value: str, actor: Actor) -> None:
    """Give a waiting job another priority. Raises NoSuchPriority and JobNotWaiting."""
    try:
        priority = int(value)
    except ValueError:
        raise NoSuchPriority(value=value[:20]) from None
    if abs(priority) > HIGHEST:
        raise NoSuchPriority(value=value[:20])
    _change_waiting("prioritise", job, actor, priority=priority)


def pin(job: Job, host: Host | None, actor: Actor) -> None:
    """Let only `host` do a waiting job; None lets every host do it. Raises JobNotWaiting, OnlyOnHub."""
    if host and host.joined_at and job.on_hub:
        raise OnlyOnHub(title=job.title, host=host)
    _change_waiting("pin" if host else "unpin", job, actor, pinned_host_id=host.pk if host else None)


def _change_waiting(verb: str, job: Job, actor: Actor, **changes: int | None) -> None:
    with transaction.atomic():
        before = _rows(job, JobState.QUEUED).select_for_update().values(*changes).first()
        if before is None:
            raise JobNotWaiting(title=job.title)
        Job.objects.filter(pk=job.pk).update(**changes)
        _record(verb, job, actor, before=before, after=changes)
        transaction.on_commit(lambda: ring(job))


def _rows(job: Job, *states: JobState) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, state__in=states)


def _record(
    verb: str, job: Job, actor: Actor, *, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
) -> None:
    record(verb, job, actor=actor.user, source=actor.source, before=before, after=after)
