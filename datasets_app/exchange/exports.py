"""The export job: the samples of a query, or a snapshot, written as the files of an artifact, to be downloaded."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from afsweb.core.artifacts import hold_artifact, store_artifact
from afsweb.core.history import record
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.jobs.registry import job
from afsweb.core.models import ArtifactKind, EventSource, User
from afsweb.storage import StorageError, room_in
from datasets_app.errors import DatasetError
from datasets_app.exchange.errors import NothingFits, NothingHeld, NotReady, NotWritten
from datasets_app.exchange.exporting import file_name, sample_entries, snapshot_entries, written
from datasets_app.exchange.formats import WRITTEN, Exported, Format, find_format
from datasets_app.exchange.formats.hugging_face import CARD, HUGGING_FACE, header, short_card
from datasets_app.models import Export, ExportContent, Sample, Snapshot, SnapshotEntry, SnapshotState, Split
from datasets_app.search.filters import SampleFilter, filter_samples
from datasets_app.secrets.guard import look_at_samples, look_at_snapshot, refuse_samples, refuse_snapshot
from datasets_app.snapshots.card import card_of

WRITE = "datasets.write_export"
ID_BYTES = 16
TOLD_EVERY = 2_000  # samples between two words about how far it is


@transaction.atomic
def start_export(
    name: str,
    form: Format,
    *,
    query: dict[str, str] | None = None,
    snapshot: Snapshot | None = None,
    by: User | None,
    via: EventSource = EventSource.UI,
) -> Export:
    """Enqueue the writing of the samples that `query` asks for, or of a snapshot.

    `query` is as in the address of the samples' list. Raises `NotWritten`, `NothingFits`, `NotReady`,
    `SecretsHeldBack`.
    """
    if form.write is None:
        raise NotWritten(format=form.name, known=", ".join(WRITTEN))
    if snapshot is not None and snapshot.state != SnapshotState.READY:
        raise NotReady(snapshot=snapshot.name, state=snapshot.get_state_display())
    if snapshot is None and not asked_for(query or {}).exists():
        raise NothingFits
    refuse_secrets(query or {}, snapshot)
    export = Export.objects.create(
        name=name[:200], format=form.key, query=query or {}, snapshot=snapshot, created_by=by
    )
    title, about = f"Export {export.name} as {form.name}", ("show_export", export)
    export.job = enqueue(WRITE, {"export_id": export.pk}, title=title, by=by, about=about)
    export.save(update_fields=["job"])
    record("export", export, actor=by, source=via, after={"format": form.key, "query": export.query})
    return export


def refuse_secrets(query: dict[str, str], snapshot: Snapshot | None) -> None:
    """Raise `SecretsHeldBack` where one of the texts has a finding that nobody let pass."""
    if snapshot is None:
        refuse_samples(asked_for(query))
    else:
        refuse_snapshot(snapshot)


def asked_for(query: dict[str, str]) -> Any:
    """The samples that an address of their list asks for."""
    return filter_samples(Sample.objects.filter(current__isnull=False), SampleFilter(query).wanted())


def refuse_retry(*, export_id: int) -> str:
    """Why it must not be written again, or ""."""
    export = Export.objects.filter(pk=export_id).first()
    if export is None:
        return "The export was deleted."
    return "It was written already." if export.artifact_id else ""


@job(WRITE, refuse_retry=refuse_retry)
def write_export(ctx: JobContext, *, export_id: int) -> None:
    """Write the files of an export and store them. Nothing is kept before the end; safe to stop and to run twice."""
    export = Export.objects.select_related("snapshot", "job").filter(pk=export_id).first()
    if export is None or export.artifact_id:
        return
    try:
        _write(ctx, export)
    except (DatasetError, StorageError) as error:
        with ctx.fenced():
            Export.objects.filter(pk=export.pk).update(error=str(error))
        raise


def _write(ctx: JobContext, export: Export) -> None:
    form, writing = find_format(export.format), Writing(ctx, export)
    settings.WORK_DIR.mkdir(parents=True, exist_ok=True)
    with (
        room_in(settings.WORK_DIR),
        tempfile.TemporaryDirectory(prefix="export-", dir=settings.WORK_DIR) as name,
    ):
        folder = Path(name)
        write_files(folder, export.name, form, writing)
        if not writing.count:
            raise NothingHeld(format=form.name, loses=form.loses)
        artifact = store_artifact(ArtifactKind.EXPORT, export.name, folder, ctx.job)
    with ctx.fenced():
        hold_artifact(artifact)
        figures = {"written": writing.count, "left_out": writing.left_out}
        Export.objects.filter(pk=export.pk).update(artifact=artifact, error="", **figures)
        ExportContent.objects.update_or_create(export=export, defaults={"samples": bytes(writing.held)})
        ctx.finish(sha256=artifact.sha256, **figures)


class Writing:
    """What is written, counted as it goes by, with the ids of its samples in `held`. Without a job it tells nobody.

    First the texts are looked through that nothing has looked through yet. Raises `SecretsHeldBack`.
    """

    def __init__(self, ctx: JobContext | None, export: Export) -> None:
        self.ctx, self.export = ctx, export
        if export.snapshot:
            look_at_snapshot(export.snapshot)
        else:
            look_at_samples(asked_for(export.query))
        refuse_secrets(export.query, export.snapshot)
        self.count = self.left_out = 0
        self.held = bytearray()
        self.total = self._total()

    def _total(self) -> int:
        snapshot = self.export.snapshot
        return snapshot.count if snapshot else int(asked_for(self.export.query).count())

    def entries(self, split: Split | None = None) -> Iterator[Exported]:
        """The samples, or those of one split of a snapshot; all samples of a query are for training."""
        if self.export.snapshot:
            return self.watched(snapshot_entries(self.export.snapshot, split))
        samples = asked_for(self.export.query)
        return self.watched(sample_entries(samples.none() if split == Split.VALIDATION else samples))

    def watched(self, entries: Iterable[Exported]) -> Iterator[Exported]:
        """`entries`, counted."""
        for entry in entries:
            self.count += 1
            self.held += bytes.fromhex(entry.sample.replace("-", ""))
            yield entry
            if self.ctx and self.count % TOLD_EVERY == 0:
                self.ctx.progress(self.count + self.left_out, self.total)

    def leave_out(self) -> None:
        """A sample that went by cannot be held."""
        self.left_out += 1
        self.count -= 1
        del self.held[-ID_BYTES:]


def write_files(folder: Path, name: str, form: Format, writing: Writing, only: Split | None = None) -> None:
    """Write the file of an export, or those of a folder's splits that have samples, and its card."""
    if not form.is_folder:
        write_file(folder / file_name(name, form), written(form, writing.entries(only), writing.leave_out))
        return
    splits = [split for split in form.files if only in (None, split)]
    counts = {split: _write_split(folder / form.files[split], form, writing, split) for split in splits}
    counts = {split: count for split, count in counts.items() if count}
    if form is HUGGING_FACE:
        (folder / CARD).write_text(_card(writing.export, name, counts), encoding="utf-8")


def _card(export: Export, name: str, counts: Mapping[Split, int]) -> str:
    """What its README.md says: the header that names the files, then the card of the snapshot, or the least of one."""
    licences = licences_of(export)
    if export.snapshot is None:
        return short_card(name, counts, licences)
    return f"{header(counts, licences)}\n{card_of(export.snapshot)}"


def _write_split(path: Path, form: Format, writing: Writing, split: Split) -> int:
    """Write the file of one split, unless it would be empty; how many samples are in it."""
    before = writing.count
    write_file(path, written(form, writing.entries(split), writing.leave_out))
    if writing.count == before:
        path.unlink()
    return writing.count - before


def write_file(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file anew."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.writelines(pieces)


def licences_of(export: Export) -> list[str]:
    """The licences of the sources that its samples are from."""
    if export.snapshot:
        entries = SnapshotEntry.objects.filter(snapshot=export.snapshot)
        return list(entries.values_list("version__sample__source__licence", flat=True).distinct().order_by())
    return list(asked_for(export.query).values_list("source__licence", flat=True).distinct().order_by())
