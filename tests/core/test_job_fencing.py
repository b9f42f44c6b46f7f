"""Whoever lost the lease writes nothing, whatever it tries."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from afsweb.core.jobs.context import JobContext, LeaseLost
from afsweb.core.jobs.leases import finish, lose, put_back
from afsweb.core.models import Host, Job, JobLog, JobState
from tests.core.conftest import lease, state_of


@pytest.fixture
def old(ctx: JobContext, host: Host) -> JobContext:
    """A context whose lease was lost; another worker has the job by now."""
    assert lose(ctx.job, ctx.lease, "a test took it")
    lease(ctx.job, host)
    JobLog.objects.all().delete()
    return ctx


def test_own_lease_writes(ctx: JobContext) -> None:
    with ctx.fenced():
        Host.objects.create(name="an effect")
    assert Host.objects.filter(name="an effect").exists()


def test_lost_lease_writes_nothing(old: JobContext) -> None:
    with pytest.raises(LeaseLost), old.fenced():
        Host.objects.create(name="an effect")
    assert not Host.objects.filter(name="an effect").exists()


@pytest.mark.parametrize(
    "write",
    [
        lambda ctx: ctx.progress(2, 3, "going on"),
        lambda ctx: ctx.advance(),
        lambda ctx: ctx.log("a line"),
        lambda ctx: ctx.finish(what="came out"),
    ],
)
def test_lost_lease_says_nothing(old: JobContext, write: Callable[[JobContext], None]) -> None:
    with pytest.raises(LeaseLost):
        write(old)
    job = Job.objects.get(pk=old.job.pk)
    assert (job.done, job.note, job.result, JobLog.objects.count()) == (0, "", {}, 0)


@pytest.mark.parametrize(
    "end",
    [
        lambda ctx: finish(ctx.job, ctx.lease, JobState.SUCCEEDED),
        lambda ctx: put_back(ctx.job, ctx.lease),
        lambda ctx: lose(ctx.job, ctx.lease, "again"),
    ],
)
def test_lost_lease_ends_nothing(old: JobContext, end: Callable[[JobContext], bool]) -> None:
    assert end(old) is False
    assert state_of(old.job) == JobState.LEASED
    assert not JobLog.objects.exists()


def test_lost_lease_does_not_beat(old: JobContext) -> None:
    assert not old.job.beat(old.lease)


def test_own_lease_beats(ctx: JobContext) -> None:
    before = ctx.job.heartbeat_at
    assert ctx.job.beat(ctx.lease)
    ctx.job.refresh_from_db()
    assert before is not None and ctx.job.heartbeat_at is not None and ctx.job.heartbeat_at >= before
