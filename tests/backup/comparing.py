"""What two installs must have in common to be the same: every row of every table, every sequence, every stored byte."""

from __future__ import annotations

import hashlib
from pathlib import Path

import psycopg
from psycopg import sql

from afsweb.backup.database import table_names

# The rows as text, whatever order they lie in.
HASH = """SELECT count(*), md5(coalesce(string_agg(row_md5, '' ORDER BY row_md5 COLLATE "C"), ''))
    FROM (SELECT md5(t::text) AS row_md5 FROM {} AS t) AS hashed"""
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
BLOCK = 1 << 20


def tables_of(conninfo: str) -> dict[str, tuple[int, str]]:
    """How many rows each table has, and one hash of them all."""
    with psycopg.connect(conninfo) as connection:
        return {name: _hash(connection, name) for name in table_names(connection)}


def sequences_of(conninfo: str) -> list[tuple[str, int | None]]:
    """Where each sequence stands: the next row must not meet an old one."""
    with psycopg.connect(conninfo) as connection:
        return [(str(name), value) for name, value in connection.execute(SEQUENCES).fetchall()]


def files_of(folder: Path) -> dict[str, str]:
    """The sha256 of each file below `folder`, by its path."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): _sha256(path) for path in paths}


def _hash(connection: psycopg.Connection[tuple[object, ...]], table: str) -> tuple[int, str]:
    row = connection.execute(sql.SQL(HASH).format(sql.Identifier(table))).fetchone()
    assert row is not None
    return int(str(row[0])), str(row[1])


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
