"""Bringing a backup into an empty install: files first, the database last and all at once, so that half is nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import psycopg

from afsweb.backup.contents import ARTIFACTS, DUMP, SECRETS, UPLOADS, Contents
from afsweb.backup.database import Connection, count_rows, database_bytes, major_version, table_names
from afsweb.backup.errors import BackupNewer, NotEmpty, RowsDiffer, ServerOlder
from afsweb.backup.files import draft_in, put, same_disk
from afsweb.backup.making import Install
from afsweb.backup.programs import find_program, run_program
from afsweb.backup.telling import Progress, Tell, silence
from afsweb.storage import NoRoom, StorageError, verify
from afsweb.storage.store import place_of

# One transaction: a restore that is broken off leaves the database as empty as it was, and can be begun again.
RESTORE_ARGUMENTS = ("--no-owner", "--no-privileges", "--no-comments", "--exit-on-error", "--single-transaction")


def refuse_newer(folder: Path, backup: Contents, known: frozenset[tuple[str, str]]) -> None:
    """Raise BackupNewer when the backup's tables went through a migration that this version does not have."""
    unknown = sorted(backup.migrations - known)
    if unknown:
        raise BackupNewer(folder=folder, version=backup.version, migration=".".join(unknown[-1]))


def refuse_full(conninfo: str, backup: Contents) -> None:
    """Raise NotEmpty where there are tables already, ServerOlder where the dump would not be understood."""
    with psycopg.connect(conninfo) as connection:
        tables, server = len(table_names(connection)), major_version(connection)
    if tables:
        raise NotEmpty(found=f"{tables} tables")
    if server < backup.postgres:
        raise ServerOlder(dumped=backup.postgres, server=server)


def restore(folder: Path, backup: Contents, install: Install, tell: Tell = silence) -> None:
    """Bring the checked `backup` of `folder` into the empty `install`. May be begun again after any break.

    Its secret keys are the caller's to keep (`keys_of`). Raises BackupError, NoRoom, and what `tell` raises.
    """
    refuse_full(install.conninfo, backup)
    install.artifacts.mkdir(parents=True, exist_ok=True)
    _check_room(folder, backup, install.artifacts)
    progress = Progress(tell, backup.database_bytes + sum(backup.artifacts.values()))
    for sha256, size in backup.artifacts.items():
        _bring(sha256, folder / ARTIFACTS, install.artifacts)
        progress.add(size, "bringing the artifacts")
    if (folder / UPLOADS).is_dir():
        put(folder / UPLOADS, install.uploads)
    with psycopg.connect(install.conninfo, autocommit=True) as connection:
        _bring_database(folder / DUMP, install.conninfo, connection, progress)
        _compare_rows(backup, count_rows(connection))
        connection.execute("ANALYZE")


def keys_of(folder: Path) -> dict[str, str]:
    """The secret keys in a backup, by the names of their settings."""
    return {path.name.upper(): path.read_text() for path in sorted((folder / SECRETS).iterdir())}


def _check_room(folder: Path, backup: Contents, store: Path) -> None:
    copied = 0 if same_disk(folder, store) else sum(backup.artifacts.values())
    needed, free = backup.database_bytes + copied, shutil.disk_usage(store).free
    if needed > free:
        raise NoRoom(needed=needed, free=free, place=store)


def _bring(sha256: str, source: Path, store: Path) -> None:
    """One artifact into the store, under its name only when it is whole."""
    place = place_of(store, sha256)
    if place.exists() and _is_whole(store, sha256):
        return
    with draft_in(store, ".restored-") as aside:
        put(place_of(source, sha256), place_of(aside, sha256))
        verify(aside, sha256)
        shutil.rmtree(place, ignore_errors=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        place_of(aside, sha256).rename(place)


def _is_whole(store: Path, sha256: str) -> bool:
    try:
        verify(store, sha256)
    except StorageError:
        return False
    return True


def _bring_database(dump: Path, conninfo: str, connection: Connection, progress: Progress) -> None:
    def look() -> None:
        progress.say("restoring the database", ahead=database_bytes(connection))

    program = find_program("pg_restore", major_version(connection))
    run_program(program, [*RESTORE_ARGUMENTS, str(dump)], conninfo, look)


def _compare_rows(backup: Contents, found: dict[str, int]) -> None:
    names = sorted(name for name in {*found, *backup.rows} if found.get(name) != backup.rows.get(name))
    if names:
        told = ", ".join(f"{name} has {found.get(name, 0)} rows for {backup.rows.get(name, 0)}" for name in names)
        raise RowsDiffer(differences=told)
