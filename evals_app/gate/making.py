"""Making gates: a change makes the next number, the same rules make nothing."""

from __future__ import annotations

from django.db import transaction

from afsweb.core.history import record
from afsweb.core.models import EventSource, User
from evals_app.errors import GateTakesNoKeywords
from evals_app.gate.defaults import DEFAULTS
from evals_app.gate.evaluating import current_gate
from evals_app.gate.evidence import newest_suite, scored_by_keywords
from evals_app.gate.rules import Rules
from evals_app.models import Gate
from training_app.models import Expert


@transaction.atomic
def make_gate(expert: Expert, rules: Rules, by: User | None, source: EventSource = EventSource.UI) -> Gate:
    """The expert's gate with these rules: the next number, or the newest where it says just that already.

    Raises GateTakesNoKeywords.
    """
    for slug in rules.suites():
        suite = newest_suite(slug)
        if suite and scored_by_keywords(suite):
            raise GateTakesNoKeywords(suite=suite)
    Expert.objects.select_for_update(no_key=True, of=("self",)).get(pk=expert.pk)  # two who edit at once take turns
    newest, told = current_gate(expert), rules.model_dump(mode="json")
    if newest and newest.rules == told:
        return newest
    number = newest.number + 1 if newest else 1
    gate = Gate.objects.create(expert=expert, number=number, rules=told, created_by=by)
    record("make", gate, actor=by, source=source, before=newest.rules if newest else None, after=told)
    return gate


def make_defaults(by: User | None, source: EventSource = EventSource.UI) -> list[Gate]:
    """The gates that experts come with, for those of the four that have none. What was changed stays."""
    without = Expert.objects.filter(slug__in=DEFAULTS, gates=None).order_by("slug")
    return [make_gate(expert, DEFAULTS[expert.slug], by, source) for expert in without]
