"""Endpoints and their prices: kept with a line of history, and what was spent on one."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Count, Q, Sum

from afsweb.core.history import record
from afsweb.core.models import CallState, Endpoint, EndpointPrice, EventSource, User
from afsweb.llm.forms import EndpointForm, PriceForm


@transaction.atomic
def save_endpoint(form: EndpointForm, *, by: User | None, source: EventSource = EventSource.UI) -> Endpoint:
    """Keep what a valid form says."""
    endpoint = form.save()
    record("save", endpoint, actor=by, source=source, after={"name": endpoint.name})
    return endpoint


@transaction.atomic
def save_price(form: PriceForm, *, by: User | None, source: EventSource = EventSource.UI) -> EndpointPrice:
    """Keep what a valid form says, from its day on. Older prices stay: what was paid is not rewritten."""
    price = form.save()
    record("price", price.endpoint, actor=by, source=source, after={"price": str(price)})
    return price


def spent_on(endpoint: Endpoint) -> dict[str, Any]:
    """`calls`, their `cost` in US dollars (None without any), and how many are `unknown`: never answered."""
    return endpoint.calls.aggregate(
        cost=Sum("cost"), calls=Count("pk"), unknown=Count("pk", filter=Q(state=CallState.UNKNOWN))
    )
