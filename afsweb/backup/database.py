"""What the database says about itself, asked without Django: it may be of any version."""

from __future__ import annotations

from typing import Any, TypeAlias

import psycopg
from psycopg import sql

Connection: TypeAlias = "psycopg.Connection[tuple[Any, ...]]"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


def one(connection: Connection, statement: str) -> Any:
    """The first value of the first row."""
    row = connection.execute(statement).fetchone()
    assert row is not None
    return row[0]


def major_version(connection: Connection) -> int:
    """The server's major version: 18 of 18.4."""
    return connection.info.server_version // 10_000


def table_names(connection: Connection) -> list[str]:
    """The tables, in order of their names."""
    return [name for (name,) in connection.execute(TABLES).fetchall()]


def count_rows(connection: Connection) -> dict[str, int]:
    """Rows of each table, exactly."""
    counts = {}
    for name in table_names(connection):
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))
        row = connection.execute(query).fetchone()
        counts[name] = int(row[0]) if row else 0
    return counts


def database_bytes(connection: Connection) -> int:
    """What the database takes on its disk."""
    return int(one(connection, "SELECT pg_database_size(current_database())"))


def migrations_of(connection: Connection) -> frozenset[tuple[str, str]]:
    """The migrations that have run, as (app, name); none where there are no tables yet."""
    if one(connection, "SELECT to_regclass('django_migrations')") is None:
        return frozenset()
    return frozenset(connection.execute("SELECT app, name FROM django_migrations").fetchall())
