"""Finding a model's files in the backup and putting them back, on the hub or into any folder."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from django.conf import settings

from afsweb.core.copies import existing
from afsweb.refusal import Refusal
from afsweb.storage import verify
from training_app.backup.backing_up import restore
from training_app.backup.contents import Entry
from training_app.backup.folder import Folder
from training_app.models import ModelVersion


class NoBackupFolder(Refusal):
    """AFS_MODEL_BACKUP names no folder on this machine, so nothing can be restored from it. Set it, then try again."""


class NotInBackup(Refusal):
    """{version} is not in the backup{day}. `afs version backups` shows which days there are."""


class FolderInUse(Refusal):
    """{folder} is there already. Name a folder that is not, so that nothing is overwritten."""


def backup_folder() -> Folder:
    """The folder of backups. Raises `NoBackupFolder`, `FolderNotThere`."""
    if settings.MODEL_BACKUP_DIR is None:
        raise NoBackupFolder
    return Folder(existing(settings.MODEL_BACKUP_DIR, "AFS_MODEL_BACKUP"))


def find_entry(folder: Folder, version: ModelVersion, day: date | None) -> Entry:
    """The adapter, or the weights, of `version` in the newest day that has it, or in `day`. Raises `NotInBackup`."""
    for one in [day] if day else reversed(folder.days()):
        for entry in folder.read(one):
            if entry.what in ("adapter", "weights") and entry.uuid == str(version.uuid):
                return entry
    raise NotInBackup(version=version, day=f" of {day}" if day else "")


def put_back(version: ModelVersion, day: date | None = None, into: Path | None = None) -> Path:
    """Put a version's adapter or weights back where the hub keeps them, or into a new folder; returns where.

    Raises `NoBackupFolder`, `NotInBackup`, `FolderInUse`, `StorageError`.
    """
    folder = backup_folder()
    entry = find_entry(folder, version, day)
    if into is None:
        return restore(folder, entry, settings.ARTIFACT_DIR)
    if into.exists():
        raise FolderInUse(folder=into)
    shutil.copytree(verify(folder.store, entry.sha256), into)
    return into
