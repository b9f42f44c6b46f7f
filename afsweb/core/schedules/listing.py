"""Schedules as people look at them."""

from __future__ import annotations

from dataclasses import dataclass

from cronsim import CronSim, CronSimError
from django.db.models import QuerySet
from django.utils import timezone

from afsweb.core.models import Schedule, ScheduledRun

RUNS = 50


def schedules() -> QuerySet[Schedule]:
    """All of them, in order, each with its last job; there are few."""
    return Schedule.objects.select_related("last_job", "host").order_by("name")


@dataclass(frozen=True)
class Shown:
    """A schedule and when it runs in words."""

    schedule: Schedule
    times: str


def shown(schedule: Schedule) -> Shown:
    """The schedule with its cron line in words, as far as there are words for it."""
    try:
        words = CronSim(schedule.cron, timezone.now()).explain()
    except CronSimError:
        words = schedule.cron
    return Shown(schedule, f"{words}, {schedule.time_zone}")


def runs_of(schedule: Schedule) -> QuerySet[ScheduledRun]:
    """Its runs with their jobs, for a page of them."""
    return schedule.runs.select_related("job", "job__host")
