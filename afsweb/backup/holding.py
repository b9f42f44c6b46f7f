"""One moment of an install, held while people go on working: what the database said then, and the files it named.

Whoever deletes an artifact locks its row, deletes it, and removes its files before the transaction ends
(`afsweb.core.artifacts.drop_artifact`). A lock on the rows therefore keeps the files until each has a second name.
The locks come first and the moment after them: what it sees is locked, but for what was made in between, which is
locked then.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg

from afsweb.backup.database import Connection, count_rows, database_bytes, major_version, migrations_of, one
from afsweb.backup.errors import AlwaysInTheWay
from afsweb.backup.files import put
from afsweb.storage.store import place_of

TRIES = 5
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
UPLOADS = "SELECT DISTINCT upload FROM datasets_source WHERE upload <> '' ORDER BY 1"
# The key of a row that is only referred to: whoever deletes waits, whoever changes or uses the row does not.
LOCK = "SELECT sha256 FROM core_artifact ORDER BY id FOR KEY SHARE"
LOCK_SOME = "SELECT sha256 FROM core_artifact WHERE sha256 = ANY(%s) ORDER BY id FOR KEY SHARE"
ARTIFACTS = "SELECT sha256, size_bytes FROM core_artifact ORDER BY id"


@dataclass(frozen=True)
class Moment:
    """A snapshot that lasts as long as `connection`, and the bytes of each artifact that it names."""

    connection: Connection
    snapshot: str
    artifacts: dict[str, int]
    at: datetime

    @property
    def database_bytes(self) -> int:
        return database_bytes(self.connection)

    @property
    def postgres(self) -> int:
        return major_version(self.connection)

    def rows(self) -> dict[str, int]:
        """Rows of each table at this moment."""
        return count_rows(self.connection)

    def migrations(self) -> frozenset[tuple[str, str]]:
        return migrations_of(self.connection)

    def uploads(self) -> list[str]:
        """The files below the folder of uploads that wait for their import."""
        if one(self.connection, "SELECT to_regclass('datasets_source')") is None:
            return []
        return [name for (name,) in self.connection.execute(UPLOADS).fetchall()]


@contextmanager
def moment(conninfo: str, store: Path, hold: Path) -> Iterator[Moment]:
    """This moment, the files of its artifacts in `hold`; a file that is gone or unreadable is left out.

    Raises AlwaysInTheWay.
    """
    for _ in range(TRIES):
        with psycopg.connect(conninfo) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            held = _hold_artifacts(conninfo, connection, store, hold)
            if held is None:
                continue
            snapshot = str(one(connection, "SELECT pg_export_snapshot()"))
            yield Moment(connection, snapshot, held, one(connection, "SELECT now()"))
            return
    raise AlwaysInTheWay(tries=TRIES)


def _hold_artifacts(conninfo: str, reader: Connection, store: Path, hold: Path) -> dict[str, int] | None:
    """The bytes of each artifact that `reader` sees, whose moment begins here; None when one went away meanwhile."""
    with psycopg.connect(conninfo) as holder:
        if one(holder, "SELECT to_regclass('core_artifact')") is None:
            return {}
        locked = _lock_all(holder)
        artifacts = {str(sha256): int(size) for sha256, size in reader.execute(ARTIFACTS).fetchall()}
        if not _lock_rest(holder, set(artifacts) - locked):
            return None
        for sha256 in artifacts:
            _hold_files(place_of(store, sha256), place_of(hold, sha256))
    return artifacts


def _lock_all(holder: Connection) -> set[str]:
    return {str(sha256) for (sha256,) in holder.execute(LOCK).fetchall()}


def _lock_rest(holder: Connection, wanted: set[str]) -> bool:
    """Lock what came between the locks and the moment; False when one of it has gone again already."""
    return len(holder.execute(LOCK_SOME, [list(wanted)]).fetchall()) == len(wanted)


def _hold_files(source: Path, target: Path) -> None:
    try:
        put(source, target)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise
