"""Real workers put what is due in the line: once for each due time, whichever of them is killed while it does it."""

from __future__ import annotations

from django.db.models.functions import Now

from afsweb.core.models import Job, Schedule, ScheduledRun
from tests.acceptance.conftest import Workers, assert_done_once, wait_for, wait_until_over
from tests.schedules.making import make_due, make_schedule


def test_each_due_time_is_one_job_while_workers_are_killed(workers: Workers) -> None:
    schedules = [make_schedule(f"schedule {n}", params={"steps": 2, "pause": 0.1}) for n in range(3)]
    for number in range(3):
        for schedule in schedules:
            make_due(schedule, hours_ago=30.0 * (3 - number))
        workers.start(2)
        wait_for(ScheduledRun.objects.filter(job__isnull=False).exists)
        workers.all[2 * number].kill()
        # A worker that is killed while it puts them in the line leaves the rest to the other one.
        wait_for(lambda: not Schedule.objects.filter(next_at__lte=Now()).exists())
        wait_until_over(list(Job.objects.all()))
    assert ScheduledRun.objects.count() == Job.objects.count() == 9
    for job in Job.objects.all():
        assert_done_once(job)
