"""What each filter of the samples' list means, as a condition of the database."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from datasets_app.models import Domain, GateVersion, Sample, SampleState, Verdict
from datasets_app.quality.finding_codes import said_by_todays_verifiers
from datasets_app.quality.scoring import threshold

_HYPHENS = re.compile(r"-[-\s]*-")
FROM, BELOW = "from", "below"
NOBODY, SOMEBODY = "nobody", "somebody"
SCORED = frozenset({"passes", "score_min", "score_max", "disagree"})
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


MEANINGS: dict[str, Callable[[Any], Q]] = {
    "q": lambda words: Q(current__search=full_text(words)),
    "domain": lambda domain: Q(domain=domain),
    "state": lambda state: Q(state=state),
    "decided_by": lambda decider: Q(decided_by="" if decider == NOBODY else decider),
    "golden": lambda said: Q(is_golden=said == "yes"),
    "disputed": lambda said: Q(is_disputed=said == "yes"),
    "kind": _named("kind"),
    "topic": _named("topic"),
    "tags": lambda tags: Q(tags__contains=tags),
    "assigned_to": _assigned,
    "source": lambda source: Q(source=source),
    "cluster": lambda cluster: Q(cluster=cluster),
    "reached": _reached,
    "finding": lambda code: Q(Exists(_verdicts(codes__contains=[code]))),
}


def _scored(wanted: dict[str, Any]) -> Q:
    """What the score of the current version under the current gate must say; one condition, so that it joins once."""
    gate = GateVersion.objects.filter(is_current=True)
    said = Q(current__scores__gate=Subquery(gate.values("pk")[:1]))
    if "passes" in wanted:
        said &= Q(current__scores__passes=wanted["passes"] == "yes")
    if "score_min" in wanted:
        said &= Q(current__scores__overall__gte=wanted["score_min"])
    if "score_max" in wanted:
        said &= Q(current__scores__overall__lte=wanted["score_max"])
    return said & disagreeing(gate.get()) if "disagree" in wanted else said


def disagreeing(gate: GateVersion) -> Q:
    """The condition on samples whose verdict and score disagree; to be joined with the score under `gate`.

    The verdict speaks against it (a contradicted fact, or a finding that is bad) though the score without the vetoes
    reaches the threshold; or nothing speaks against it and a fact supports it, though the score stays under.
    """
    against = Q(contradicted__gt=0) | Q(findings__contains=[{"level": "bad"}])
    bounds = [(domain, threshold(gate, domain)) for domain in Domain.objects.all()]
    nothing = Q(pk__in=[])
    reaches = reduce(or_, (Q(domain=domain, current__scores__overall__gte=bound) for domain, bound in bounds), nothing)
    under = reduce(or_, (Q(domain=domain, current__scores__overall__lt=bound) for domain, bound in bounds), nothing)
    return (reaches & Q(Exists(_verdicts().filter(against)))) | (
        under & Q(Exists(_verdicts(supported__gt=0).exclude(against)))
    )


def _verdicts(**conditions: Any) -> QuerySet[Verdict]:
    """What today's verifiers said of the current version of the sample outside."""
    return Verdict.objects.filter(said_by_todays_verifiers(), version=OuterRef("current"), **conditions)
