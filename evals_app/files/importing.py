"""A file becomes a suite, or the next version of one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from afsweb.core.models import EventSource, User
from datasets_app.models import Domain
from evals_app.authoring.revising import drafts_of, newest_number, revise_suite
from evals_app.errors import NotAllCarriedOver, SuiteFileRefused, SuiteTaken
from evals_app.files.found import Found
from evals_app.files.rubrics import keep_rubrics
from evals_app.models import Purpose, Suite
from evals_app.scorers import SCORERS
from evals_app.suites import content_sha256, make_suite

NAMED = 20


def check_lost(found: Found, *, may_lose: bool) -> None:
    """Raise NotAllCarriedOver where something of the file is lost and nobody has said that it may be."""
    if found.lost and not may_lose:
        more = f" and {len(found.lost) - NAMED} more" if len(found.lost) > NAMED else ""
        parts = "; ".join(map(str, found.lost[:NAMED]))
        raise NotAllCarriedOver(count=len(found.lost), parts=f"{parts}{more}")


def facts_of(found: Found, given: dict[str, Any]) -> dict[str, Any]:
    """What the suite is: as `given`, else as the file says, else a default. Raises SuiteFileRefused."""
    told = {name: str(value) for name, value in found.facts.items()} | {n: v for n, v in given.items() if v}
    name = str(told.get("name") or told.get("slug") or "").strip()
    if not slugify(name):
        raise SuiteFileRefused(place="The suite", reason="it has no name, neither in the file nor given here")
    slug = str(told.get("slug") or slugify(name))[:64]
    purpose, scorer = told.get("purpose") or Purpose.DOMAIN, told.get("scorer") or "exact"
    if purpose not in Purpose.values or scorer not in SCORERS:
        raise SuiteFileRefused(place="The suite", reason="its purpose or its scorer is none that there is here")
    facts = {"name": name[:200], "purpose": Purpose(purpose), "scorer": scorer, "domain": _domain(told.get("domain"))}
    return facts | {"slug": slugify(slug), "description": str(told.get("description") or "")}


def make_from_file(
    found: Found, given: dict[str, Any], *, by: User | None, source: EventSource = EventSource.UI
) -> Suite:
    """A new suite with the file's cases; the version that is there where it has just these.

    Raises SuiteTaken where other cases have that name, CaseRefused, UnknownScorer.
    """
    facts = facts_of(found, given)
    slug = facts.pop("slug")
    line = Suite.objects.filter(slug=slug)
    if line.exists() and not line.filter(sha256=content_sha256(found.drafts), scorer=facts["scorer"]).exists():
        raise SuiteTaken(slug=slug)
    with transaction.atomic():
        keep_rubrics(found.rubrics)
        return make_suite(slug, drafts=found.drafts, by=by, source=source, **facts)


def revise_from_file(
    suite: Suite, found: Found, *, keeps: bool, by: User | None, source: EventSource = EventSource.UI
) -> Suite:
    """The next version of a suite: the file's cases, and with `keeps` the others that it has."""
    # The file may name another scorer for its cases than the suite has.
    theirs = str(found.facts.get("scorer") or suite.scorer)
    drafts = found.drafts
    if theirs != suite.scorer:
        drafts = [replace(draft, scorer=draft.scorer or theirs) for draft in drafts]
    mine = {draft.key for draft in drafts}
    kept = [draft for draft in drafts_of(suite) if draft.key not in mine] if keeps else []
    with transaction.atomic():
        keep_rubrics(found.rubrics)
        return revise_suite(suite, [*kept, *drafts], seen=newest_number(suite), by=by, source=source)


def _domain(given: Any) -> Domain:
    if isinstance(given, Domain):
        return given
    found = Domain.objects.filter(slug=str(given or "asm65816")).first()
    if found is None:
        raise SuiteFileRefused(place="The suite", reason=f"there is no domain “{str(given)[:40]}”")
    return found
