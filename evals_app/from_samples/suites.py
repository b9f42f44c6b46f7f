"""Suites made of samples, and which suites a sample stands in."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.text import slugify

from afsweb.core.models import EventSource, User
from datasets_app.models import Domain
from evals_app.errors import NoCasesFromSamples
from evals_app.from_samples.drafting import Drafted, What, draft_cases, tag_of
from evals_app.models import Case, Suite
from evals_app.suites import make_suite

WHAT = {"goldens": "goldens", "edits": "edits of answers"}


def make_from_samples(
    domain: Domain, what: What, *, name: str, by: User | None, source: EventSource = EventSource.UI
) -> tuple[Suite, Drafted]:
    """The version of the suite called `name` that holds a case of each golden (or edit), made if there is none.

    Raises NoCasesFromSamples.
    """
    drafted = draft_cases(domain, what)
    if not drafted.drafts:
        reason = "; ".join(f"{count}: {why}" for why, count in drafted.left.items()) or "there are none yet"
        raise NoCasesFromSamples(what=WHAT[what], domain=domain.name, reason=reason)
    suite = make_suite(
        slugify(name)[:64],
        name=name,
        domain=domain,
        scorer="keyword",
        drafts=drafted.drafts,
        description=f"Made of the {WHAT[what]} of {domain.name}.",
        by=by,
        source=source,
    )
    return suite, drafted


def suites_using(sample: UUID) -> list[Suite]:
    """The suites in use whose newest version has a case that was made of this sample, by slug."""
    newer = Suite.objects.filter(slug=OuterRef("slug"), number__gt=OuterRef("number"))
    cases = Case.objects.filter(suite=OuterRef("pk"), tags__contains=[tag_of(sample)])
    found = Suite.objects.filter(~Exists(newer), Exists(cases), is_archived=False)
    return list(found.select_related("domain").order_by("slug"))
