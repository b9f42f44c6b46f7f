"""What a launch would take, told from what earlier runs of the same endpoint took. What nothing tells is not known."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Avg, Count, QuerySet

from afsweb.core.models import Provider
from afsweb.llm.answerers.openai_compatible import CONCURRENCY
from afsweb.llm.ledger import MILLION
from evals_app.models import Result, ResultState, Suite
from evals_app.runs.budget import price_of
from evals_app.runs.hashes import endpoint_of
from training_app.models import ModelVersion

KEPT = (ResultState.ANSWERED, ResultState.SCORED, ResultState.UNPARSED)
# The newest answers tell more of the endpoint as it is now than all that it ever gave.
LOOKED_AT = 500


@dataclass(frozen=True)
class Forecast:
    """Of one version on one suite. `seconds` with as many requests at once as the endpoint takes; `cost` in US dollars.

    None: not known. `told_by`: from how many earlier answers.
    """

    version: ModelVersion
    requests: int
    told_by: int
    tokens: int | None
    seconds: float | None
    cost: Decimal | None


def forecast(suite: Suite, version: ModelVersion, repeats: int) -> Forecast:
    """What it would take to let the version answer the suite so often. Three queries."""
    requests = suite.cases.count() * repeats
    endpoint = endpoint_of(version)
    told = _earlier(version).aggregate(
        count=Count("pk"), into=Avg("input_tokens"), out=Avg("output_tokens"), milliseconds=Avg("milliseconds")
    )
    known = told["into"] is not None and told["out"] is not None
    price, at_once = price_of(endpoint), 1
    if endpoint and endpoint.provider == Provider.OPENAI_COMPATIBLE:
        at_once = endpoint.capabilities.get("concurrency", CONCURRENCY)
    each = None
    if price and known:
        into, out = Decimal(told["into"]), Decimal(told["out"])
        each = (into * price.input_per_million + out * price.output_per_million) / MILLION
    waits, a_minute = told["milliseconds"], endpoint.requests_per_minute if endpoint else None
    return Forecast(
        version=version,
        requests=requests,
        told_by=told["count"],
        tokens=round((told["into"] + told["out"]) * requests) if known else None,
        seconds=None if waits is None else _seconds(waits, requests, at_once, a_minute),
        cost=None if each is None else each * requests,
    )


def _earlier(version: ModelVersion) -> QuerySet[Result]:
    """The newest answers that this version's endpoint gave; of local weights the version's own."""
    asked = {"run__version__endpoint": version.endpoint} if version.endpoint else {"run__version": version}
    rows = Result.objects.filter(state__in=KEPT, is_reused=False, **asked).order_by("-pk")[:LOOKED_AT]
    return Result.objects.filter(pk__in=rows.values("pk"))


def _seconds(milliseconds: float, requests: int, at_once: int, a_minute: int | None) -> float:
    """As many at once as it takes, and no more a minute than its limit."""
    asking = milliseconds / 1000 * requests / min(at_once, requests or 1)
    return max(asking, 60 * requests / a_minute) if a_minute else asking
