"""The job that makes personas which an endpoint words."""

from __future__ import annotations

from afsweb.core.jobs.context import JobContext
from afsweb.core.models import Endpoint
from datasets_app.models import Domain
from evals_app.models import Rubric
from evals_app.simulate.suites import check_untrained, make_file, make_persona_suite


def make_personas(
    ctx: JobContext,
    *,
    domain_id: int,
    count: int,
    seed: int,
    conversations: int,
    turns: int,
    rubric_id: int | None,
    endpoint_id: int,
) -> None:
    """Make the personas and their suite. Safe to run twice: the same personas are the suite that is there."""
    file = make_file(
        Domain.objects.get(pk=domain_id),
        count=count,
        seed=seed,
        conversations=conversations,
        turns=turns,
        rubric=Rubric.objects.get(pk=rubric_id) if rubric_id else None,
        endpoint=Endpoint.objects.get(pk=endpoint_id),
        job=ctx.job,
    )
    check_untrained(file.personas)
    ctx.check_stop()
    with ctx.fenced():
        suite = make_persona_suite(file, by=ctx.job.created_by)
        ctx.finish(suite=str(suite), page=suite.get_absolute_url())
