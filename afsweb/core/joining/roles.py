"""The Postgres role of one machine: made when it joins, gone with all its sessions when it is revoked."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import psycopg
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from psycopg import sql

from afsweb.core.joining.errors import RolesNotAllowed
from afsweb.core.joining.rights import VIEWS, hosts_role, keys_role, set_rights

CONNECTIONS = 60  # a few workers with their children, each with a pool of 10, of the 200 that the server has
PATIENCE_MS = 5_000  # in which a session ends that was told to
OURS = {"pool", "options", *settings.SILENCE}  # what settings.py adds to the connection: nothing that a URL says


def make_role(name: str, password: str, *, may_use_keys: bool) -> None:
    """Make the role with its password, in the caller's transaction. Raises RolesNotAllowed."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            set_rights()
            cursor.execute(
                sql.SQL("CREATE ROLE {} LOGIN CONNECTION LIMIT {} PASSWORD {}").format(
                    sql.Identifier(name), sql.Literal(CONNECTIONS), sql.Literal(_scrambled(name, password))
                )
            )
            for group in (hosts_role(), *([keys_role()] if may_use_keys else [])):
                cursor.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(group), sql.Identifier(name)))
            path = sql.SQL(", ").join(map(sql.Identifier, (VIEWS, "public")))
            cursor.execute(sql.SQL("ALTER ROLE {} SET search_path = {}").format(sql.Identifier(name), path))
    except DatabaseError as error:
        raise RolesNotAllowed(reason=str(error).splitlines()[0]) from None


def drop_role(name: str) -> None:
    """End the role and all its sessions, outside a transaction; nothing happens when there is none.

    The sessions go first, because a temporary table of one would hold the role; and before them the right to begin one.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT oid FROM pg_roles WHERE rolname = %s", [name])
        found = cursor.fetchone()
        if found:
            cursor.execute(sql.SQL("ALTER ROLE {} NOLOGIN").format(sql.Identifier(name)))
            cursor.execute(
                "SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity WHERE usesysid = %s", [PATIENCE_MS, *found]
            )
            cursor.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def _scrambled(name: str, password: str) -> str:
    """The password as Postgres keeps it: in clear it could show up in the server's log."""
    connection.ensure_connection()
    raw: psycopg.Connection = connection.connection
    return raw.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()


def database_url(name: str, password: str, host: str) -> str:
    """Where the machine finds Postgres: as the hub does, with its own role; `host` in the place of a loopback one."""
    ours = settings.DATABASES["default"]
    options = {key: value for key, value in ours["OPTIONS"].items() if key not in OURS}
    database = quote(connection.settings_dict["NAME"], safe="")
    query = f"?{urlencode(options)}" if options else ""
    return f"postgresql://{name}:{quote(password, safe='')}@{host}:{ours['PORT']}/{database}{query}"


def database_host() -> str:
    """The host by which the hub itself finds Postgres."""
    return str(settings.DATABASES["default"]["HOST"])
