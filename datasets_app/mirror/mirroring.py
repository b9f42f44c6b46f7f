"""The job that keeps the mirror: copies what is missing, reads back what is there, lists what is what.

It only ever adds. A snapshot that the hub deletes stays in the mirror; a purge is stronger than that, and takes its
files from the mirror too.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from afsweb.core.copies import Copied, existing, keep_copy, place_in, read_json, write_json
from afsweb.core.findings import Found, report, tell
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.registry import job
from afsweb.storage import StorageError, remove
from datasets_app.models import Snapshot, SnapshotState

CHECK = "mirror"
INDEX = "index.json"
OFF = "Off: AFS_MIRROR names no folder on this machine."
ADVICE = (
    "Its page of artifacts says where its files are; put them back or build the snapshot anew, then run this again."
)


@job("datasets.mirror", on_hub=True)
def mirror(ctx: JobContext) -> None:
    """Bring the mirror up to date. Safe to stop and to run twice: what is there and whole is only read."""
    if settings.MIRROR_DIR is None:
        ctx.progress(0, 0, OFF)
        return
    root = existing(settings.MIRROR_DIR, "AFS_MIRROR")
    snapshots = list(Snapshot.objects.filter(state=SnapshotState.READY).order_by("pk"))
    copied, problems = [], []
    for number, snapshot in enumerate(snapshots):
        ctx.progress(number, len(snapshots), str(snapshot))
        try:
            copied.append(keep_copy(snapshot.sha256, root))
        except StorageError as error:
            problems.append(_problem(snapshot, error))
    removed = _drop_purged(root)
    keep_index(root, snapshots)
    with ctx.fenced():
        tell(report(CHECK, problems, ctx.job), "Dataset sync")
    _finish(ctx, len(snapshots), copied, len(problems), removed)


def keep_index(root: Path, snapshots: Iterable[Snapshot]) -> None:
    """Say in the mirror which files are which snapshot's, for who has no hub; deleted ones stay listed."""
    path = root / INDEX
    known = read_json(path) or {}
    new = {
        one.sha256: {
            "name": one.name,
            "train": one.train_count,
            "validation": one.validation_count,
            "built": f"{one.created_at:%Y-%m-%d %H:%M}",
        }
        for one in snapshots
    }
    kept = {sha256: entry for sha256, entry in known.items() if place_in(root, sha256).is_dir()}
    write_json(path, kept | new)


def _problem(snapshot: Snapshot, error: StorageError) -> Found:
    return Found(str(snapshot.uuid), f"“{snapshot}” is not in the mirror: {error}", ADVICE, snapshot.get_absolute_url())


def _drop_purged(root: Path) -> int:
    """Take the files of purged snapshots from the mirror, unless a snapshot that is ready has the same."""
    purged = Snapshot.objects.filter(state=SnapshotState.PURGED).exclude(sha256="")
    ready = Snapshot.objects.filter(state=SnapshotState.READY).values("sha256")
    gone = 0
    for sha256 in purged.exclude(sha256__in=ready).values_list("sha256", flat=True).distinct():
        if place_in(root, sha256).exists():
            remove(root, sha256)
            gone += 1
    return gone


def _finish(ctx: JobContext, total: int, copied: list[Copied], failed: int, removed: int) -> None:
    new = [one for one in copied if one.written]
    mended = sum(one.mended for one in copied)
    said = f"{total} snapshots verified, {len(new)} copied" + (f", {failed} failed" if failed else "")
    ctx.progress(total, total, said)
    size = sum(one.written for one in new)
    ctx.finish(snapshots=total, copied=len(new), bytes=size, mended=mended, failed=failed, purged=removed)
