"""What the machinery tells: a job's end to who started it, a low disk and a low quota to the admins; each once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db.models.functions import Now

from afsweb.core.jobs.actions import Actor, cancel
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.leases import finish, lose, put_back
from afsweb.core.jobs.reconcile import reconcile
from afsweb.core.models import Host, HostState, Job, JobState, Notification, NotificationKind, Role, User
from afsweb.core.notifications.occasions import LOW_DISK, tell_of_low_disks, tell_of_low_quota
from afsweb.core.notifications.queueing import DELIVER
from tests.core.conftest import lease, make_host, make_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def ctx(trainer: User) -> JobContext:
    """A running job of the trainer's that was added five minutes ago."""
    job = make_job(created_by=trainer, created_at=Now() - timedelta(minutes=5), title="Train nayru")
    return JobContext(job, lease(job, make_host("here")))


def told() -> list[tuple[str, str]]:
    """Who was told of which kind, in order."""
    return list(Notification.objects.order_by("pk").values_list("person__username", "kind"))


def test_who_started_a_job_is_told_that_it_finished(ctx: JobContext) -> None:
    assert finish(ctx.job, ctx.lease, JobState.SUCCEEDED)
    assert told() == [("a-trainer", NotificationKind.JOB_FINISHED)]
    one = Notification.objects.get()
    assert (one.text, one.link) == ("“Train nayru” has finished.", ctx.job.get_absolute_url())


def test_of_a_short_job_nobody_is_told_that_it_finished(ctx: JobContext) -> None:
    Job.objects.update(created_at=Now() - timedelta(seconds=30))
    finish(ctx.job, ctx.lease, JobState.SUCCEEDED)
    assert told() == []


def test_a_failure_says_why(ctx: JobContext) -> None:
    finish(ctx.job, ctx.lease, JobState.FAILED, error="The disk is full.\x00")
    assert told() == [("a-trainer", NotificationKind.JOB_FAILED)]
    assert Notification.objects.get().text.startswith("“Train nayru” has failed: The disk is full.")


def test_a_lost_attempt_is_told_and_the_last_one_as_a_failure(ctx: JobContext) -> None:
    Job.objects.update(attempt=2)
    lose(ctx.job, ctx.lease, "nothing was heard of it")
    assert told() == [("a-trainer", NotificationKind.JOB_LOST)]
    again = lease(ctx.job, make_host("another"))
    lose(ctx.job, again, "nothing was heard of it")
    assert told()[1:] == [("a-trainer", NotificationKind.JOB_FAILED)]


def test_the_rounds_tell_of_a_silent_job(ctx: JobContext) -> None:
    Job.objects.update(heartbeat_at=Now() - timedelta(seconds=settings.JOB_LEASE + 1))
    reconcile()
    assert told() == [("a-trainer", NotificationKind.JOB_LOST)]


def test_an_end_that_is_somebody_elses_is_not_told(ctx: JobContext) -> None:
    Job.objects.update(lease=None, state=JobState.QUEUED)
    assert not finish(ctx.job, ctx.lease, JobState.FAILED)
    assert told() == []


def test_what_a_person_stopped_or_a_worker_put_back_is_not_told(ctx: JobContext, trainer: User) -> None:
    put_back(ctx.job, ctx.lease)
    cancel(ctx.job, Actor(trainer))
    assert told() == []


def test_admins_are_told_of_a_failure_that_nobody_started(ctx: JobContext, admin_user: User) -> None:
    Job.objects.update(created_by=None)
    ctx.job.refresh_from_db()
    finish(ctx.job, ctx.lease, JobState.FAILED, error="No.")
    assert told() == [("a-admin", NotificationKind.JOB_FAILED)]


def test_a_job_that_nobody_started_and_that_ends_well_is_nobodys_news(ctx: JobContext, admin_user: User) -> None:
    Job.objects.update(created_by=None)
    ctx.job.refresh_from_db()
    finish(ctx.job, ctx.lease, JobState.SUCCEEDED)
    assert told() == []


def test_the_job_that_sends_notifications_makes_none(ctx: JobContext, admin_user: User) -> None:
    Job.objects.update(kind=DELIVER, created_by=None)
    ctx.job.refresh_from_db()
    finish(ctx.job, ctx.lease, JobState.FAILED, error="No.")
    assert told() == []


def test_a_job_retried_and_failed_again_is_told_again(ctx: JobContext) -> None:
    finish(ctx.job, ctx.lease, JobState.FAILED, error="No.")
    Job.objects.update(state=JobState.QUEUED, attempt=0)
    finish(ctx.job, lease(ctx.job, make_host("another")), JobState.FAILED, error="No.")
    assert len(told()) == 2


def low(free: int = LOW_DISK - 1, **changes: object) -> Host:
    host = make_host(str(free))
    Host.objects.filter(pk=host.pk).update(**{"disk_free_bytes": free, "seen_at": Now(), **changes})
    return host


def test_admins_are_told_of_a_low_disk_once_a_day(admin_user: User, trainer: User) -> None:
    host = low(3 * 1024**3)
    for _ in range(3):
        tell_of_low_disks()
    assert told() == [("a-admin", NotificationKind.DISK_LOW)]
    one = Notification.objects.get()
    assert "has 3.0 GB of disk space left" in one.text
    assert one.link == host.get_absolute_url()
    Notification.objects.update(key=f"disk:{host.uuid}:2020-01-01")
    tell_of_low_disks()
    assert len(told()) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"disk_free_bytes": LOW_DISK},
        {"disk_free_bytes": None},
        {"seen_at": None},
        {"state": HostState.REVOKED},
    ],
)
def test_a_machine_with_space_or_not_at_work_is_no_news(admin_user: User, changes: dict[str, object]) -> None:
    low(**changes)  # type: ignore[arg-type]
    tell_of_low_disks()
    assert told() == []


def test_the_rounds_tell_of_low_disks(admin_user: User) -> None:
    low()
    reconcile()
    assert told() == [("a-admin", NotificationKind.DISK_LOW)]


def test_admins_are_told_of_a_low_quota_once_a_day(admin_user: User) -> None:
    User.objects.create(username="gone", role=Role.ADMIN, is_active=False)
    for _ in range(2):
        tell_of_low_quota("artifacts", 95 * 1024**3, 100 * 1024**3, "/artifacts/")
    assert told() == [("a-admin", NotificationKind.QUOTA_LOW)]
    assert "The quota of artifacts is nearly used up: 95 % of 100.0 GB." in Notification.objects.get().text
