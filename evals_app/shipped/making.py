"""Making the suites that come with the house, at once or in a job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext

from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.models import EventSource, Job, User
from datasets_app.models import Domain
from evals_app.models import Suite
from evals_app.shipped.catalog import SHIPPED, Shipped
from evals_app.suites import check_drafts, make_suite, sha256_of_json


def request_shipped(by: User) -> Job:
    """Have them made by a job: some are measured by the machine, which takes a while."""
    return enqueue("evals.make_shipped", {}, title="Make the shipped suites", by=by)


def make_shipped_job(ctx: JobContext) -> None:
    """Make all of them. Safe to stop and to run twice: what is there is found."""
    ctx.progress(0, len(SHIPPED))
    for done, suite in enumerate(make_shipped(ctx.job.created_by, EventSource.JOB, ctx), 1):
        ctx.log(f"{suite}: {suite.cases.count()} cases")
        ctx.progress(done)


def make_shipped(
    by: User | None, source: EventSource = EventSource.UI, ctx: JobContext | None = None
) -> Iterator[Suite]:
    """Each suite of SHIPPED as it is today: the version that is there, or the next one where its cases changed.

    In a job each is written under its lease.
    """
    for one in SHIPPED:
        yield _make(one, by, source, ctx.fenced() if ctx else nullcontext())


def _make(one: Shipped, by: User | None, source: EventSource, writing: AbstractContextManager[None]) -> Suite:
    drafts = one.cases()
    check_drafts(drafts, one.scorer)
    with writing:
        return make_suite(
            one.slug,
            name=one.name,
            domain=Domain.objects.get(slug=one.domain),
            scorer=one.scorer,
            drafts=drafts,
            purpose=one.purpose,
            description=one.description,
            known={sha256_of_json(draft.content) for draft in drafts},
            by=by,
            source=source,
        )
