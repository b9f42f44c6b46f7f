"""The import job: a file's lines become pending samples, all at once, or a report says which lines stand in the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from django.db import transaction

from afsweb.core.history import record
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.registry import job
from afsweb.core.models import EventSource
from datasets_app.exchange.reading import Reject, read_samples
from datasets_app.exchange.rows import Row
from datasets_app.exchange.staging import load, reject_known, reject_repeats, stage, staging_table
from datasets_app.exchange.uploads import open_upload, remove_upload
from datasets_app.models import Domain, ImportReject, Source, SourceState
from datasets_app.quality.examine import examine

# Lines and bytes that are held at once: a file of the longest lines must not fill the memory.
BATCH, BATCH_BYTES = 2_000, 16_000_000
# A report longer than this helps nobody; all rejects are counted, the first are kept.
KEPT_REJECTS = 100_000
KEPT_NAMES = 20


@dataclass
class Tally:
    """What reading a file came to: `lines` are those that are not blank; `ignored` says which fields were not taken."""

    lines: int = 0
    rejected: int = 0
    rejects: list[Reject] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)

    def reject(self, rejects: Iterable[Reject]) -> None:
        """Count these, and keep them while there is room."""
        for reject in rejects:
            self.rejected += 1
            if len(self.rejects) < KEPT_REJECTS:
                self.rejects.append(reject)

    def ignore(self, fields: Iterable[str]) -> None:
        """Count these field names, unless they are too many to name."""
        self.ignored.update(name for name in fields if name in self.ignored or len(self.ignored) < KEPT_NAMES)


def refuse_retry(*, source_id: int) -> str:
    """Why the import must not run again, or ""."""
    source = Source.objects.get(pk=source_id)
    return "" if source.state == SourceState.LOADING else f"The import has ended: the source is {source.state}."


@job("datasets.import_source", refuse_retry=refuse_retry)
def import_source(ctx: JobContext, *, source_id: int) -> None:
    """Import the uploaded file of a source. Nothing is visible before the end; safe to stop and to run twice."""
    source = Source.objects.select_related("domain", "created_by").get(pk=source_id)
    if source.state != SourceState.LOADING:
        return
    upload = source.upload
    with staging_table():
        with open_upload(source) as file:
            tally = read_in(ctx, source, file)
        with transaction.atomic():
            settle(ctx, source, tally)
    if source.state == SourceState.ACTIVE:
        remove_upload(upload)


def read_in(ctx: JobContext, source: Source, file: BinaryIO) -> Tally:
    """Put the good lines of `file` into the staging table; count the others."""
    tally = Tally()
    for batch in batches(read_samples(file)):
        rows = [entry for entry in batch if not isinstance(entry, Reject)]
        tally.reject(entry for entry in batch if isinstance(entry, Reject))
        tally.reject(stage(rows))
        for _, row in rows:
            tally.ignore(row.ignored)
        tally.lines += len(batch)
        last = batch[-1].line if isinstance(batch[-1], Reject) else batch[-1][0]
        ctx.progress(last, source.lines, f"{tally.rejected:,} lines rejected so far" if tally.rejected else "")
    return tally


def settle(ctx: JobContext, source: Source, tally: Tally) -> None:
    """Make the staged rows samples of `source`, or make it failed with its report; call in a transaction.

    The job's row is locked last: a long insert must not keep the lease from being renewed.
    """
    Domain.objects.select_for_update(no_key=True).get(pk=source.domain_id)  # two imports must not both be the first
    tally.reject(reject_repeats())
    tally.reject(reject_known(source))
    wanted = source.keep_good_lines or not tally.rejected
    imported = load(source) if wanted else 0
    with ctx.fenced():
        source.rejects.all().delete()
        ImportReject.objects.bulk_create(_reject_rows(source, tally), batch_size=1000)
        _move(ctx, source, tally, imported)


def _move(ctx: JobContext, source: Source, tally: Tally, imported: int) -> None:
    state = SourceState.ACTIVE if imported else SourceState.FAILED
    figures = {"lines": tally.lines, "imported": imported, "rejected": tally.rejected}
    source.move(SourceState.LOADING, state, **figures, **({"upload": ""} if imported else {}))
    record(
        "import",
        source,
        actor=source.created_by,
        source=EventSource.JOB,
        before={"state": SourceState.LOADING},
        after={"state": state, **figures},
        job_id=ctx.job.pk,
    )
    ctx.finish(**figures, ignored=dict(tally.ignored.most_common()))
    if imported:
        examine(source, source.created_by)


def _reject_rows(source: Source, tally: Tally) -> Iterator[ImportReject]:
    for reject in sorted(tally.rejects, key=lambda reject: reject.line):
        message = str(reject.problem)[:300]
        yield ImportReject(
            source=source, line=reject.line, code=reject.problem.code, message=message, excerpt=reject.excerpt
        )


def batches(entries: Iterable[tuple[int, Row] | Reject]) -> Iterator[list[tuple[int, Row] | Reject]]:
    """The entries in lists of up to BATCH, fewer where their texts are long."""
    batch: list[tuple[int, Row] | Reject] = []
    size = 0
    for entry in entries:
        batch.append(entry)
        size += 0 if isinstance(entry, Reject) else len(entry[1].text)
        if len(batch) == BATCH or size > BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
