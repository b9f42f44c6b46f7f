"""The job of the integrity check."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db.models import Exists, OuterRef

from afsweb.core.findings import Found, Outcome, open_findings, report, tell
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.registry import job
from afsweb.upkeep.integrity import artifacts, datasets, evaluations
from datasets_app.coverage.counting import count_soon
from datasets_app.models import Domain, Sample

# What a check is called on the page of findings, and what it looks at. Two stored numbers are not here: the findings of
# a code (they only order a filter, and go on counting by design) and coverage (a table to read, counted anew below).
COUNTERS: dict[str, Callable[[], Iterable[Found]]] = {
    "snapshots": datasets.check_snapshots,
    "sources": datasets.check_sources,
    "bulk actions": datasets.check_bulk_actions,
    "exports": datasets.check_exports,
    "selections": datasets.check_map_selections,
    "vectors": datasets.check_vectors,
    "evaluations": evaluations.check_evaluations,
    "manifests": artifacts.check_manifests,
}


@job("upkeep.check", on_hub=True)
def check(ctx: JobContext) -> None:
    """Recount, read files, write down what is wrong. Safe to stop and to run twice."""
    new: list[str] = []
    for number, (name, look) in enumerate(COUNTERS.items()):
        ctx.progress(number, len(COUNTERS) + 1, f"recounts {name}")
        found = list(look())
        with ctx.fenced():
            new += report(name, found, ctx.job).new
    with ctx.fenced():
        for domain in Domain.objects.filter(Exists(Sample.objects.filter(domain=OuterRef("pk")))):
            count_soon(domain)
    read = 0
    if ctx.job.host is not None:
        read, wrong = artifacts.check_files(ctx, ctx.job.host)
        new += wrong
    with ctx.fenced():
        tell(Outcome(new, 0), "Integrity check")
    left = open_findings().count()
    ctx.progress(len(COUNTERS) + 1, len(COUNTERS) + 1, f"{read} file sets read, {left} findings open")
    ctx.finish(read=read, new=len(new), open=left)
