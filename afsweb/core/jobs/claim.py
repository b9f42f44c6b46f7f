"""Taking the next job from the line: one row lock, one conditional update, no waiting for others."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, Q, QuerySet
from django.db.models.functions import Now

from afsweb.core.models import Host, HostState, Job, JobState

TRIES = 10  # more workers than this hardly meet at the GPU slots of one host; the next look is seconds away


@dataclass(frozen=True)
class Claim:
    """A job that is ours as long as `lease` is its lease."""

    job: Job
    lease: UUID


def claim(host: Host, worker: str, queues: Collection[str]) -> Claim | None:
    """Lease the next job of `queues` that this host may do; None when there is none or the host takes none.

    First by priority (higher first), then by position; rows that others are just taking are skipped.
    """
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return _take_next(host, worker, queues)
        except IntegrityError:
            continue  # another worker of this host took the GPU slot; look again
    return None


def _take_next(host: Host, worker: str, queues: Collection[str]) -> Claim | None:
    waiting = claimable(host, queues).order_by("-priority", "position", "pk").select_for_update(skip_locked=True)
    job, slot = waiting.first(), None
    if job and job.needs_gpu_slot:
        slot = _free_slot(host)
        job = job if slot is not None else waiting.filter(needs_gpu_slot=False).first()
    lease = job.take_lease(host, worker, slot if job.needs_gpu_slot else None) if job else None
    return Claim(job, lease) if job and lease else None


def claimable(host: Host, queues: Collection[str]) -> QuerySet[Job]:
    """The queued jobs that a worker of `host` and of this version may take now, in no order."""
    return Job.objects.filter(
        Exists(Host.objects.filter(pk=host.pk, state=HostState.ACTIVE)),
        Q(not_before__isnull=True) | Q(not_before__lte=Now()),
        Q(pinned_host__isnull=True) | Q(pinned_host=host),
        Q() if host.joined_at is None else Q(on_hub=False),
        state=JobState.QUEUED,
        queue__in=queues,
        code_version__in=("", settings.VERSION),
    )


def _free_slot(host: Host) -> int | None:
    """The lowest GPU slot of the host that no running job has."""
    slots = Host.objects.values_list("gpu_slots", flat=True).get(pk=host.pk)
    running = Job.objects.filter(host=host, state=JobState.LEASED, gpu_slot__isnull=False)
    taken = set(running.values_list("gpu_slot", flat=True))
    return next((slot for slot in range(slots) if slot not in taken), None)
