"""The ledger: every paid call is written down before it is sent, and again when its answer is known.

A call whose answer never came is `unknown`: it counts against the budget with what was reserved for it, and is never
sent again by itself. (With "call, then commit" 200 kills lost 148 paid answers without a trace.)
"""

from __future__ import annotations

from decimal import Decimal

from django.db import models, transaction
from django.db.models.functions import Coalesce, Now

from afsweb.core.models import Call, CallState, Endpoint, EndpointPrice, Job
from afsweb.llm.request import Reply, Request
from afsweb.refusal import Refusal

MILLION = Decimal(1_000_000)


class NoPrice(Refusal):
    """This endpoint has no price for today. Enter one on its page, with where you read it: a budget needs it."""


class BudgetSpent(Refusal):
    """The budget does not cover another request. Raise it, or stop here: what was made stays."""


def price_today(endpoint: Endpoint) -> EndpointPrice:
    """The price in force today by the database's clock. Raises NoPrice."""
    price = endpoint.prices.filter(since__lte=Now()).order_by("-since").first()
    if price is None:
        raise NoPrice
    return price


def worst_cost(price: EndpointPrice, request: Request) -> Decimal:
    """US dollars that the request can cost at most: its input, and every output token it may use, thinking too."""
    return (
        request.input_tokens_at_most() * price.input_per_million + request.max_output_tokens * price.output_per_million
    ) / MILLION


def real_cost(price: EndpointPrice, reply: Reply) -> Decimal:
    """US dollars for what the provider says was used: thinking is billed as output, cached input at its own price."""
    cached_price = price.cached_input_per_million or price.input_per_million
    fresh = max(0, reply.input_tokens - reply.cached_tokens)
    spent = (
        fresh * price.input_per_million
        + reply.cached_tokens * cached_price
        + (reply.output_tokens + reply.thinking_tokens) * price.output_per_million
    )
    return spent / MILLION


def spent(prefix: str) -> Decimal:
    """US dollars spent, or reserved while the outcome is open or unknown, by calls whose key starts with `prefix`."""
    total = Call.objects.filter(key__startswith=prefix).aggregate(
        total=models.Sum(Coalesce("cost", "reserved_cost"), default=Decimal(0))
    )["total"]
    return Decimal(total)


def open_call(
    endpoint: Endpoint,
    request: Request,
    *,
    key: str,
    purpose: str,
    budget: Decimal | None,
    prefix: str,
    job: Job | None,
) -> Call:
    """Write the call down, reserving its worst cost within `budget`. Commit before you send.

    The caller holds a row lock that all writers of this `prefix` take, so that sums cannot interleave. Raises NoPrice,
    BudgetSpent, and IntegrityError when `key` was used before: that request was already sent.
    """
    price = price_today(endpoint)
    reserve = worst_cost(price, request)
    with transaction.atomic():
        if budget is not None and spent(prefix) + reserve > budget:
            raise BudgetSpent
        return Call.objects.create(
            endpoint=endpoint,
            job=job,
            purpose=purpose,
            key=key,
            request_sha256=request.sha256(),
            price=price,
            reserved_cost=reserve,
        )


def settle(call: Call, reply: Reply) -> None:
    """Write down the answer and its cost. Call it in the transaction that keeps what came of the answer."""
    if call.price is None:
        raise NoPrice
    Call.objects.filter(pk=call.pk).update(
        state=CallState.OK,
        cost=real_cost(call.price, reply),
        input_tokens=reply.input_tokens,
        output_tokens=reply.output_tokens,
        thinking_tokens=reply.thinking_tokens,
        cached_tokens=reply.cached_tokens,
        finish_reason=reply.finish_reason[:32],
        answer=reply.text.replace("\0", ""),
        answered_at=Now(),
    )


def close_failed(call: Call, error: str) -> None:
    """The provider refused: nothing was billed."""
    Call.objects.filter(pk=call.pk).update(
        state=CallState.FAILED, cost=Decimal(0), error=error.replace("\0", "")[:2000], answered_at=Now()
    )


def close_unknown(call: Call, error: str) -> None:
    """No answer came: the reservation stays counted."""
    Call.objects.filter(pk=call.pk, state=CallState.SENT).update(
        state=CallState.UNKNOWN, error=error.replace("\0", "")[:2000]
    )
