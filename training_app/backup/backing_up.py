"""The job that backs up the models: copies, reads all of the day back, restores one to try, lets old days go."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models.functions import Now
from django.urls import reverse

from afsweb.core.clock import database_now
from afsweb.core.copies import existing
from afsweb.core.findings import Found, report, tell
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.registry import job
from afsweb.core.models import ModelBackup
from afsweb.refusal import Refusal
from afsweb.storage import StorageError, store, verify
from training_app.backup.contents import Entry, Wanted, copy_in, wanted
from training_app.backup.folder import Folder

CHECK = "model backup"
OFF = "Off: AFS_MODEL_BACKUP names no folder on this machine."
ADVICE = "Put its files back (`afs version recover`, or its page of artifacts), then run the model backup again."


class RestoreFailed(Refusal):
    """{name} was restored from the backup to try it, and is not what was stored: {sha256} instead of {expected}."""


@job("training.back_up_models", on_hub=True)
def back_up_models(ctx: JobContext) -> None:
    """Make today's backup. Safe to stop and to run twice: what is there and whole is only read."""
    if settings.MODEL_BACKUP_DIR is None:
        ctx.progress(0, 0, OFF)
        return
    folder = Folder(existing(settings.MODEL_BACKUP_DIR, "AFS_MODEL_BACKUP"))
    day = database_now().date()
    new, entries, problems = _copy(ctx, folder)
    entries = folder.write(day, entries)
    whole, damaged = _read_back(ctx, folder, entries)
    problems += damaged
    restored, over = "", list[date]()
    try:
        restored = try_restoring(folder, whole, day)
        # A backup in doubt takes nothing away: the old days may be all that is left.
        over = [] if problems else folder.prune()
    except Refusal as error:
        problems.append(
            Found("folder", f"The model backup is in doubt: {error}", ADVICE, reverse("list_model_backups"))
        )
    with ctx.fenced():
        _keep(ctx, day, entries, problems, {"new_bytes": new, "restored": restored[:200]})
        ModelBackup.objects.filter(day__in=over).update(removed_at=Now())
        tell(report(CHECK, problems, ctx.job), "Model backup")
    said = f"{len(entries)} file sets verified, {restored or 'nothing'} restored to try"
    ctx.progress(len(entries), len(entries), said)
    ctx.finish(day=str(day), file_sets=len(entries), new_bytes=new, failed=len(problems), days_over=len(over))


def _copy(ctx: JobContext, folder: Folder) -> tuple[int, list[Entry], list[Found]]:
    new, entries, problems = 0, [], []
    todo = wanted(ctx.job.host)
    for number, one in enumerate(todo):
        ctx.progress(number, len(todo), f"{one.what} {one.name}")
        try:
            done = copy_in(one, folder.store, folder.newest_name(one.uuid) if one.folder else "")
        except (StorageError, OSError) as error:
            problems.append(_problem(one, error))
            continue
        if done:
            entries.append(done[0])
            new += done[1].written
    return new, entries, problems


def _read_back(ctx: JobContext, folder: Folder, entries: list[Entry]) -> tuple[list[Entry], list[Found]]:
    """Read all that the day lists, also what an earlier run of the day copied and the hub has deleted since.

    Returns what is whole, and what is not.
    """
    whole, problems = [], []
    for number, one in enumerate(entries):
        ctx.progress(number, len(entries), f"reads back {one.what} {one.name}")
        try:
            verify(folder.store, one.sha256)
            whole.append(one)
        except StorageError as error:
            problems.append(_problem(one, error))
    return whole, problems


def try_restoring(folder: Folder, entries: list[Entry], day: date) -> str:
    """Restore one file set of the day into an empty store, as a person would; another one each day. Returns its name.

    Raises `StorageError`, `RestoreFailed`.
    """
    if not entries:
        return ""
    one = entries[day.toordinal() % len(entries)]
    settings.WORK_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.WORK_DIR, prefix="restore-") as place:
        restore(folder, one, Path(place))
    return f"{one.what} {one.name}"


def restore(folder: Folder, one: Entry, root: Path) -> Path:
    """Put the files of an entry into the store at `root`, verified on both sides; returns where they are.

    Raises `StorageError`, `RestoreFailed`.
    """
    manifest = store(verify(folder.store, one.sha256), root)
    if manifest.sha256 != one.sha256:
        raise RestoreFailed(name=one.name, sha256=manifest.sha256, expected=one.sha256)
    return verify(root, one.sha256)


def _problem(one: Wanted | Entry, error: Exception) -> Found:
    text = f"The {one.what} {one.name} is not whole in the backup: {error}"
    return Found(f"{one.what} {one.uuid}", text, ADVICE, reverse("list_model_backups"))


def _keep(ctx: JobContext, day: date, entries: list[Entry], problems: list[Found], facts: dict[str, Any]) -> None:
    row, _ = ModelBackup.objects.get_or_create(day=day)
    facts["new_bytes"] += row.new_bytes
    ModelBackup.objects.filter(pk=row.pk).update(
        contents=[one.as_json() for one in entries],
        count=len(entries),
        size_bytes=sum({one.sha256: one.size for one in entries}.values()),
        missing=[one.text for one in problems],
        checked_at=None if problems else Now(),
        removed_at=None,
        job=ctx.job,
        **facts,
    )
