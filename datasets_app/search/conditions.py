"""What each filter of the samples' list means, as a condition of the database."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from datasets_app.models import (
    TAGGED,
    Domain,
    GateVersion,
    MapSelection,
    Sample,
    SampleState,
    SampleVersion,
    Verdict,
    open_flags,
)
from datasets_app.quality.finding_codes import said_by_todays_verifiers
from datasets_app.quality.scoring import threshold

_HYPHENS = re.compile(r"-[-\s]*-")
FROM, BELOW = "from", "below"
NOBODY, SOMEBODY = "nobody", "somebody"
SCORED = frozenset({"passes", "score_min", "score_max"})
CURRENT_GATE = GateVersion.objects.filter(is_current=True).values("pk")[:1]
FEW = 10_000
NONE = (0,)
"""No row has this key. An empty list would make a query without SQL, which cannot become a part of another one."""
NOTHING = "-"
"""Asks for samples without a topic, or without a kind."""


def full_text(words: str) -> SearchQuery:
    """Words as people write them for a search engine: "a phrase", -without, or; matched whole, as written."""
    return SearchQuery(without_rows_of_hyphens(words), search_type="websearch", config="simple")


def without_rows_of_hyphens(words: str) -> str:
    """`words` with one hyphen for several in a row.

    Each negates what follows it, and Postgres 18 fails at 32 negations of one word ("tsquery stack too small").
    """
    return _HYPHENS.sub("-", words)


def holding(words: str) -> Q:
    """The condition on samples that their current text holds all of `words`."""
    keys = keys_holding(words)
    return Q(current__search=full_text(words)) if keys is None else among(keys)


def keys_holding(words: str) -> list[int] | None:
    """The keys of the texts that hold all of `words`, newest first; None when they are more than FEW.

    Found by the index. For words that are in no list of frequent ones, Postgres assumes that one text in 200 holds
    them, and would rather read all texts from the newest on.
    """
    texts = SampleVersion.objects.filter(search=full_text(words))
    (expected,) = expected_rows(texts)
    if expected > FEW:
        return None
    keys = list(texts.values_list("pk", flat=True)[: FEW + 1])
    return sorted(keys, reverse=True) if len(keys) <= FEW else None


def among(keys: list[int]) -> Q:
    """The condition on samples that their current text is one of these.

    As one array: thousands of values of their own take Django longer to write than Postgres to look for.
    """
    return Q(current__in=RawSQL("SELECT unnest(%s::bigint[])", [keys]))


def expected_rows(*queries: QuerySet[Any]) -> list[int]:
    """How many rows Postgres expects of each, by its statistics, without looking at any. One statement for all."""
    told = [rows.order_by().values("pk").query.sql_with_params() for rows in queries]
    with connection.cursor() as cursor:
        cursor.execute(
            f"EXPLAIN (FORMAT json) SELECT {', '.join(f'ARRAY({sql})' for sql, _ in told)}",
            [value for _, params in told for value in params],
        )
        ((plan,),) = cursor.fetchone()
    return [int(one["Plan Rows"]) for one in plan["Plan"]["Plans"]]


def narrow(samples: QuerySet[Sample], wanted: dict[str, Any]) -> QuerySet[Sample]:
    """Those of `samples` that `SampleFilter.wanted` asks for, but for similarity (`near`, `like`).

    Without a state asked for, archived ones stay out.
    """
    if "state" not in wanted:
        samples = samples.exclude(state=SampleState.ARCHIVED)
    for name, meaning in MEANINGS.items():
        if name in wanted:
            samples = samples.filter(meaning(wanted[name]))
    return samples if SCORED.isdisjoint(wanted) else samples.filter(_scored(wanted))


def _named(column: str) -> Callable[[Any], Q]:
    return lambda value: Q(**{column: "" if value == NOTHING else value})


def _assigned(to: Any) -> Q:
    return Q(assigned_to__isnull=to == NOBODY) if to in (NOBODY, SOMEBODY) else Q(assigned_to=to)


def _reached(step: str) -> Q:
    way, _, rung = step.rpartition("-")
    return Q(Exists(_verdicts(**{"level__gte" if way == FROM else "level__lt": int(rung)})))


def _flagged() -> Q:
    return Q(Exists(open_flags().filter(sample=OuterRef("pk"))))


def _selected(selection: MapSelection) -> Q:
    """`id = ANY` of an array, which an index of the key answers in its order, however many they are."""
    kept = MapSelection.objects.filter(pk=selection.pk).values("sample_ids")
    ids = Cast(Subquery(kept), ArrayField(BigIntegerField()))
    return Q(Func(F("pk"), ids, template="(%(expressions)s))", arg_joiner=" = ANY (", output_field=BooleanField()))


MEANINGS: dict[str, Callable[[Any], Q]] = {
    "q": holding,
    "domain": lambda domain: Q(domain=domain),
    "state": lambda state: Q(state=state),
    "decided_by": lambda decider: Q(decided_by="" if decider == NOBODY else decider),
    "golden": lambda said: Q(is_golden=said == "yes"),
    "flagged": lambda said: _flagged() if said == "yes" else ~_flagged(),
    "disputed": lambda said: Q(is_disputed=said == "yes"),
    "kind": _named("kind"),
    "topic": _named("topic"),
    "tags": lambda tags: Q(TAGGED, tags__contains=tags),
    "assigned_to": _assigned,
    "source": lambda source: Q(source=source),
    "cluster": lambda cluster: Q(cluster=cluster),
    "selection": _selected,
    "reached": _reached,
    "disagree": lambda _yes: disagreeing(),
    "finding": lambda code: Q(Exists(_verdicts(codes__contains=[code]))),
}


def _scored(wanted: dict[str, Any]) -> Q:
    """What the score of the current version under the current gate must say; one condition, so that it joins once."""
    said = Q(current__scores__gate=Subquery(CURRENT_GATE))
    if "passes" in wanted:
        said &= Q(current__scores__passes=wanted["passes"] == "yes")
    if "score_min" in wanted:
        said &= Q(current__scores__overall__gte=wanted["score_min"])
    if "score_max" in wanted:
        said &= Q(current__scores__overall__lte=wanted["score_max"])
    return said


def disagreeing() -> Q:
    """The condition on samples whose verdict and score under the current gate disagree.

    The verdict speaks against it (a contradicted fact, or a finding that is bad) though the score without the vetoes
    reaches the threshold; or nothing speaks against it and a fact supports it, though the score stays under.
    """
    gate = GateVersion.objects.get(is_current=True)
    bounds = [When(home=domain.pk, then=threshold(gate, domain)) for domain in Domain.objects.all()]
    verdicts = _verdicts().annotate(
        home=ExpressionWrapper(OuterRef("domain"), BigIntegerField()),
        bound=Case(*bounds, output_field=FloatField()),
        score=ExpressionWrapper(OuterRef("overall"), FloatField()),
    )
    against = Q(contradicted__gt=0) | Q(findings__contains=[{"level": "bad"}])
    high, low = Q(score__gte=F("bound")), Q(score__lt=F("bound"))
    return Q(Exists(verdicts.filter((high & against) | (low & Q(supported__gt=0) & ~against))))


def _verdicts(**conditions: Any) -> QuerySet[Verdict]:
    """What today's verifiers said of the current version of the sample outside."""
    return Verdict.objects.filter(said_by_todays_verifiers(), version=OuterRef("current"), **conditions)
