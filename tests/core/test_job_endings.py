"""How a body's end becomes the job's: success, a plain reason, cancelled, back in the line."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import OperationalError
from django.db.models.functions import Now

from afsweb.core.jobs.context import JobContext, LeaseLost, PutBack, Stopped
from afsweb.core.jobs.errors import JobSucceeded
from afsweb.core.jobs.leases import put_back
from afsweb.core.jobs.perform import perform, settle
from afsweb.core.jobs.registry import job as kind
from afsweb.core.models import Call, CallState, Endpoint, Host, Job, JobLog, JobState
from tests.core.conftest import lease, make_job


def run(ctx: JobContext, body: Callable[[JobContext], None]) -> Job:
    """The job's row after its one attempt with that body."""
    kind("tests.body")(body)
    Job.objects.filter(pk=ctx.job.pk).update(kind="tests.body", params={})
    ctx.job.refresh_from_db()
    settle(perform(ctx))
    return Job.objects.get(pk=ctx.job.pk)


def raising(error: BaseException) -> Callable[[JobContext], None]:
    def body(_ctx: JobContext) -> None:
        raise error

    return body


def test_success(ctx: JobContext) -> None:
    job = run(ctx, lambda ctx: ctx.finish(answer=42))
    assert (job.state, job.result, job.error) == (JobState.SUCCEEDED, {"answer": 42}, "")
    assert job.finished_at is not None
    assert (job.lease, job.gpu_slot) == (None, None)


def test_real_body_runs_with_its_params(ctx: JobContext) -> None:
    assert settle(perform(ctx))
    ctx.job.refresh_from_db()
    assert (ctx.job.state, ctx.job.done, ctx.job.total) == (JobState.SUCCEEDED, 3, 3)
    assert list(JobLog.objects.values_list("text", flat=True)) == [f"step {n} of 3" for n in (1, 2, 3)]


def test_own_error_is_shown_as_it_is(ctx: JobContext) -> None:
    job = run(ctx, raising(JobSucceeded(title="x")))
    assert job.state == JobState.FAILED
    assert job.error == str(JobSucceeded(title="x"))


def test_unexpected_error_gives_type_message_and_traceback(ctx: JobContext) -> None:
    job = run(ctx, raising(ZeroDivisionError("division by zero")))
    assert (job.state, job.error) == (JobState.FAILED, "ZeroDivisionError: division by zero")
    assert "Traceback" in JobLog.objects.get(job=job).text


def test_error_without_a_word_gives_its_type(ctx: JobContext) -> None:
    assert run(ctx, raising(RuntimeError())).error == "RuntimeError"


def test_error_that_postgres_cannot_keep_is_kept(ctx: JobContext) -> None:
    job = run(ctx, raising(ValueError("a\x00b \ud800")))
    assert job.state == JobState.FAILED
    assert job.error.startswith("ValueError: a\N{REPLACEMENT CHARACTER}b")


def test_params_that_do_not_fit_fail(ctx: JobContext) -> None:
    Job.objects.filter(pk=ctx.job.pk).update(params={"nonsense": 1})
    ctx.job.refresh_from_db()
    settle(perform(ctx))
    ctx.job.refresh_from_db()
    assert ctx.job.state == JobState.FAILED
    assert "nonsense" in ctx.job.error


def test_kind_of_another_version_fails_in_words(ctx: JobContext) -> None:
    ctx.job.kind = "core.gone"
    settle(perform(ctx))
    ctx.job.refresh_from_db()
    assert ctx.job.error == "This version of the program has no job of the kind “core.gone”."


def test_stopped_by_a_person_is_cancelled(ctx: JobContext) -> None:
    Job.objects.filter(pk=ctx.job.pk).update(stop_requested_at=Now())
    job = run(ctx, lambda ctx: ctx.check_stop())
    assert (job.state, job.error) == (JobState.CANCELLED, "")


def test_stop_of_the_worker_puts_back_without_counting(ctx: JobContext) -> None:
    ctx.draining.set()
    job = run(ctx, lambda ctx: ctx.check_stop())
    assert (job.state, job.attempt, job.host, job.lease) == (JobState.QUEUED, 0, None, None)


def test_body_that_leaves_by_stopped_when_the_worker_stops_is_put_back(ctx: JobContext) -> None:
    ctx.draining.set()
    assert run(ctx, raising(Stopped())).state == JobState.QUEUED


def test_stop_by_person_outranks_stop_of_the_worker(ctx: JobContext) -> None:
    Job.objects.filter(pk=ctx.job.pk).update(stop_requested_at=Now())
    ctx.draining.set()
    assert run(ctx, raising(PutBack())).state == JobState.CANCELLED


def test_database_trouble_is_another_attempt(ctx: JobContext) -> None:
    job = run(ctx, raising(OperationalError("server closed the connection\nmore")))
    assert (job.state, job.attempt) == (JobState.QUEUED, 1)
    assert "server closed the connection. Back in the line." in JobLog.objects.get(job=job).text


def test_database_trouble_fails_in_the_last_attempt(ctx: JobContext) -> None:
    Job.objects.filter(pk=ctx.job.pk).update(attempt=3)
    job = run(ctx, raising(OperationalError("gone")))
    assert (job.state, job.error) == (
        JobState.FAILED,
        "It lost its worker 3 times; the last time, the database failed it: gone.",
    )


def test_lost_lease_is_not_an_end(ctx: JobContext, host: Host) -> None:
    kind("tests.body")(raising(LeaseLost()))
    ctx.job.kind, ctx.job.params = "tests.body", {}
    with pytest.raises(LeaseLost):
        perform(ctx)


@pytest.mark.parametrize("ending", ["succeeded", "put back"])
def test_open_calls_of_an_ended_attempt_are_unknown(host: Host, ending: str) -> None:
    job, other = make_job(), make_job()
    endpoint = Endpoint.objects.create(name="an endpoint", provider="gemini", model="m")
    for number, owner in enumerate((job, other)):
        Call.objects.create(endpoint=endpoint, job=owner, purpose="p", key=str(number), reserved_cost=Decimal(1))
    ctx = JobContext(job, lease(job, host))
    assert settle(perform(ctx)) if ending == "succeeded" else put_back(job, ctx.lease)
    assert list(Call.objects.order_by("key").values_list("state", flat=True)) == [CallState.UNKNOWN, CallState.SENT]
