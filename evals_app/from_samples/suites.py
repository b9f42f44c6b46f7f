"""Suites made of samples, and which suites a sample stands in."""

from __future__ import annotations

from contextlib import nullcontext
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.text import slugify

from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.models import EventSource, Job, User
from datasets_app.models import Domain
from evals_app.errors import NoCasesFromSamples
from evals_app.from_samples.drafting import Drafted, What, draft_cases, has_any, tag_of
from evals_app.models import Case, Suite
from evals_app.suites import make_suite, sha256_of_json

WHAT = {"goldens": "goldens", "edits": "edits of answers"}
NONE_YET = "there are none yet"


def request_from_samples(domain: Domain, what: What, *, name: str, by: User) -> Job:
    """Have the suite made by a job: code among the samples is run. Raises NoCasesFromSamples without any sample."""
    if not has_any(domain, what):
        raise NoCasesFromSamples(what=WHAT[what], domain=domain.name, reason=NONE_YET)
    params = {"domain": domain.slug, "what": what, "name": name}
    return enqueue("evals.make_from_samples", params, title=f"Cases of {WHAT[what]}: {name}", by=by)


def make_from_samples_job(ctx: JobContext, domain: Domain, what: What, name: str) -> None:
    """Make it, and say in the job's log what came of it. Safe to stop and to run twice."""
    suite, drafted = make_from_samples(domain, what, name=name, by=ctx.job.created_by, source=EventSource.JOB, ctx=ctx)
    for reason, count in drafted.left.items():
        ctx.log(f"{count} samples gave no case: {reason}")
    ctx.log(f"{suite} has {len(drafted.drafts)} cases: {suite.get_absolute_url()}")


def make_from_samples(
    domain: Domain,
    what: What,
    *,
    name: str,
    by: User | None,
    source: EventSource = EventSource.UI,
    ctx: JobContext | None = None,
) -> tuple[Suite, Drafted]:
    """The version of the suite called `name` that holds a case of each golden (or edit), made if there is none.

    In a job it is written under its lease. Raises NoCasesFromSamples.
    """
    drafted = draft_cases(domain, what, ctx.progress) if ctx else draft_cases(domain, what)
    if not drafted.drafts:
        reason = "; ".join(f"{count}: {why}" for why, count in drafted.left.items()) or NONE_YET
        raise NoCasesFromSamples(what=WHAT[what], domain=domain.name, reason=reason)
    with ctx.fenced() if ctx else nullcontext():
        suite = make_suite(
            slugify(name)[:64],
            name=name,
            domain=domain,
            scorer="keyword",
            drafts=drafted.drafts,
            description=f"Made of the {WHAT[what]} of {domain.name}.",
            # Each was scored to be chosen.
            known={sha256_of_json(draft.content) for draft in drafted.drafts},
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
