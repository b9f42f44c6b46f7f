"""Mended rejects come back: a file that goes on with a source, whose samples stay and are not doubled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from django.db import transaction
from django.db.models import F

from afsweb.core.history import record
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.jobs.registry import job
from afsweb.core.models import EventSource, User
from datasets_app.exchange.containers.json_lines import LINE
from datasets_app.exchange.containers.record import Record
from datasets_app.exchange.errors import CannotGoOn, OtherKind
from datasets_app.exchange.importing import read_in, row_reader
from datasets_app.exchange.reading import Reject, read_records, read_rows, reader_of
from datasets_app.exchange.rejects import keep_rejects
from datasets_app.exchange.sources import lock_at_rest
from datasets_app.exchange.staging import drop_taken, load, reject_known, reject_repeats, staging_table
from datasets_app.exchange.tally import Tally
from datasets_app.exchange.uploads import Upload, open_upload, remove_upload
from datasets_app.models import Domain, Source, SourceState
from datasets_app.quality.examine import examine

CONTINUE = "datasets.continue_source"


@dataclass
class Numbers:
    """Which line of its source each record of a file is: the rejected line that it mends, or a new one after all."""

    rejected: set[int]
    last: int
    mends: dict[int, int] = field(default_factory=dict)

    def of(self, number: int) -> int:
        """The line of the source that the record `number` of the file is."""
        return self.mends.get(number, self.last + number)

    def read(self, records: Iterator[Record | Reject]) -> Iterator[Record | Reject]:
        """The records under their numbers in the source."""
        for entry in records:
            if isinstance(entry, Reject):
                yield replace(entry, line=self.of(entry.line))
                continue
            number, content = entry
            line = _line(content.get(LINE))
            if line in self.rejected:
                self.rejected.discard(line)
                self.mends[number] = line
            yield self.of(number), content


def continue_source(source: Source, upload: Upload, *, by: User | None, via: EventSource = EventSource.UI) -> None:
    """Go on with a source by a file of mended rejects: its good lines are taken, the others stay rejected.

    Raises `CannotGoOn`, `OtherKind`, `SourceBusy`; the file is then deleted.
    """
    try:
        with transaction.atomic():
            _start(lock_at_rest(source), upload, by, via)
    except BaseException:
        remove_upload(upload.path)
        raise


def _start(source: Source, upload: Upload, by: User | None, via: EventSource) -> None:
    if source.state != SourceState.ACTIVE:
        raise CannotGoOn(source=source.name, state=source.get_state_display())
    if upload.kind != source.container:
        raise OtherKind(source=source.name, kind=source.container, other=upload.kind)
    earlier, source.upload = source.upload, upload.path
    about, title = ("show_source", source), f"Go on with {source.name}"
    source.job = enqueue(CONTINUE, {"source_id": source.pk}, title=title, by=by, about=about)
    source.save(update_fields=["upload", "job"])
    record("upload", source, actor=by, source=via, after={"sha256": upload.sha256})
    transaction.on_commit(lambda: remove_upload(earlier))


def refuse_retry(*, source_id: int) -> str:
    """Why it must not run again, or ""."""
    source = Source.objects.filter(pk=source_id, state=SourceState.ACTIVE).exclude(upload="")
    return "" if source.exists() else "The file was read, or is no longer there."


@job(CONTINUE, refuse_retry=refuse_retry, on_hub=True)
def go_on(ctx: JobContext, *, source_id: int) -> None:
    """Take the good lines of a file of mended rejects into their source; safe to stop and to run twice."""
    source = Source.objects.select_related("domain", "created_by").get(pk=source_id)
    if source.state != SourceState.ACTIVE or not source.upload:
        return
    upload = source.upload
    lines = set(source.rejects.values_list("line", flat=True))
    numbers = Numbers(lines, max(source.lines, max(lines, default=0)))
    with staging_table():
        with open_upload(source) as file:
            records = numbers.read(read_records(file, source.container))
            read = reader_of(source.container, row_reader(source))
            tally = read_in(ctx, source, read_rows(records, read))
        with transaction.atomic():
            settle(ctx, source, tally, numbers)
    remove_upload(upload)


def settle(ctx: JobContext, source: Source, tally: Tally, numbers: Numbers) -> None:
    """Add the staged rows to the source, and write down what is still rejected; call in a transaction."""
    Domain.objects.select_for_update(no_key=True).get(pk=source.domain_id)
    skipped = drop_taken(source)
    tally.reject(reject_repeats())
    tally.reject(reject_known(source))
    imported = load(source)
    mended = source.rejects.filter(line__in=list(numbers.mends.values())).delete()[0]
    keep_rejects(source, tally, numbers.of)
    with ctx.fenced():
        figures = {"lines": tally.lines, "imported": imported, "skipped": skipped, "rejected": tally.rejected}
        _write_down(ctx, source, figures, mended)
        ctx.finish(**figures, ignored=dict(tally.ignored.most_common()))
    if imported:
        examine(source, source.created_by)


def _write_down(ctx: JobContext, source: Source, figures: dict[str, int], mended: int) -> None:
    Source.objects.filter(pk=source.pk).update(
        upload="",
        lines=F("lines") + figures["lines"] - mended,
        imported=F("imported") + figures["imported"],
        rejected=F("rejected") + figures["rejected"] - mended,
    )
    by, job_id = ctx.job.created_by, ctx.job.pk
    record("go on", source, actor=by, source=EventSource.JOB, after=figures, job_id=job_id)


def _line(value: object) -> int:
    """The number that a reject says to be, which CSV writes as text; 0 for none."""
    if isinstance(value, str) and value.isdecimal() and len(value) < 10:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
