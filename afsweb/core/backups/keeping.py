"""Making and verifying backups of this install, each with its row and its line of history."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from psycopg.conninfo import make_conninfo

from afsweb.backup.contents import Contents, check, read
from afsweb.backup.errors import BackupError
from afsweb.backup.files import existing, same_disk
from afsweb.backup.making import Install, make_backup
from afsweb.backup.telling import Tell, silence
from afsweb.core.history import record
from afsweb.core.jobs.actions import Actor
from afsweb.core.models import Backup, Job

KEYS = {"AFS_SECRET_KEY": "SECRET_KEY", "AFS_FIELD_KEY": "FIELD_KEY"}
DUE = timedelta(days=7)
"""After so long without a backup an admin's dashboard says so."""


def this_install() -> Install:
    """What this process works on."""
    return Install(
        conninfo=conninfo(),
        artifacts=settings.ARTIFACT_DIR,
        uploads=settings.MEDIA_ROOT,
        keys={name: value for name, setting in KEYS.items() if (value := getattr(settings, setting))},
        version=settings.VERSION,
    )


def conninfo() -> str:
    """The database that Django uses, as libpq names it; its pool and its settings of a session are Django's own."""
    facts = connection.settings_dict
    options = {name: value for name, value in facts["OPTIONS"].items() if name not in ("pool", "options")}
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return make_conninfo(**{name: str(facts[key]) for name, key in names.items() if facts[key]}, **options)


def back_up(folder: Path, actor: Actor, tell: Tell = silence) -> Backup:
    """A new backup in `folder`, with its row. Outside a transaction. Raises BackupError, StorageError."""
    place = make_backup(this_install(), folder.absolute(), tell)
    with transaction.atomic():
        return write_down(place, read(place), actor)


def write_down(place: Path, contents: Contents, actor: Actor, job: Job | None = None) -> Backup:
    """The row of a backup that was just made and read back, and its line of history. In a transaction."""
    backup = Backup.objects.create(
        place=str(place),
        version=contents.version,
        size_bytes=contents.size,
        row_count=sum(contents.rows.values()),
        artifact_count=len(contents.artifacts),
        missing_count=len(contents.missing),
        verified_at=Now(),
        job=job,
        created_by=actor.user,
    )
    record("back up", backup, actor=actor.user, source=actor.source, after={"place": str(place)})
    backup.refresh_from_db(fields=["created_at", "verified_at"])
    return backup


def verify_backup(backup: Backup, tell: Tell = silence) -> str:
    """Read every byte of it; what is wrong with it, or "". Outside a transaction; the caller writes it down."""
    try:
        check(Path(backup.place), tell)
    except BackupError as error:
        return str(error)
    return ""


def write_down_check(backup: Backup, problem: str) -> None:
    """Keep what a check of it found."""
    changes: dict[str, Any] = {"problem": problem} if problem else {"problem": "", "verified_at": Now()}
    Backup.objects.filter(pk=backup.pk).update(**changes)
    backup.refresh_from_db()


def recent_backups() -> QuerySet[Backup]:
    """The backups that count as recent, as far as anybody knows whole."""
    return Backup.objects.filter(created_at__gte=Now() - DUE, problem="", missing_count=0)


def shares_its_disk() -> bool:
    """Whether a broken disk would take the data and their backups together."""
    return same_disk(existing(settings.BACKUP_DIR), existing(settings.ARTIFACT_DIR))
