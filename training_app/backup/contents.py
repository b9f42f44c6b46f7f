"""What a backup of the models holds: weights that versions stand on or are, adapters, checkpoints that are kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db.models import QuerySet

from afsweb.core.copies import Copied, keep_copy
from afsweb.core.models import Host
from afsweb.storage import ArtifactMissing, StorageError, store, verify
from training_app.backends.trl import work_dir
from training_app.models import BaseModel, Checkpoint, ModelVersion


@dataclass(frozen=True)
class Entry:
    """One file set of a day: what it is, whose, its name in the store, bytes of its files."""

    what: str
    name: str
    uuid: str
    sha256: str
    size: int

    def as_json(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True)
class Wanted:
    """A file set to back up. `sha256` is empty for a checkpoint that lies in its run's work folder, `folder`."""

    what: str
    name: str
    uuid: str
    sha256: str = ""
    folder: Path | None = None


def wanted(host: Host | None) -> list[Wanted]:
    """All that should be in today's backup, the small before the large; checkpoints are those of this machine."""
    return [*_adapters(), *_checkpoints(host), *_trained_whole(), *_bases()]


def _adapters() -> Iterator[Wanted]:
    for one in ModelVersion.objects.filter(adapter__isnull=False).select_related("adapter").order_by("pk"):
        assert one.adapter is not None
        yield Wanted("adapter", str(one), str(one.uuid), one.adapter.sha256)


def _trained_whole() -> Iterator[Wanted]:
    for one in ModelVersion.objects.filter(weights__isnull=False).select_related("weights").order_by("pk"):
        assert one.weights is not None
        yield Wanted("weights", str(one), str(one.uuid), one.weights.sha256)


def _bases() -> Iterator[Wanted]:
    """A version is worth nothing without them, and not all can be downloaded again."""
    for one in BaseModel.objects.filter(weights__isnull=False).select_related("weights").order_by("pk"):
        assert one.weights is not None
        yield Wanted("base model", one.model_id, str(one.uuid), one.weights.sha256)


def _checkpoints(host: Host | None) -> Iterator[Wanted]:
    for one in kept_checkpoints().select_related("run", "artifact").order_by("pk"):
        name = f"step {one.step} of {one.run.name}"
        if one.artifact is not None:
            yield Wanted("checkpoint", name, str(one.uuid), one.artifact.sha256)
        elif host is not None and one.host_id == host.pk:
            folder = work_dir(one.run) / "checkpoints" / f"step-{one.step:08d}"
            yield Wanted("checkpoint", name, str(one.uuid), folder=folder)


def kept_checkpoints() -> QuerySet[Checkpoint]:
    """Those that their trainer has not removed to make room."""
    return Checkpoint.objects.filter(is_kept=True)


def copy_in(one: Wanted, root: Path, known: str) -> tuple[Entry, Copied] | None:
    """Have `one` in the store at `root`, whole; None for a checkpoint whose trainer took it away meanwhile.

    `known`: what a checkpoint's files were called in an earlier backup, or "". Raises `StorageError`.
    """
    if one.folder is None:
        copied = keep_copy(one.sha256, root)
        return _entry(one, one.sha256, root), copied
    if known and _is_there(root, known):
        return _entry(one, known, root), Copied(0, False)
    try:
        manifest = store(one.folder, root)
    except (FileNotFoundError, StorageError):
        if one.folder.is_dir():
            raise
        return None
    verify(root, manifest.sha256)
    return _entry(one, manifest.sha256, root), Copied(manifest.size, False)


def _is_there(root: Path, sha256: str) -> bool:
    try:
        verify(root, sha256)
    except ArtifactMissing:
        return False
    return True


def _entry(one: Wanted, sha256: str, root: Path) -> Entry:
    files = verify_size(root, sha256)
    return Entry(one.what, one.name, one.uuid, sha256, files)


def verify_size(root: Path, sha256: str) -> int:
    """Bytes of the files that were just verified."""
    return sum(path.stat().st_size for path in (root / sha256[:2] / sha256 / "files").rglob("*") if path.is_file())
