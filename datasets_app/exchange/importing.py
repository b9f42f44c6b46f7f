"""The import job: a file's lines become pending samples, all at once, or a report says which lines stand in the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db import transaction

from afsweb.core.history import record
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.registry import job
from afsweb.core.models import EventSource
from datasets_app.exchange.formats import find_format, read_any
from datasets_app.exchange.mapping import ColumnMapping
from datasets_app.exchange.reading import ReadRow, Reject, read_samples
from datasets_app.exchange.rejects import keep_rejects
from datasets_app.exchange.rows import Row
from datasets_app.exchange.staging import load, reject_known, reject_repeats, stage, staging_table
from datasets_app.exchange.tally import Tally
from datasets_app.exchange.uploads import open_upload, remove_upload
from datasets_app.models import Domain, Source, SourceState
from datasets_app.quality.examine import examine

# Lines and bytes that are held at once: a file of the longest lines must not fill the memory.
BATCH, BATCH_BYTES = 2_000, 16_000_000


def refuse_retry(*, source_id: int) -> str:
    """Why the import must not run again, or ""."""
    source = Source.objects.get(pk=source_id)
    return "" if source.state == SourceState.LOADING else f"The import has ended: the source is {source.state}."


@job("datasets.import_source", refuse_retry=refuse_retry, on_hub=True)
def import_source(ctx: JobContext, *, source_id: int) -> None:
    """Import the uploaded file of a source. Nothing is visible before the end; safe to stop and to run twice."""
    source = Source.objects.select_related("domain", "created_by").get(pk=source_id)
    if source.state != SourceState.LOADING:
        return
    upload = source.upload
    with staging_table():
        with open_upload(source) as file:
            tally = read_in(ctx, source, read_samples(file, source.container, row_reader(source)))
        with transaction.atomic():
            settle(ctx, source, tally)
    if source.state == SourceState.ACTIVE:
        remove_upload(upload)


def row_reader(source: Source) -> ReadRow:
    """How the rows of a source become samples: by its mapping, in the format that was said, or each as it tells."""
    if source.mapping:
        return ColumnMapping.from_json(source.mapping).read
    return find_format(source.format).read if source.format else read_any


def read_in(ctx: JobContext, source: Source, entries: Iterable[tuple[int, Row] | Reject]) -> Tally:
    """Put the good lines of a file into the staging table; count the others."""
    tally = Tally()
    for batch in batches(entries):
        rows = [entry for entry in batch if not isinstance(entry, Reject)]
        tally.reject(entry for entry in batch if isinstance(entry, Reject))
        tally.reject(stage(rows))
        for _, row in rows:
            tally.ignore(row.ignored)
        tally.lines += len(batch)
        said = f"{tally.rejected:,} lines rejected so far" if tally.rejected else ""
        ctx.progress(tally.lines, max(source.lines, tally.lines), said)
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
    source.rejects.all().delete()
    keep_rejects(source, tally)
    with ctx.fenced():
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
