"""The job that counts what there is."""

from __future__ import annotations

from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.registry import job
from afsweb.upkeep.catalogue.looking import LOOKS
from afsweb.upkeep.catalogue.saving import save_look
from afsweb.upkeep.watched.looking import ask_hosts


@job("upkeep.catalogue", on_hub=True)
def catalogue(ctx: JobContext) -> None:
    """Count every subject, and have every host look at the folders that it watches. Safe to stop and to run twice."""
    found = 0
    for number, (subject, look) in enumerate(LOOKS.items()):
        ctx.progress(number, len(LOOKS), f"counts {subject.label}")
        entries = list(look())
        with ctx.fenced():
            save_look(subject, entries, ctx.job.pk)
        found += len(entries)
    with ctx.fenced():
        hosts = ask_hosts()
    ctx.progress(len(LOOKS), len(LOOKS), f"{found} datasets and models counted")
    ctx.finish(items=found, hosts_asked=hosts)
