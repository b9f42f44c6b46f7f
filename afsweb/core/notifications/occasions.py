"""What the machinery tells people of: how their jobs ended, disks and quotas that run low."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Now, TruncDate
from django.urls import reverse

from afsweb.core.clock import database_now
from afsweb.core.models import Host, HostState, Job, JobState, NotificationKind, Role, User
from afsweb.core.notifications.queueing import DELIVER
from afsweb.core.notifications.telling import notify

LONG = timedelta(minutes=1)
"""Who started a shorter job is still looking at its page."""
LOW_DISK = 10 * 1024**3
"""Bytes. The checkpoints of one training of a small model, or one merged model, take about as much."""
HEARD = timedelta(minutes=5)


def tell_end(job: Job, lease: UUID, state: JobState, error: str = "") -> None:
    """Tell who started the job that it is over; admins of a failure of one that nobody started."""
    if state == JobState.FAILED:
        _tell(job, lease, f"“{job.title}” has failed: {error}", NotificationKind.JOB_FAILED)
    elif state == JobState.SUCCEEDED and job.created_by_id and _took_long(job):
        _tell(job, lease, f"“{job.title}” has finished.", NotificationKind.JOB_FINISHED)


def tell_loss(job: Job, lease: UUID, reason: str) -> None:
    """Tell the same people that an attempt was lost, and that the job is in the line again."""
    text = f"“{job.title}” lost its machine and is in the line again: {reason}."
    _tell(job, lease, text, NotificationKind.JOB_LOST)


def key_of_end(kind: NotificationKind, lease: UUID) -> str:
    """What an attempt's end is called: what tells of it before, in better words, tells of it alone."""
    return f"{kind.value}:{lease}"


def tell_of_low_disks() -> None:
    """Tell the admins of each machine that is at work with little space left; once a day while it is so."""
    hosts = Host.objects.exclude(state=HostState.REVOKED).filter(
        disk_free_bytes__lt=LOW_DISK, seen_at__gte=Now() - HEARD
    )
    for host in hosts.annotate(today=TruncDate(Now())):
        free = f"{(host.disk_free_bytes or 0) / 1024**3:.1f}"
        text = f"{host} has {free} GB of disk space left: delete what it does not need, or drain it."
        key = f"disk:{host.uuid}:{host.today}"
        notify(_admins(), text, host.get_absolute_url(), kind=NotificationKind.DISK_LOW, key=key)


def tell_of_low_quota(name: str, used: int, quota: int, link: str) -> None:
    """Tell the admins that of the quota `name` (such as “artifacts”) `used` of `quota` bytes are taken; once a day."""
    share = f"{100 * used / quota:.0f} %" if quota else "all"
    text = f"The quota of {name} is nearly used up: {share} of {quota / 1024**3:,.1f} GB."
    key = f"quota:{name[:60]}:{database_now().date()}"
    notify(_admins(), text, link, kind=NotificationKind.QUOTA_LOW, key=key)


def _tell(job: Job, lease: UUID, text: str, kind: NotificationKind) -> None:
    if job.kind == DELIVER:
        return  # a notification about notifications that cannot be sent would be one more of them
    people = [job.created_by] if job.created_by else _admins()
    link = job.about_url if kind == NotificationKind.JOB_FINISHED else None
    notify(people, text, link or reverse("show_job", args=[job.pk]), kind=kind, key=key_of_end(kind, lease))


def _took_long(job: Job) -> bool:
    return Job.objects.filter(pk=job.pk, created_at__lt=F("finished_at") - LONG).exists()


def _admins() -> list[User]:
    return list(User.objects.filter(role=Role.ADMIN, is_active=True))
