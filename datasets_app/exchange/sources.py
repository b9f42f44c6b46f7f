"""Sources: starting an import, and undoing, archiving or bringing back all of a source at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from uuid import uuid4

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from afsweb.core.history import record
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.models import EventSource, Job, User
from datasets_app.exchange.errors import AlreadyImported, NotAgain, SourceBusy, SourceInUse
from datasets_app.exchange.formats import find_format
from datasets_app.exchange.mapping import ColumnMapping
from datasets_app.exchange.uploads import Upload, remove_upload
from datasets_app.models import (
    CampaignItem,
    Comment,
    Domain,
    Embedding,
    Golden,
    PreferencePair,
    Review,
    Sample,
    SampleState,
    SampleVersion,
    Score,
    Seat,
    SecretFinding,
    SecretScan,
    Snapshot,
    Source,
    SourceKind,
    SourceState,
    Verdict,
)
from datasets_app.samples.changing import Line, change_samples, record_deletion

IMPORT = "datasets.import_source"


@dataclass(frozen=True)
class Wish:
    """What a person asks of an import: which domain, what it is called, its licence, and whether good lines suffice.

    `format` is that of the rows, where it is said. `asks`: columns that no format has wait for a person to say what
    they are; otherwise every row of them is rejected.
    """

    domain: Domain
    name: str
    licence: str = ""
    keep_good_lines: bool = False
    format: str = ""
    mapping: ColumnMapping | None = None
    asks: bool = False

    def waits(self, upload: Upload) -> bool:
        """Whether a person has to say what the columns are."""
        return self.asks and not (upload.is_known or self.format or self.mapping)


def start_import(wish: Wish, upload: Upload, *, by: User | None, via: EventSource = EventSource.UI) -> Source:
    """Make a source for an uploaded file and enqueue its import, unless its columns have to be explained first.

    Raises `AlreadyImported`, `NoSuchFormat`, what `ColumnMapping.check` raises; the file is then deleted.
    """
    try:
        with transaction.atomic():
            return _start(wish, upload, by, via)
    except BaseException:
        remove_upload(upload.path)
        raise


def _start(wish: Wish, upload: Upload, by: User | None, via: EventSource) -> Source:
    if wish.format:
        find_format(wish.format)
    if wish.mapping:
        wish.mapping.check(upload.columns)
    twin = Source.objects.filter(domain=wish.domain, sha256=upload.sha256, state=SourceState.ACTIVE).first()
    if twin:
        raise AlreadyImported(source=twin.name)
    source = Source.objects.create(
        domain=wish.domain,
        kind=SourceKind.IMPORT,
        state=SourceState.UNMAPPED if wish.waits(upload) else SourceState.LOADING,
        name=wish.name,
        licence=wish.licence,
        keep_good_lines=wish.keep_good_lines,
        sha256=upload.sha256,
        size_bytes=upload.size,
        lines=upload.lines,
        upload=upload.path,
        container=upload.kind,
        format=wish.format,
        columns=list(upload.columns),
        mapping=wish.mapping.as_json() if wish.mapping else {},
        created_by=by,
    )
    after = {"name": source.name, "sha256": source.sha256, "keep_good_lines": source.keep_good_lines}
    record("upload", source, actor=by, source=via, after=after)
    if source.state == SourceState.LOADING:
        enqueue_import(source, by)
    return source


@transaction.atomic
def map_columns(source: Source, mapping: ColumnMapping, *, by: User | None, via: EventSource = EventSource.UI) -> None:
    """Say which columns of a waiting source are what, and start its import. Raises `NotAgain`, and as `check` does."""
    mapping.check(source.columns)
    if not source.move(SourceState.UNMAPPED, SourceState.LOADING, mapping=mapping.as_json()):
        source.refresh_from_db()
        raise NotAgain(source=source.name, state=source.get_state_display())
    record("map columns", source, actor=by, source=via, after=source.mapping)
    enqueue_import(source, by)


def enqueue_import(source: Source, by: User | None) -> Job:
    """Enqueue the import of a loading source."""
    job = enqueue(IMPORT, {"source_id": source.pk}, title=f"Import {source.name}", by=by, about=("show_source", source))
    Source.objects.filter(pk=source.pk).update(job=job)
    source.job = job
    return job


@transaction.atomic
def import_again(source: Source, *, keep_good_lines: bool, by: User | None, via: EventSource = EventSource.UI) -> None:
    """Read the file of a failed or broken-off import once more. Raises `NotAgain`."""
    source = Source.objects.select_for_update(of=("self",)).select_related("job").get(pk=source.pk)
    if not (source.state == SourceState.FAILED or source.is_stuck) or not source.upload:
        raise NotAgain(source=source.name, state=source.get_state_display())
    before = {"state": source.state, "keep_good_lines": source.keep_good_lines}
    source.state, source.keep_good_lines = SourceState.LOADING, keep_good_lines
    source.save(update_fields=["state", "keep_good_lines"])
    after = {"state": source.state, "keep_good_lines": keep_good_lines}
    record("import again", source, actor=by, source=via, before=before, after=after)
    enqueue_import(source, by)


@dataclass(frozen=True)
class Dependents:
    """What hangs on a source: its samples by state, people's decisions on them, and the snapshots that hold some."""

    samples: int
    accepted: int
    golden: int
    reviews: int
    snapshots: list[Snapshot]


