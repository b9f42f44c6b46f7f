"""Putting right what a lost worker or a lost ring left behind, and putting in the line what is due.

Every worker does this; one at a time is enough.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from afsweb.core.jobs.leases import lose
from afsweb.core.jobs.ring import ring_again
from afsweb.core.models import Job, JobState
from afsweb.core.notifications.occasions import tell_of_low_disks
from afsweb.core.notifications.queueing import call_deliverer_if_due
from afsweb.core.schedules.due import enqueue_due

LOCK = 0x6A6F6273  # "jobs" in ASCII: this advisory lock's number, ours alone in this database


def reconcile() -> bool:
    """Expire the leases of the lost, tell of low disks, see that notifications go out, enqueue what is due, ring again.

    False when another process is at it.
    """
    with transaction.atomic():
        if not _take_lock():
            return False
        expire_leases()
        tell_of_low_disks()
        call_deliverer_if_due()
    enqueue_due()
    ring_for_waiting()
    return True


def expire_leases() -> int:
    """Take the leases back whose heartbeat is older than `JOB_LEASE`; returns how many. Call it in a transaction.

    A row that is locked belongs to a job that is just writing: it is alive.
    """
    silent = Job.objects.filter(state=JobState.LEASED, heartbeat_at__lt=Now() - timedelta(seconds=settings.JOB_LEASE))
    expired = 0
    for job in silent.select_for_update(skip_locked=True, no_key=True):
        assert job.lease is not None  # a constraint of the table
        expired += lose(job, job.lease, f"nothing was heard of {job.worker} for {settings.JOB_LEASE:g} s")
    return expired


def ring_for_waiting() -> None:
    """Ring each queue where a job has waited longer than a worker takes to look by itself."""
    waiting = Job.objects.filter(
        Q(not_before__isnull=True) | Q(not_before__lte=Now()),
        state=JobState.QUEUED,
        created_at__lt=Now() - timedelta(seconds=settings.JOB_POLL),
    )
    for job in waiting.order_by("queue", "-priority", "position").distinct("queue"):
        ring_again(job)


def _take_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])
