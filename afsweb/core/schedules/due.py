"""What is due becomes jobs: looked for in each reconcile round, by whichever process makes it.

One transaction for each schedule moves `next_at` on, inserts the job and writes the run down, so a crash leaves all of
it or nothing. The next time is counted from now: a hub that slept through three runs does one.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from afsweb.core.clock import database_now
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.jobs.registry import UnknownKind
from afsweb.core.models import Job, Schedule, ScheduledRun, User
from afsweb.core.schedules.cron import next_after
from afsweb.core.schedules.errors import ScheduleError

log = logging.getLogger(__name__)

STILL_BUSY = "Its last run was not over yet."


def enqueue_due() -> int:
    """Make a job of every schedule that is due; returns how many jobs. Several processes may do it at once."""
    made = 0
    while _due().exists():
        taken = _take_next()
        if taken is None:  # what is left is in other hands
            break
        made += taken
    return made


def _due() -> QuerySet[Schedule]:
    return Schedule.objects.filter(is_enabled=True, next_at__lte=Now())


@transaction.atomic
def _take_next() -> int | None:
    """Deal with one due schedule: 1 when a job came of it, 0 when not, None when there is none to take."""
    rows = _due().select_for_update(skip_locked=True, no_key=True, of=("self",))
    schedule = rows.select_related("last_job", "host").order_by("next_at").first()
    if schedule is None:
        return None
    try:
        return _run(schedule, database_now())
    except (ScheduleError, UnknownKind) as error:
        _switch_off(schedule, str(error))
        return 0


def _run(schedule: Schedule, now: datetime) -> int:
    """One job for its due time, unless the last one is still at it: jobs that wait for each other help nobody."""
    next_at = next_after(schedule.cron, schedule.time_zone, now)
    due_at = schedule.next_at
    if schedule.is_busy:
        ScheduledRun.objects.create(schedule=schedule, due_at=due_at, note=STILL_BUSY)
        Schedule.objects.filter(pk=schedule.pk).update(next_at=next_at)
        return 0
    job = start_job(schedule, due_at=due_at)
    Schedule.objects.filter(pk=schedule.pk).update(next_at=next_at, last_job=job)
    return 1


def start_job(schedule: Schedule, *, due_at: datetime | None, by: User | None = None) -> Job:
    """Enqueue the schedule's job and write the run down, in the caller's transaction. Raises UnknownKind."""
    job = enqueue(
        schedule.kind,
        schedule.params,
        title=schedule.name,
        by=by,
        about=("show_schedule", schedule),
        host=schedule.host,
    )
    ScheduledRun.objects.create(schedule=schedule, due_at=due_at, job=job)
    return job


def _switch_off(schedule: Schedule, problem: str) -> None:
    """A schedule that cannot be run would be due for ever: it says why, and waits for a person."""
    log.warning("the schedule %s is switched off: %s", schedule, problem)
    Schedule.objects.filter(pk=schedule.pk).update(is_enabled=False, next_at=None, problem=problem[:300])
