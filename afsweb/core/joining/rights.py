"""What the roles of machines may do in Postgres: do jobs, and neither read secrets nor change what is not theirs.

All of them are members of one role that has the rights; `set_rights` gives it exactly these, after each migration too.
Four tables hold columns that are nobody's business (`HIDDEN`). A job reads people and endpoints like any program of
ours, with every column; so these roles find views of the same names first, which show nothing in those columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from psycopg import sql

READ, WORK = "SELECT", "SELECT, INSERT, UPDATE, DELETE"
OURS = ("core", "datasets", "training", "evals")
VIEWS = "hosts"  # the schema that their search path begins with
REPORTED = (
    "platform",
    "python_version",
    "code_version",
    "queues",
    "gpus",
    "disk_free_bytes",
    "disk_total_bytes",
    "findings",
    "checked_at",
    "seen_at",
)
# Table -> column -> what is shown instead. An empty password is one that no log-in accepts.
HIDDEN: dict[str, dict[str, str]] = {
    "core_user": {"password": "''::varchar(128)"},
    "core_host": {"token_sha256": "NULL::varchar(64)"},
    "core_channel": {"address": "NULL::bytea", "secret": "NULL::bytea"},
    "core_providerkey": {
        "secret": "CASE WHEN pg_has_role(current_user, {keys}, 'MEMBER') THEN secret ELSE ''::bytea END"
    },
}
# What a machine may do with a table of ours, where that is not WORK.
NOTHING = frozenset(
    {"core_backup", "core_hostinvite", "core_session", "core_user_groups", "core_user_user_permissions"}
)
ONLY_READ = frozenset({"core_installation", "training_promotion", "evals_gate"})


def hosts_role() -> str:
    """The role that has the rights. Roles belong to the whole server, so the database's name is part of it."""
    return f"{connection.settings_dict['NAME']}_hosts"


def keys_role() -> str:
    """The role of those that may read provider keys (still encrypted) besides."""
    return f"{connection.settings_dict['NAME']}_hosts_keys"


def rights_are_set() -> bool:
    """Whether a machine ever joined this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [hosts_role()])
        return cursor.fetchone() is not None


def set_rights() -> None:
    """Make the roles if they are missing, and give them these rights and no others."""
    with transaction.atomic(), connection.cursor() as cursor:
        for role in (hosts_role(), keys_role()):
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            if not cursor.fetchone():
                cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
        for statement in (*_all_rights(), *(part for table in HIDDEN for part in _view(table))):
            cursor.execute(statement)


def drop_views() -> None:
    """Before a migration, which could not change a column that a view shows; `set_rights` makes them anew."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in HIDDEN:
            cursor.execute(sql.SQL("DROP VIEW IF EXISTS {}").format(sql.Identifier(VIEWS, table)))


def _all_rights() -> Iterator[sql.Composable]:
    to = sql.Identifier(hosts_role())
    yield sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(to)
    for table, rights in tables().items():
        yield sql.SQL("GRANT {} ON public.{} TO {}").format(sql.SQL(rights), sql.Identifier(table), to)
    yield sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(VIEWS))
    yield sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(sql.Identifier(VIEWS), to)


def tables() -> dict[str, str]:
    """What is granted on each table; one that is not among them is closed."""
    models = [model for label in OURS for model in apps.get_app_config(label).get_models(include_auto_created=True)]
    names = {model._meta.db_table for model in models if model._meta.managed} - set(HIDDEN) - NOTHING
    return {name: READ if name in ONLY_READ else WORK for name in sorted(names)} | {"django_content_type": READ}


def _view(table: str) -> Iterator[sql.Composable]:
    name, to = sql.Identifier(VIEWS, table), sql.Identifier(hosts_role())
    yield sql.SQL("DROP VIEW IF EXISTS {}").format(name)
    yield sql.SQL("CREATE VIEW {} AS SELECT {} FROM public.{}").format(name, _columns(table), sql.Identifier(table))
    yield sql.SQL("GRANT SELECT ON {} TO {}").format(name, to)
    if table == "core_host":
        reported = sql.SQL(", ").join(map(sql.Identifier, REPORTED))
        yield sql.SQL("GRANT UPDATE ({}) ON {} TO {}").format(reported, name, to)


def _columns(table: str) -> sql.Composable:
    model: Any = next(model for model in apps.get_models() if model._meta.db_table == table)
    shown = []
    for column in (field.column for field in model._meta.concrete_fields):
        instead = HIDDEN[table].get(column)
        name = sql.Identifier(column)
        shown.append(
            sql.SQL("{} AS {}").format(sql.SQL(instead).format(keys=sql.Literal(keys_role())), name)
            if instead
            else name
        )
    return sql.SQL(", ").join(shown)