def dependents_of(source: Source) -> Dependents:
    """What would go, or stands in the way, if the source were undone."""
    samples = Sample.objects.filter(source=source)
    return Dependents(
        samples=samples.count(),
        accepted=samples.filter(state=SampleState.ACCEPTED).count(),
        golden=samples.filter(is_golden=True).count(),
        reviews=Review.objects.filter(sample__source=source, reviewer__isnull=False).count(),
        snapshots=list(Snapshot.objects.filter(entries__version__sample__source=source).distinct().order_by("pk")[:20]),
    )


def count_samples(source: Source) -> dict[str, int]:
    """How many samples of the source are in each state."""
    counts = dict(Sample.objects.filter(source=source).values_list("state").annotate(Count("pk")))
    return {state: counts.get(state, 0) for state in SampleState.values}


@transaction.atomic
def undo_source(source: Source, *, by: User | None, via: EventSource = EventSource.UI) -> int:
    """Delete all samples of a source, with what was found and decided about them; the source itself stays, as undone.

    Returns how many went. Raises `SourceInUse` when a snapshot holds one, `SourceBusy` while it is being written.
    """
    source = lock_at_rest(source)
    if source.state == SourceState.UNDONE:
        return 0
    users = dependents_of(source).snapshots
    if users:
        raise SourceInUse(source=source.name, users=", ".join(f"“{one.name}”" for one in users))
    before, samples, batch = {"state": source.state}, Sample.objects.filter(source=source), uuid4()
    record_deletion(samples, Line("delete", by, via, batch))
    gone = delete_samples(samples)
    transaction.on_commit(partial(remove_upload, source.upload))
    source.state, source.upload = SourceState.UNDONE, ""
    source.save(update_fields=["state", "upload"])
    after = {"state": source.state, "deleted": gone}
    record("undo", source, actor=by, source=via, before=before, after=after, batch=batch)
    return gone


@transaction.atomic
def archive_source(source: Source, *, by: User | None, via: EventSource = EventSource.UI) -> int:
    """Archive a source with all its samples, so that nothing new takes them; returns how many. Raises `SourceBusy`."""
    return _turn(source, SourceState.ACTIVE, SourceState.ARCHIVED, "archive", by, via)


@transaction.atomic
def restore_source(source: Source, *, by: User | None, via: EventSource = EventSource.UI) -> int:
    """Bring an archived source back; its samples wait for review again. Returns how many. Raises `SourceBusy`."""
    return _turn(source, SourceState.ARCHIVED, SourceState.ACTIVE, "restore", by, via)


def _turn(source: Source, before: SourceState, after: SourceState, verb: str, by: User | None, via: EventSource) -> int:
    source = lock_at_rest(source)
    if not source.move(before, after):
        return 0
    samples, line = Sample.objects.filter(source=source), Line(verb, by, via, uuid4())
    if after == SourceState.ARCHIVED:
        columns = {"state": SampleState.ARCHIVED.value, "is_golden": False}
        changed = change_samples(samples.exclude(state=SampleState.ARCHIVED), columns, line)
    else:
        columns = {"state": SampleState.PENDING.value, "decided_by": "", "is_golden": False}
        changed = change_samples(samples.filter(state=SampleState.ARCHIVED), columns, line)
    said = {"state": after, "samples": changed}
    record(verb, source, actor=by, source=via, before={"state": before}, after=said, batch=line.batch)
    return changed


def lock_at_rest(source: Source) -> Source:
    """The source's row, locked, when no job is writing it. Raises `SourceBusy`."""
    locked = Source.objects.select_for_update(of=("self",)).select_related("job").get(pk=source.pk)
    if locked.job is not None and not locked.job.is_final:
        raise SourceBusy(source=locked.name, state=f"being written by the job “{locked.job.title}”")
    return locked


def delete_samples(samples: QuerySet[Sample]) -> int:
    """Delete samples with all that hangs on them, table by table; in a transaction. Returns how many.

    Not `QuerySet.delete()`: a sample protects its current version and a version its parent, also from going together.
    """
    using = samples.db
    versions = SampleVersion.objects.filter(sample__in=samples)
    for rows in (Score, Verdict, Embedding, Golden, Comment, SecretFinding, SecretScan, Seat):
        rows._default_manager.filter(version__in=versions).delete()
    PreferencePair.objects.filter(Q(chosen__in=versions) | Q(rejected__in=versions)).delete()
    Review.objects.filter(sample__in=samples).delete()
    CampaignItem.objects.filter(sample__in=samples).update(sample=None)
    versions._raw_delete(using)
    return int(samples._raw_delete(using))
