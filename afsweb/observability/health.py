"""Whether this hub can work: each part is asked briefly, and says one word that anybody may read."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from functools import cache

import psycopg
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from redis import Redis
from redis.exceptions import RedisError

from afsweb.core.jobs.hosts import MISSED_ROUNDS

OK, AWAY, MISSING, SILENT = "ok", "away", "missing", "silent"
SECONDS = 2  # a probe that waits longer counts us as dead anyway


def readiness() -> dict[str, str]:
    """database, migrations, valkey, worker: ok, or away, missing, silent."""
    return ask_database() | {"valkey": ask_valkey()}


def ask_database() -> dict[str, str]:
    """By a connection of its own: the pool waits longer than a probe does, and may be taken by what hangs."""
    try:
        with closing(_connect()) as database, database.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            done = set(cursor.fetchall())
            cursor.execute(
                "SELECT EXISTS (SELECT FROM core_host WHERE seen_at >= now() - %s)",
                [timedelta(seconds=MISSED_ROUNDS * settings.JOB_RECONCILE)],
            )
            (heard,) = cursor.fetchone() or (False,)
    except psycopg.errors.UndefinedTable:
        return {"database": OK, "migrations": MISSING, "worker": SILENT}
    except psycopg.Error:
        return {"database": AWAY, "migrations": AWAY, "worker": AWAY}
    migrations = OK if migrations_of_this_version() <= done else MISSING
    return {"database": OK, "migrations": migrations, "worker": OK if heard else SILENT}


def ask_valkey() -> str:
    """Whether it answers."""
    client: Redis = Redis.from_url(settings.REDIS_URL, socket_timeout=SECONDS, socket_connect_timeout=SECONDS)
    try:
        client.ping()
    except RedisError:
        return AWAY
    finally:
        client.close()
    return OK


@cache
def migrations_of_this_version() -> frozenset[tuple[str, str]]:
    """Every migration that this version of the code has, by its app's label; read from the disk once."""
    return frozenset(MigrationLoader(None).disk_migrations)


def _connect() -> psycopg.Connection[tuple[object, ...]]:
    chosen = ("dbname", "user", "password", "host", "port", "sslmode", "sslrootcert")
    params = {name: value for name, value in connection.get_connection_params().items() if name in chosen}
    options = f"-c statement_timeout={SECONDS * 1000}"
    return psycopg.connect(**params, connect_timeout=SECONDS, options=options, autocommit=True)
