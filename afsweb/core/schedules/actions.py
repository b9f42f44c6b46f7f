"""What people do with schedules: run one now, switch it on and off, change it."""

from __future__ import annotations

import inspect
from typing import Any

from django.db import transaction

from afsweb.core.clock import database_now
from afsweb.core.history import record
from afsweb.core.jobs.actions import Actor
from afsweb.core.jobs.registry import UnknownKind, get_kind
from afsweb.core.models import Job, Schedule
from afsweb.core.schedules.cron import next_after
from afsweb.core.schedules.due import start_job
from afsweb.core.schedules.errors import BadParams, NoSuchKind, StillBusy


@transaction.atomic
def run_now(schedule: Schedule, actor: Actor) -> Job:
    """Enqueue its job now; its next time stays. Raises StillBusy, NoSuchKind."""
    locked = _lock(schedule)
    if locked.is_busy:
        raise StillBusy(schedule=locked.name)
    check_work(locked.kind, locked.params)
    job = start_job(locked, due_at=None, by=actor.user)
    Schedule.objects.filter(pk=locked.pk).update(last_job=job)
    _record("run now", locked, actor)
    return job


@transaction.atomic
def enable(schedule: Schedule, actor: Actor) -> None:
    """Let it run at its times again; what it missed meanwhile stays missed. Raises ScheduleError."""
    locked = _lock(schedule)
    if locked.is_enabled:
        return
    check_work(locked.kind, locked.params)
    next_at = next_after(locked.cron, locked.time_zone, database_now())
    Schedule.objects.filter(pk=locked.pk).update(is_enabled=True, next_at=next_at, problem="")
    _record("enable", locked, actor)


@transaction.atomic
def disable(schedule: Schedule, actor: Actor) -> None:
    """Let it run no more by itself; what runs goes on."""
    locked = _lock(schedule)
    if locked.is_enabled:
        Schedule.objects.filter(pk=locked.pk).update(is_enabled=False, next_at=None)
        _record("disable", locked, actor)


def set_times(schedule: Schedule) -> None:
    """Work out when a changed schedule is due next, before it is saved. Raises ScheduleError."""
    check_work(schedule.kind, schedule.params)
    next_at = next_after(schedule.cron, schedule.time_zone, database_now())
    schedule.next_at = next_at if schedule.is_enabled else None
    schedule.problem = ""


def check_work(kind: str, params: Any) -> None:
    """Raise NoSuchKind, or BadParams when the body of this kind does not take `params`."""
    try:
        body = get_kind(kind).body
    except UnknownKind:
        raise NoSuchKind(kind=kind) from None
    if not isinstance(params, dict):
        raise BadParams(kind=kind, problem="they are no object of names and values")
    try:
        inspect.signature(body).bind(None, **params)
    except TypeError as error:
        raise BadParams(kind=kind, problem=error) from None


def _lock(schedule: Schedule) -> Schedule:
    rows = Schedule.objects.select_for_update(no_key=True, of=("self",)).select_related("last_job", "host")
    return rows.get(pk=schedule.pk)


def _record(verb: str, schedule: Schedule, actor: Actor) -> None:
    record(verb, schedule, actor=actor.user, source=actor.source)
