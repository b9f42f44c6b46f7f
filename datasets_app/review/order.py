"""The order in which a queue hands out what waits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Case, Expression, F, FloatField, OrderBy, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Abs, Cast, Coalesce, Ln

from datasets_app.domains.catalog import DOMAINS
from datasets_app.models import CoverageCell, Order, Sample, Verdict
from datasets_app.quality.finding_codes import said_by_todays_verifiers

# A claim ranks so many candidates, so that it costs the same in a queue of any length.
WINDOW = 200

EXPLAINED = {
    Order.UNCERTAIN: f"Of the {WINDOW} nearest to the gate's threshold, the highest (1 - |score - threshold|) × "
    "(1 + |share of the verifier's ladder reached - score|) / (1 + ln(1 + accepted samples of the same domain, kind "
    "and topic)) first; what has no score comes last.",
    Order.NEWEST: "What was added last comes first.",
    Order.LOWEST: "The lowest score comes first; what has no score comes last.",
    Order.HIGHEST: "The highest score comes first; what has no score comes last.",
}
_BY_INDEX: dict[str, list[OrderBy]] = {
    Order.UNCERTAIN: [F("distance").asc(), F("pk").asc()],
    Order.NEWEST: [F("pk").desc()],
    Order.LOWEST: [F("overall").asc(), F("pk").asc()],
    Order.HIGHEST: [F("overall").desc(nulls_last=True), F("pk").asc()],
}
# The same in SQL, as an index of undecided samples has them.
BY_INDEX_SQL: dict[str, str] = {
    Order.UNCERTAIN: "datasets_sample.distance, datasets_sample.id",
    Order.NEWEST: "datasets_sample.id DESC",
    Order.LOWEST: "datasets_sample.overall, datasets_sample.id",
    Order.HIGHEST: "datasets_sample.overall DESC NULLS LAST, datasets_sample.id",
}
# And over the columns id, overall and gain of `with_gain`.
RANKED_SQL: dict[str, str] = {
    Order.UNCERTAIN: "gain DESC NULLS LAST, id",
    Order.NEWEST: "id DESC",
    Order.LOWEST: "overall, id",
    Order.HIGHEST: "overall DESC NULLS LAST, id",
}


def candidates(samples: QuerySet[Sample], order: str) -> QuerySet[Sample]:
    """The WINDOW of `samples` among which the first ones are looked for, as an index of undecided samples has them."""
    return samples.order_by(*_BY_INDEX[order])[:WINDOW]


def ranks(order: str) -> list[OrderBy]:
    """What a few samples are ordered by, so that the first one is the next of the queue."""
    return [gain().desc(nulls_last=True), F("pk").asc()] if order == Order.UNCERTAIN else _BY_INDEX[order]


def with_gain(samples: QuerySet[Sample], order: str) -> QuerySet[Any, Any]:
    """`samples` as the columns that RANKED_SQL names; the gain only where it is what `order` goes by."""
    worth = RawSQL(*_gain_sql()) if order == Order.UNCERTAIN else Value(0.0)
    return samples.values("pk", "overall").annotate(gain=worth)


@cache
def _gain_sql() -> tuple[str, Sequence[Any]]:
    """`gain` in SQL, with its parameters: compiled anew it was a tenth of every claim."""
    query = Sample.objects.annotate(gain=gain()).query
    sql, params = query.get_compiler(connection=connection).compile(query.annotations["gain"])
    return sql, tuple(params)


def gain() -> Expression:
    """How much a person's look at a sample is worth: closeness × disagreement × thinness; null without a score.

    Closeness is 1 - |score - threshold|. Disagreement is 1 + |v - score|, v being the share of its ladder that the
    verifier saw reached; 1 without a verdict. Thinness is 1 / (1 + ln(1 + n)), n being the accepted samples of the
    same domain, kind and topic as counted last; 1 without a count. The formula is our own.
    """
    closeness = Value(1.0) - F("distance")
    verdicts = Verdict.objects.filter(said_by_todays_verifiers(), version=OuterRef("current")).order_by("-pk")
    reached = Subquery(verdicts.values(share=Cast("level", FloatField()) / _top())[:1])
    disagreement = Value(1.0) + Coalesce(Abs(reached - F("overall")), 0.0)
    same: dict[str, Any] = {name: OuterRef(name) for name in ("domain", "kind", "topic")}
    accepted = Coalesce(Subquery(CoverageCell.objects.filter(**same).order_by().values("accepted")[:1]), 0)
    thinness = Value(1.0) / (Value(1.0) + Ln(Value(1.0) + accepted, output_field=FloatField()))
    product: Expression = closeness * disagreement * thinness
    return product


def _top() -> Case:
    """The highest level that the verdict's verifier can see reached."""
    tops = {slug: len(domain.ladder) - 1 for slug, domain in DOMAINS.items() if domain.verifier}
    return Case(*(When(verifier=slug, then=Value(float(top))) for slug, top in tops.items()), default=Value(1.0))
