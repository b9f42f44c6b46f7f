"""Putting work on the list: the row in the caller's transaction, the ring when that is committed."""

from __future__ import annotations

from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import BigIntegerField
from django.db.models.functions import Cast, Extract, Now

from afsweb.core.jobs.registry import get_kind
from afsweb.core.jobs.ring import ring
from afsweb.core.models import Host, Job, JobState, User

# A job's place in the line is the microsecond it came: whoever came first goes first, over all queues of a worker.
NEXT_POSITION = Cast(Extract(Now(), "epoch") * 1_000_000, BigIntegerField())


class HasPage(Protocol):
    """What a job can be about: a row whose page has a name and takes its uuid."""

    uuid: UUID


def enqueue(
    kind: str,
    params: dict[str, Any],
    *,
    title: str,
    by: User | None = None,
    about: tuple[str, HasPage] | None = None,
    host: Host | None = None,
    priority: int = 0,
    queue: str = "",
) -> Job:
    """Insert a queued job of `kind` and ring its queue after the commit.

    `title` is what people read; `about` is (URL name, row) of the page of what it works on; `params` must be
    JSON and small: ids, never content. `queue` is another than the kind's, for a host that takes not that.
    Raises UnknownKind, a KeyError, for a kind that does not exist.
    """
    spec = get_kind(kind)
    job = Job.objects.create(
        kind=kind,
        title=title[:200],
        params=params,
        queue=queue or spec.queue,
        priority=priority,
        position=NEXT_POSITION,
        pinned_host=host,
        needs_gpu_slot=spec.needs_gpu_slot,
        on_hub=spec.on_hub,
        max_attempts=spec.max_attempts,
        code_version=settings.VERSION,
        about_url_name=about[0] if about else "",
        about_uuid=about[1].uuid if about else None,
        created_by=by,
    )
    job.refresh_from_db(fields=["position"])
    transaction.on_commit(lambda: ring(job))
    return job


@transaction.atomic
def waiting_job(kind: str, params: dict[str, Any]) -> Job | None:
    """The job that waits to do just this, if there is one: another would do the same again.

    It is held until the caller's transaction ends, so it begins after what was written there.
    """
    waiting = Job.objects.filter(kind=kind, params=params, state=JobState.QUEUED)
    return waiting.select_for_update(no_key=True, skip_locked=True).first()
