"""What people do with jobs: stop, retry, reorder, prioritise, pin; each with a line of history, or refused in words."""

from __future__ import annotations

import pytest
from django.conf import settings

from afsweb.core.jobs import actions
from afsweb.core.jobs.actions import Actor, Move
from afsweb.core.jobs.claim import claimable
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.errors import (
    JobIsFinal,
    JobNotFinal,
    JobNotWaiting,
    JobSucceeded,
    NoSuchPriority,
    NothingToPass,
    RetryRefused,
)
from afsweb.core.jobs.registry import job as kind
from afsweb.core.models import Event, EventSource, Host, Job, JobState, User
from tests.core.conftest import make_job, state_of, verbs_of


@pytest.fixture
def actor(trainer: User) -> Actor:
    return Actor(trainer)


def line() -> list[Job]:
    return list(Job.objects.filter(state=JobState.QUEUED).order_by("-priority", "position"))


def test_cancel_of_a_waiting_job_is_at_once(job: Job, actor: Actor) -> None:
    actions.cancel(job, actor)
    job.refresh_from_db()
    assert (job.state, job.finished_at is not None, verbs_of(job)) == (JobState.CANCELLED, True, ["cancel"])


def test_cancel_of_a_running_job_asks_it(ctx: JobContext, actor: Actor) -> None:
    actions.cancel(ctx.job, actor)
    ctx.job.refresh_from_db()
    assert (ctx.job.state, ctx.job.is_stopping, verbs_of(ctx.job)) == (JobState.LEASED, True, ["ask to stop"])


def test_asking_twice_is_asking_once(ctx: JobContext, actor: Actor) -> None:
    actions.cancel(ctx.job, actor)
    actions.cancel(ctx.job, actor)
    assert verbs_of(ctx.job) == ["ask to stop"]


@pytest.mark.parametrize("state", JobState.final())
def test_cancel_of_a_finished_job_is_refused(actor: Actor, db: None, state: JobState) -> None:
    job = make_job(state=state)
    with pytest.raises(JobIsFinal, match=f"has {state} already"):
        actions.cancel(job, actor)
    assert verbs_of(job) == []


def test_history_says_who_and_which_way(job: Job, trainer: User) -> None:
    actions.cancel(job, Actor(trainer, EventSource.CLI))
    event = Event.objects.get()
    assert (event.actor, event.source, event.job_id) == (trainer, EventSource.CLI, job.pk)


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.CANCELLED])
def test_retry_starts_as_new(actor: Actor, host: Host, state: JobState) -> None:
    job = make_job(state=state, attempt=3, done=5, error="it broke", code_version="0.0.1", host=host)
    actions.retry(job, actor)
    job.refresh_from_db()
    assert (job.state, job.attempt, job.done, job.error, job.host) == (JobState.QUEUED, 0, 0, "", None)
    assert job.code_version == settings.VERSION
    assert claimable(host, ["default"]).get() == job
    assert verbs_of(job) == ["retry"]


def test_retry_of_success_is_refused(actor: Actor, db: None) -> None:
    with pytest.raises(JobSucceeded):
        actions.retry(make_job(state=JobState.SUCCEEDED), actor)


def test_retry_of_a_waiting_job_is_refused(job: Job, actor: Actor) -> None:
    with pytest.raises(JobNotFinal):
        actions.retry(job, actor)


def test_retry_that_another_person_was_faster_with_is_refused(actor: Actor, db: None) -> None:
    job = make_job(state=JobState.FAILED)
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED)
    with pytest.raises(JobNotFinal):
        actions.retry(job, actor)
    assert verbs_of(job) == []


def test_retry_is_refused_when_its_kind_says_so(actor: Actor, db: None) -> None:
    kind("tests.refused", refuse_retry=lambda *, source: f"the source {source} was undone.")(lambda ctx, **_: None)
    job = make_job(state=JobState.FAILED, kind="tests.refused", params={"source": 7})
    with pytest.raises(RetryRefused, match=r"“A test job” cannot be retried: the source 7 was undone\."):
        actions.retry(job, actor)
    assert state_of(job) == JobState.FAILED


def test_retry_of_a_kind_that_is_gone_is_refused(actor: Actor, db: None) -> None:
    with pytest.raises(RetryRefused, match="no job of the kind"):
        actions.retry(make_job(state=JobState.FAILED, kind="core.gone"), actor)


def test_up_and_down_change_places(actor: Actor, db: None) -> None:
    first, second, third = make_job(), make_job(), make_job()
    actions.move(third, Move.UP, actor)
    assert line() == [first, third, second]
    actions.move(first, Move.DOWN, actor)
    assert line() == [third, first, second]
    assert verbs_of(first) == ["move", "move"]


def test_top_goes_before_higher_priorities(actor: Actor, db: None) -> None:
    last, first = make_job(), make_job(priority=9)
    actions.move(last, Move.TOP, actor)
    assert line() == [last, first]


def test_top_of_a_line_of_one(job: Job, actor: Actor) -> None:
    actions.move(job, Move.TOP, actor)
    assert line() == [job]


def test_place_of_a_job_that_runs_is_fixed(ctx: JobContext, actor: Actor) -> None:
    with pytest.raises(JobNotWaiting):
        actions.move(ctx.job, Move.UP, actor)


@pytest.mark.parametrize("to", [Move.UP, Move.DOWN])
def test_nobody_to_pass(job: Job, actor: Actor, to: Move) -> None:
    make_job(priority=1)
    make_job(queue="gpu")
    with pytest.raises(NothingToPass):
        actions.move(job, to, actor)
    assert verbs_of(job) == []


def test_priority_changes_the_line(actor: Actor, db: None) -> None:
    first, second = make_job(), make_job()
    actions.prioritise(second, "7", actor)
    assert line() == [second, first]
    event = Event.objects.get()
    assert (event.verb, event.before, event.after) == ("prioritise", {"priority": 0}, {"priority": 7})


@pytest.mark.parametrize("value", ["", "high", "1.5", "101", "-101", "9" * 50])
def test_what_is_no_priority_is_refused(job: Job, actor: Actor, value: str) -> None:
    with pytest.raises(NoSuchPriority):
        actions.prioritise(job, value, actor)


def test_pin_and_unpin(job: Job, host: Host, actor: Actor) -> None:
    actions.pin(job, host, actor)
    job.refresh_from_db()
    assert job.pinned_host == host
    actions.pin(job, None, actor)
    job.refresh_from_db()
    assert job.pinned_host is None
    assert verbs_of(job) == ["pin", "unpin"]


def test_running_job_is_not_pinned(ctx: JobContext, host: Host, actor: Actor) -> None:
    with pytest.raises(JobNotWaiting):
        actions.pin(ctx.job, host, actor)
