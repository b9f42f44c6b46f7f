"""What people do with schedules: run now, on and off; what cannot run is refused with what is wrong."""

from __future__ import annotations

import pytest

from afsweb.core.clock import database_now
from afsweb.core.jobs.actions import Actor
from afsweb.core.models import Event, EventSource, Job, Schedule, ScheduledRun, User
from afsweb.core.schedules.actions import check_work, disable, enable, run_now
from afsweb.core.schedules.errors import BadCronLine, BadParams, NoSuchKind, StillBusy
from afsweb.upkeep.usual import USUAL, add_usual_schedules
from tests.rows import run_job
from tests.schedules.making import make_schedule

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor(admin_user: User) -> Actor:
    return Actor(admin_user)


def test_run_now_makes_a_job_and_leaves_the_next_time(actor: Actor) -> None:
    schedule = make_schedule()
    job = run_now(schedule, actor)
    run = ScheduledRun.objects.get()
    assert (run.due_at, run.job, job.created_by) == (None, job, actor.user)
    before = schedule.next_at
    schedule.refresh_from_db()
    assert (schedule.next_at, schedule.last_job) == (before, job)
    assert Event.objects.get(verb="run now").actor == actor.user


def test_it_is_not_run_twice_at_once(actor: Actor) -> None:
    schedule = make_schedule()
    job = run_now(schedule, actor)
    with pytest.raises(StillBusy, match="“nightly” is not done with its last run yet"):
        run_now(schedule, actor)
    run_job(job)
    run_now(schedule, actor)
    assert Job.objects.count() == 2


def test_off_runs_no_more_and_on_does_not_make_up_for_it(actor: Actor) -> None:
    schedule = make_schedule()
    disable(schedule, actor)
    disable(schedule, actor)
    schedule.refresh_from_db()
    assert (schedule.is_enabled, schedule.next_at) == (False, None)
    enable(schedule, actor)
    schedule.refresh_from_db()
    assert schedule.next_at is not None
    assert schedule.next_at > database_now()
    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)) == ["disable", "enable"]


def test_what_was_switched_off_for_a_problem_says_it_again_until_it_is_mended(actor: Actor) -> None:
    schedule = make_schedule()
    Schedule.objects.update(is_enabled=False, next_at=None, cron="nonsense", problem="It was wrong.")
    with pytest.raises(BadCronLine):
        enable(schedule, actor)
    Schedule.objects.update(cron="0 4 * * *")
    enable(schedule, actor)
    schedule.refresh_from_db()
    assert schedule.problem == ""


@pytest.mark.parametrize("params", [{}, {"steps": 1}, {"steps": 1, "pause": 0, "more": 1}, ["steps"], "steps", None])
def test_params_that_the_body_does_not_take_are_refused(params: object) -> None:
    with pytest.raises(BadParams, match="cannot be run with these parameters"):
        check_work("core.selftest", params)


def test_a_kind_that_is_none_is_refused(actor: Actor) -> None:
    with pytest.raises(NoSuchKind, match=r"no job of the kind “gone\.kind”"):
        check_work("gone.kind", {})
    schedule = make_schedule()
    Schedule.objects.update(kind="gone.kind")
    with pytest.raises(NoSuchKind):
        run_now(schedule, actor)


def test_the_usual_ones_can_run_and_are_added_once(actor: Actor) -> None:
    assert add_usual_schedules() == [name for name, *_ in USUAL]
    for schedule in Schedule.objects.all():
        check_work(schedule.kind, schedule.params)
        assert schedule.is_enabled
    disable(Schedule.objects.get(name="Catalogue"), Actor(None, EventSource.CLI))
    assert add_usual_schedules() == []
    assert not Schedule.objects.get(name="Catalogue").is_enabled
    assert Schedule.objects.count() == len(USUAL)
