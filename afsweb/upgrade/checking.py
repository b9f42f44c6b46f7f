"""What is looked at before anything is changed; each finding says what it saw, and what to do where it is bad."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from afsweb.backup.database import Connection, database_bytes, major_version, migrations_of, one
from afsweb.backup.errors import ProgramMissing
from afsweb.backup.files import existing, same_disk
from afsweb.backup.programs import find_program

# Django 5.2 (docs.djangoproject.com/en/5.2/ref/databases/): PostgreSQL 14 and higher.
LEAST_POSTGRES = 14
LARGEST = """SELECT coalesce(max(pg_total_relation_size(oid)), 0)::bigint FROM pg_class WHERE relkind = 'r'"""
ARTIFACT_BYTES = "SELECT coalesce(sum(size_bytes), 0)::bigint FROM core_artifact"
Migrations = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: whether it is well, and what was seen, with what to do where it is not."""

    is_well: bool
    text: str


@dataclass(frozen=True)
class Ahead:
    """What an upgrade would do: which migrations run, which hosts' workers are of another version and live."""

    pending: Migrations
    others: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.pending or self.others)


def look_ahead(connection: Connection, known: Migrations, version: str) -> Ahead:
    """What there is to do in a database that has tables."""
    living = "SELECT name FROM core_host WHERE code_version <> %s AND seen_at > now() - interval '1 minute' ORDER BY 1"
    others = connection.execute(living, [version]).fetchall()
    return Ahead(known - migrations_of(connection), tuple(name for (name,) in others))


def look(connection: Connection, known: Migrations, backups: Path, data: Path) -> Iterator[Finding]:
    """Versions, servers and disks. `backups` is where the backup goes, `data` where artifacts and tables are."""
    yield _tables(migrations_of(connection), known)
    yield _server(major_version(connection))
    yield _dump(major_version(connection))
    yield _room_for_backup(connection, backups, data)
    yield _room_for_tables(connection, data)


def _tables(done: Migrations, known: Migrations) -> Finding:
    unknown = sorted(done - known)
    if unknown:
        newest = ".".join(unknown[-1])
        return Finding(False, f"the tables are of a newer afsweb ({newest}): install that version, or a newer one")
    pending = len(known - done)
    return Finding(True, f"{pending} change{'' if pending == 1 else 's'} of the tables to make")


def _server(major: int) -> Finding:
    if major < LEAST_POSTGRES:
        return Finding(False, f"the database is Postgres {major}: move it to Postgres {LEAST_POSTGRES} or newer first")
    return Finding(True, f"Postgres {major} answers")


def _dump(major: int) -> Finding:
    try:
        return Finding(True, f"{find_program('pg_dump', major)} can dump it")
    except ProgramMissing as error:
        return Finding(False, str(error))


def _room_for_backup(connection: Connection, backups: Path, data: Path) -> Finding:
    needed = database_bytes(connection)
    if not same_disk(existing(backups), existing(data)) and one(connection, "SELECT to_regclass('core_artifact')"):
        needed += int(one(connection, ARTIFACT_BYTES))
    return _room(needed, backups, "a backup")


def _room_for_tables(connection: Connection, data: Path) -> Finding:
    """A change of a table may write it anew beside the old."""
    return _room(int(one(connection, LARGEST)), data, "changing the largest table")


def _room(needed: int, place: Path, what: str) -> Finding:
    free = shutil.disk_usage(existing(place)).free
    if free < needed:
        return Finding(False, f"{what} may need {_mib(needed)} in {place} and {_mib(free)} are free: free some space")
    return Finding(True, f"{what} has room in {place}: {_mib(needed)} of {_mib(free)}")


def _mib(size: int) -> str:
    return f"{max(size >> 20, 1):,} MiB"
