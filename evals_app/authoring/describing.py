"""What a suite is called and asked for, changed afterwards."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from afsweb.core.history import record
from afsweb.core.models import EventSource, User
from datasets_app.models import Domain
from evals_app.authoring.revising import drafts_of
from evals_app.models import Purpose, Suite
from evals_app.suites import make_suite


def describe_suite(
    suite: Suite,
    *,
    name: str,
    description: str,
    purpose: Purpose,
    by: User | None,
    source: EventSource = EventSource.UI,
) -> Suite:
    """Call every version of the line so; for another purpose, the version with the same cases that has it.

    The purpose decides what a gate reads a score for, so what was scored under one keeps it. The slug stays.
    """
    told = {"name": name, "description": description}
    with transaction.atomic():
        # The lock under which versions are made, so that none is made with the old name meanwhile.
        Domain.objects.select_for_update(no_key=True).get(pk=suite.domain_id)
        line = Suite.objects.filter(slug=suite.slug)
        for version in line.order_by("number"):
            _describe(version, told, by, source)
        if purpose == suite.purpose:
            suite.refresh_from_db()
            return suite
        drafts, known = drafts_of(suite), suite.cases.values_list("sha256", flat=True)
        facts: dict[str, Any] = {"domain": suite.domain, "scorer": suite.scorer, "known": set(known), **told}
        return make_suite(suite.slug, drafts=drafts, purpose=purpose, by=by, source=source, **facts)


def _describe(version: Suite, told: dict[str, str], by: User | None, source: EventSource) -> None:
    before = {name: getattr(version, name) for name, value in told.items() if getattr(version, name) != value}
    if not before:
        return
    for name in before:
        setattr(version, name, told[name])
    version.save(update_fields=list(before))
    record("describe", version, actor=by, source=source, before=before, after={name: told[name] for name in before})
