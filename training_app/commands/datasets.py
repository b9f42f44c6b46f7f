"""What `--dataset` names, as a snapshot: one that is there, or files that are imported, verified and decided first."""

from __future__ import annotations

import glob
import sys
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from afsweb.core.finding import read_uuid
from afsweb.core.jobs.text import storable
from afsweb.core.jobs.waiting import follow
from afsweb.core.models import EventSource, Job
from afsweb.terminal import clean
from datasets_app.commands.finding import find_snapshot
from datasets_app.commands.importing import check_columns, check_readable
from datasets_app.exchange.sources import Wish, start_import
from datasets_app.exchange.uploads import blocks_of, remove_upload, save_upload
from datasets_app.models import (
    Domain,
    ImportReject,
    Sample,
    SampleState,
    Snapshot,
    SnapshotState,
    Source,
    SourceState,
)
from datasets_app.quality.examine import EXAMINE
from datasets_app.quality.gate import let_gate_decide
from datasets_app.snapshots.building import Plan, start_snapshot
from datasets_app.snapshots.choosing import Selection
from training_app.errors import DatasetRejected, NoFilesInFolder, NoSuchDataset, NothingAccepted, SnapshotNotReady

SUFFIXES = (".jsonl", ".json", ".csv", ".tsv", ".parquet")


def snapshot_of(called: Sequence[str], domain: Domain, name: str) -> Snapshot:
    """The snapshot that these words name, or one of the files that they name. Raises a Refusal.

    Files are imported as `afs import` does and decided by the gate: what it does not accept waits for a person, and is
    not trained. A file that was imported before is taken as it stands now, with what people decided of it.
    """
    if len(called) == 1 and (found := _named(called[0])):
        return found
    sources = [_import(path, domain) for path in files_of(called)]
    for source in sources:
        _decide(source)
    return _build(sources, name)


def _named(called: str) -> Snapshot | None:
    """The snapshot of that id or name, unless a file is called so."""
    if read_uuid(called):
        return find_snapshot(called)
    if Path(called).expanduser().exists():
        return None
    return Snapshot.objects.filter(name=storable(called), is_archived=False).first()


def files_of(called: Sequence[str]) -> list[Path]:
    """The files: each word a file, a folder of files, or a pattern. Raises NoSuchDataset, NoFilesInFolder."""
    found = [path for word in called for path in _files(word)]
    return list(dict.fromkeys(path.resolve() for path in found))


def _files(called: str) -> list[Path]:
    path = Path(called).expanduser()
    if path.is_dir():
        inside = sorted(one for one in path.iterdir() if one.suffix.lower() in SUFFIXES)
        if not inside:
            raise NoFilesInFolder(folder=path, suffixes=", ".join(SUFFIXES))
        return inside
    # Path.glob wants a pattern below a folder; a person writes one from anywhere.
    matching = [path] if path.exists() else [Path(one) for one in sorted(glob.glob(str(path), recursive=True))]  # noqa: PTH207
    files = [one for one in matching if one.is_file()]
    if not files:
        raise NoSuchDataset(called=storable(called))
    return files


def _import(path: Path, domain: Domain) -> Source:
    """The source of this very file, imported now or before. Raises DatasetRejected."""
    check_readable(path)
    upload = save_upload(blocks_of(path), path.name)
    twin = Source.objects.filter(domain=domain, sha256=upload.sha256, state=SourceState.ACTIVE).first()
    if twin is not None:
        remove_upload(upload.path)
        _say(f"{path.name} is there already, as “{twin}”")
        return twin
    wish = Wish(domain, storable(path.name)[-200:], asks=True)
    check_columns(wish, upload)
    source = start_import(wish, upload, by=None, via=EventSource.CLI)
    follow(source.job)
    source.refresh_from_db()
    if source.state != SourceState.ACTIVE:
        raise _rejected(source)
    return source


def _rejected(source: Source) -> DatasetRejected:
    first = ImportReject.objects.filter(source=source).first()
    line, reason = (first.line, first.message) if first else (0, "its job was stopped.")
    return DatasetRejected(count=f"{source.rejected:,}", source=source, line=line, reason=reason)


def _decide(source: Source) -> None:
    """Wait until it is verified, and let the gate decide what nobody has."""
    for job in Job.objects.filter(kind=EXAMINE, about_uuid=source.uuid).order_by("created_at"):
        follow(job)
    if Sample.objects.filter(source=source, state=SampleState.PENDING).exists():
        follow(let_gate_decide(source, by=None))
    states = Sample.objects.filter(source=source)
    accepted, every = states.filter(state=SampleState.ACCEPTED).count(), states.count()
    _say(f"{source}: {accepted:,} of {every:,} samples are accepted; the others wait for a person or were rejected")


def _build(sources: Sequence[Source], name: str) -> Snapshot:
    """A snapshot of what is accepted in these sources. Raises NothingAccepted, and what `start_snapshot` does."""
    samples = Sample.objects.filter(source__in=sources)
    if not samples.filter(state=SampleState.ACCEPTED).exists():
        raise NothingAccepted(count=f"{samples.count():,}", sources=", ".join(f"“{one}”" for one in sources))
    names = (name if number == 1 else f"{name}-{number}" for number in count(1))
    free = next(one for one in names if not Snapshot.objects.filter(name=one).exists())
    plan = Plan(free, Selection(source_ids=tuple(source.pk for source in sources)))
    snapshot = start_snapshot(plan, by=None, via=EventSource.CLI)
    follow(snapshot.job)
    snapshot = find_snapshot(str(snapshot.uuid))
    if snapshot.state != SnapshotState.READY:
        raise SnapshotNotReady(snapshot=snapshot)
    return snapshot


def _say(text: str) -> None:
    print(clean(text), file=sys.stderr, flush=True)
