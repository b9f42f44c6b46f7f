"""What is due becomes one job, in the transaction that moves its time on: whoever looks, whatever crashes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as tuned
from hypothesis import strategies as st

from afsweb.core.clock import database_now
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.jobs.reconcile import reconcile
from afsweb.core.models import Job, JobState, Schedule, ScheduledRun
from afsweb.core.schedules import due
from afsweb.core.schedules.cron import next_after
from afsweb.core.schedules.due import enqueue_due
from tests.core.conftest import make_host
from tests.rows import run_job
from tests.schedules.making import make_due, make_schedule


class Crash(Exception):
    """The process died here, as far as the database knows."""


def test_a_due_schedule_becomes_a_job_with_its_params(db: None) -> None:
    schedule = make_due(make_schedule(host=make_host("hub")))
    due_at = schedule.next_at
    assert reconcile()
    schedule.refresh_from_db()
    job, run = Job.objects.get(), ScheduledRun.objects.get()
    assert (job.kind, job.params, job.title) == ("core.selftest", {"steps": 1, "pause": 0}, "nightly")
    assert (job.pinned_host, job.about_url, job.code_version) == (
        schedule.host,
        schedule.get_absolute_url(),
        settings.VERSION,
    )
    assert (schedule.last_job, run.job, run.due_at) == (job, job, due_at)
    assert schedule.next_at == next_after("0 3 * * *", "UTC", database_now())


def test_what_is_not_due_or_is_off_waits(db: None) -> None:
    make_schedule()
    make_due(make_schedule("off", is_enabled=False))
    assert enqueue_due() == 0
    assert not Job.objects.exists()


def test_a_hub_that_slept_through_three_runs_does_one(db: None) -> None:
    make_due(make_schedule(), hours_ago=3 * 24)
    assert enqueue_due() == 1
    assert enqueue_due() == 0
    assert Schedule.objects.get().next_at > database_now()  # type: ignore[operator]


def test_while_the_last_run_goes_on_no_other_begins(db: None) -> None:
    schedule = make_due(make_schedule())
    enqueue_due()
    make_due(schedule)
    assert enqueue_due() == 0
    left_out = ScheduledRun.objects.order_by("-pk")[0]
    assert (left_out.job, left_out.note) == (None, "Its last run was not over yet.")
    run_job(Job.objects.get())
    make_due(schedule, hours_ago=0.02)
    assert enqueue_due() == 1


def test_a_failed_run_does_not_keep_the_next_one_back(db: None) -> None:
    schedule = make_due(make_schedule())
    enqueue_due()
    Job.objects.update(state=JobState.FAILED)
    make_due(schedule, hours_ago=0.02)
    assert enqueue_due() == 1


@pytest.mark.parametrize("broken", [{"kind": "gone.kind"}, {"cron": "never"}, {"time_zone": "Mars/Olympus"}])
def test_a_schedule_that_cannot_run_is_switched_off_and_says_why(db: None, broken: dict[str, str]) -> None:
    schedule, other = make_due(make_schedule()), make_due(make_schedule("another"))
    Schedule.objects.filter(pk=schedule.pk).update(**broken)
    assert enqueue_due() == 1
    schedule.refresh_from_db()
    assert (schedule.is_enabled, schedule.next_at) == (False, None)
    assert next(iter(broken.values())) in schedule.problem
    assert Job.objects.get().title == other.name


@pytest.mark.django_db(transaction=True)
def test_ten_processes_that_look_at_once_make_one_job_for_each() -> None:
    for number in range(5):
        make_due(make_schedule(f"schedule {number}"))
    together = threading.Barrier(10)

    def look(_: int) -> int:
        try:
            together.wait()
            return enqueue_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(look, range(10))) == 5
    assert Job.objects.count() == ScheduledRun.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_a_row_that_somebody_changes_is_left_to_the_next_round() -> None:
    schedule = make_due(make_schedule())
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Schedule.objects.select_for_update().get(pk=schedule.pk)
        assert pool.submit(_look_elsewhere).result() == 0
    assert _look_elsewhere() == 1


def _look_elsewhere() -> int:
    try:
        return enqueue_due()
    finally:
        connection.close()


# What happens, in any order: a round of the reconcile; one that dies after the job's row, at the run's, or just before
# its commit; time that goes by until it is due; the job's end.
STEPS = ("look", "crash at enqueue", "crash at the run", "crash at the end", "due", "finish")


@tuned(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(STEPS), max_size=25))
def test_one_run_for_each_due_time_whatever_crashes(
    db: None, monkeypatch: pytest.MonkeyPatch, steps: list[str]
) -> None:
    with transaction.atomic():
        try:
            _live_through(monkeypatch, steps)
        finally:
            transaction.set_rollback(True)


def _live_through(monkeypatch: pytest.MonkeyPatch, steps: list[str]) -> None:
    schedule, dues, hours = make_schedule(), 0, 1000.0
    for step in steps:
        schedule.refresh_from_db()
        is_due = schedule.next_at is not None and schedule.next_at <= database_now()
        if step == "due" and not is_due:
            hours -= 30
            make_due(schedule, hours_ago=hours)
            dues += 1
        elif step == "finish":
            Job.objects.exclude(state=JobState.SUCCEEDED).update(state=JobState.SUCCEEDED)
        elif step.startswith("crash") and is_due:
            _crash(monkeypatch, step)
        elif step == "look":
            enqueue_due()
        runs = ScheduledRun.objects.filter(schedule=schedule)
        answered = dues - Schedule.objects.filter(next_at__lte=database_now()).count()
        assert runs.count() == answered
        assert runs.filter(job__isnull=False).count() == Job.objects.count()
        assert Job.objects.exclude(state=JobState.SUCCEEDED).count() <= 1


def _crash(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """A round whose process dies in the middle: what it wrote is rolled back with its transaction."""

    def die(*args: Any, **kwargs: Any) -> Any:
        raise Crash

    def die_later(do: Any) -> Any:
        def done(*args: Any, **kwargs: Any) -> Any:
            do(*args, **kwargs)
            raise Crash

        return done

    with monkeypatch.context() as patch:
        if step == "crash at enqueue":
            patch.setattr(due, "enqueue", die_later(enqueue))
        elif step == "crash at the run":
            patch.setattr(ScheduledRun.objects, "create", die)
        else:
            patch.setattr(due, "_run", die_later(due._run))
        with suppress(Crash):  # while the last job goes on it comes to no enqueueing, and so to no crash there
            enqueue_due()


def test_the_database_refuses_a_second_run_for_a_due_time(db: None) -> None:
    schedule = make_due(make_schedule())
    enqueue_due()
    run = ScheduledRun.objects.get()
    with pytest.raises(Exception, match="one_run_per_due_time"), transaction.atomic():
        ScheduledRun.objects.create(schedule=schedule, due_at=run.due_at)


def test_a_round_with_nothing_due_costs_one_query_more(db: None, django_assert_num_queries: Any) -> None:
    make_schedule()
    with django_assert_num_queries(1):
        enqueue_due()


def test_a_schedule_far_in_the_future_is_not_touched(db: None) -> None:
    schedule = make_schedule()
    before = schedule.next_at
    enqueue_due()
    schedule.refresh_from_db()
    assert schedule.next_at == before
    assert before is not None
    assert before - database_now() <= timedelta(days=1)
