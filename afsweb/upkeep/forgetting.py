"""Forgetting what only grows and nobody looks for any more: each day one job deletes what is old of it, bit by bit.

History, jobs, calls and notifications are no such rows: they say what happened, and stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.registry import job
from afsweb.core.models import CataloguePoint, Delivery, DeliveryState, GpuReading, ScheduledRun, Session

FORGET = "upkeep.forget"
AFTER = timedelta(days=90)
GROWTH_AFTER = timedelta(days=2 * 365)
"""The curves of the catalogue look back further."""
BATCH = 5_000


@job(FORGET, on_hub=True)
def forget(ctx: JobContext) -> None:
    """Delete what is old. Safe to stop and to run twice."""
    counts = {}
    for name, rows in _old():
        counts[name] = 0
        while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
            with ctx.fenced():
                rows.filter(pk__in=keys).delete()
            counts[name] += len(keys)
            ctx.progress(sum(counts.values()), note=f"deleting old {name}")
    ctx.finish(**counts)


def _old() -> Iterator[tuple[str, QuerySet]]:  # type: ignore[type-arg]
    yield "sessions", Session.objects.filter(expire_date__lt=Now())
    over = ~Q(state__in=DeliveryState.open())
    yield "deliveries", Delivery.objects.filter(over, created_at__lt=Now() - AFTER)
    yield "gpu_readings", GpuReading.objects.filter(at__lt=Now() - AFTER)
    yield "scheduled_runs", ScheduledRun.objects.filter(at__lt=Now() - AFTER)
    yield "catalogue_points", CataloguePoint.objects.filter(at__lt=Now() - GROWTH_AFTER)
