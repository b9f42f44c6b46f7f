"""Rate limits shared by all workers: the ledger itself says how many requests went out in the last minute."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count, Min
from django.db.models.functions import Now

from afsweb.core.models import Call, Endpoint

MINUTE = timedelta(minutes=1)


def seconds_to_wait(endpoint: Endpoint) -> float:
    """0 when another request may go out now, else the seconds until the oldest of the last minute leaves the window."""
    if endpoint.requests_per_minute is None:
        return 0.0
    recent = Call.objects.filter(endpoint=endpoint, created_at__gt=Now() - MINUTE)
    seen = recent.aggregate(count=Count("pk"), age=Now() - Min("created_at"))
    if seen["count"] < endpoint.requests_per_minute:
        return 0.0
    age: timedelta = seen["age"]
    return max(0.05, (MINUTE - age).total_seconds())
