"""Taking the next job from the line: one row lock, one conditional update, no waiting for others."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from afsweb.core.models import Host, HostState, Job, JobState


@dataclass(frozen=True)
class Claim:
    """A job that is ours as long as `lease` is its lease."""

    job: Job
    lease: UUID


def claim(host: Host, worker: str, queues: Collection[str]) -> Claim | None:
    """Lease the next job of `queues` that this host may do; None when there is none or the host takes none.

    First by priority (higher first), then by position; rows that others are just taking are skipped.
    """
    current = Host.objects.get(pk=host.pk)
    if current.state != HostState.ACTIVE:
        return None
    for _ in range(current.gpu_slots + 1):
        try:
            with transaction.atomic():
                return _take_next(current, worker, queues)
        except IntegrityError:
            continue  # another worker of this host took the GPU slot; look again
    return None


def _take_next(host: Host, worker: str, queues: Collection[str]) -> Claim | None:
    slot = _free_slot(host)
    waiting = claimable(host, queues)
    if slot is None:
        waiting = waiting.filter(needs_gpu_slot=False)
    job = waiting.order_by("-priority", "position", "pk").select_for_update(skip_locked=True).first()
    lease = job.take_lease(host, worker, slot if job.needs_gpu_slot else None) if job else None
    return Claim(job, lease) if job and lease else None


def claimable(host: Host, queues: Collection[str]) -> QuerySet[Job]:
    """The queued jobs that a worker of `host` and of this version may take now, in no order."""
    return Job.objects.filter(
        Q(not_before__isnull=True) | Q(not_before__lte=Now()),
        Q(pinned_host__isnull=True) | Q(pinned_host=host),
        state=JobState.QUEUED,
        queue__in=queues,
        code_version__in=("", settings.VERSION),
    )


def _free_slot(host: Host) -> int | None:
    """The lowest GPU slot of the host that no running job has."""
    running = Job.objects.filter(host=host, state=JobState.LEASED, gpu_slot__isnull=False)
    taken = set(running.values_list("gpu_slot", flat=True))
    return next((slot for slot in range(host.gpu_slots) if slot not in taken), None)
