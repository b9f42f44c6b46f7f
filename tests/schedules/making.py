"""Schedules for tests: of the job that does nothing useful, due or not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models.functions import Now

from afsweb.core.models import Schedule
from afsweb.core.schedules.actions import set_times


def make_schedule(name: str = "nightly", **changes: Any) -> Schedule:
    """One that runs every night, with `changes`; its next time is worked out."""
    facts = {"kind": "core.selftest", "params": {"steps": 1, "pause": 0}, "cron": "0 3 * * *", **changes}
    schedule = Schedule(name=name, **facts)
    set_times(schedule)
    schedule.save()
    return schedule


def make_due(schedule: Schedule, hours_ago: float = 0.01) -> Schedule:
    """Let it have been due so long ago, by the database's clock."""
    Schedule.objects.filter(pk=schedule.pk).update(next_at=Now() - timedelta(hours=hours_ago))
    schedule.refresh_from_db()
    return schedule
