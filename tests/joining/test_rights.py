"""What a machine that joined may do in Postgres and in Valkey, and what not: asked of the servers themselves."""

from __future__ import annotations

import django_rq
import psycopg
import pytest
import redis
from django.apps import apps
from django.db.models import BinaryField, CharField, TextField
from psycopg.errors import FeatureNotSupported, InsufficientPrivilege

from afsweb.core.joining.rights import HIDDEN, set_rights, tables
from afsweb.core.models import Host, Provider, ProviderKey, Role
from tests.conftest import make_user
from tests.core.conftest import make_job
from tests.joining.conftest import Machine


def refused(session: psycopg.Connection, statement: str) -> bool:
    """Whether Postgres says that this role has no right to it (and not that the statement is wrong)."""
    try:
        session.execute(statement.encode())
    except (InsufficientPrivilege, FeatureNotSupported):  # the latter: of a column that a view only shows
        return True
    return False


FORBIDDEN = (
    "CREATE TABLE mine (id int)",
    "CREATE TABLE hosts.mine (id int)",
    "CREATE SCHEMA mine",
    "CREATE ROLE mine",
    "DROP TABLE core_job",
    "TRUNCATE core_event",
    "ALTER TABLE core_job DISABLE TRIGGER ALL",
    "SELECT password FROM public.core_user",
    "UPDATE core_user SET role = 'admin'",
    "UPDATE public.core_user SET role = 'admin'",
    "INSERT INTO core_host (name) VALUES ('x')",
    "UPDATE core_host SET state = 'active'",
    "UPDATE core_host SET token_sha256 = 'x'",
    "UPDATE public.core_host SET gpu_slots = 9",
    "DELETE FROM core_host",
    "SELECT * FROM core_hostinvite",
    "SELECT * FROM django_session",
    "SELECT * FROM django_admin_log",
    "SELECT secret FROM public.core_providerkey",
    "DELETE FROM core_providerkey",
    "INSERT INTO training_promotion (id) VALUES (1)",
    "UPDATE core_installation SET code_version = '9'",
    "SELECT rolpassword FROM pg_authid",
    "SELECT pg_read_file('/etc/passwd')",
    "COPY core_job TO PROGRAM 'id'",
    "SET ROLE afs",
)


def test_what_is_not_for_machines_is_refused(machine: Machine) -> None:
    session = machine.connect()
    assert [statement for statement in FORBIDDEN if not refused(session, statement)] == []


def test_it_does_a_jobs_work(machine: Machine) -> None:
    job = make_job()
    session = machine.connect()
    session.execute("UPDATE core_job SET note = 'x' WHERE id = %s", [job.pk])
    session.execute("INSERT INTO core_joblog (job_id, text) VALUES (%s, 'a line')", [job.pk])
    session.execute("CREATE TEMPORARY TABLE rows_of_an_import (id int)")
    session.execute("SELECT pg_try_advisory_xact_lock(1)")
    job.refresh_from_db()
    assert job.note == "x"
    assert job.log.get().text == "a line"


def test_it_reads_people_without_their_passwords(machine: Machine) -> None:
    user = make_user(Role.ADMIN)
    row = machine.connect().execute("SELECT username, password FROM core_user WHERE id = %s", [user.pk]).fetchone()
    assert row == ("a-admin", "")


def test_it_reads_provider_keys_only_when_it_was_invited_to(machine: Machine) -> None:
    admin = make_user(Role.ADMIN)
    ProviderKey.objects.create(name="k", provider=Provider.GEMINI, secret=b"sealed", last_four="", created_by=admin)
    trusted = Machine("trusted", may_use_keys=True)
    question = "SELECT secret FROM core_providerkey"
    assert machine.connect().execute(question).fetchone() == (b"",)
    assert trusted.connect().execute(question).fetchone() == (b"sealed",)
    assert "AFS_FIELD_KEY" in trusted.settings
    assert "AFS_FIELD_KEY" not in machine.settings


def test_it_reports_about_itself_alone(machine: Machine) -> None:
    Host.objects.create(name="another")
    session = machine.connect()
    session.execute("UPDATE core_host SET seen_at = now(), queues = '{gpu}' WHERE name = 'studio'")
    with pytest.raises(InsufficientPrivilege, match="about itself alone"):
        session.execute("UPDATE core_host SET seen_at = now() WHERE name = 'another'")
    assert Host.objects.get(name="studio").queues == ["gpu"]


def test_no_token_of_a_machine_is_shown(machine: Machine) -> None:
    assert machine.connect().execute("SELECT token_sha256 FROM core_host").fetchall() == [(None,)]


def test_valkey_is_closed_but_for_the_bells(machine: Machine) -> None:
    for words in ["FLUSHALL", "CONFIG GET *", "ACL LIST", "KEYS *", "SCAN 0", "GET afsweb:tries", "EVAL x 0"]:
        with pytest.raises(redis.exceptions.NoPermissionError):
            machine.valkey().execute_command(*words.split())  # type: ignore[no-untyped-call]


def test_it_hears_and_rings_bells(machine: Machine) -> None:
    django_rq.get_connection().delete("rq:queue:gpu")  # where jobs of other tests have rung
    valkey = machine.valkey()
    valkey.rpush("rq:queue:gpu", "a ring")
    assert valkey.blpop(["rq:queue:gpu"], timeout=1) == (b"rq:queue:gpu", b"a ring")


def test_a_field_with_a_secret_is_hidden_or_closed() -> None:
    """A new secret in the database needs a decision in rights.py; this finds it by its name."""
    telling = ("password", "secret", "token", "session_key")
    shown = {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if isinstance(field, CharField | TextField | BinaryField)
        and any(word in field.name for word in telling)
        and field.column not in HIDDEN.get(model._meta.db_table, {})
        and model._meta.db_table in tables()
    }
    assert shown == set()


def test_rights_can_be_set_again_at_any_time(machine: Machine) -> None:
    session = machine.connect()
    for _ in range(6):  # Postgres prepares what is asked often
        session.execute("SELECT count(*) FROM core_user", prepare=True)
    set_rights()
    assert session.execute("SELECT count(*) FROM core_user", prepare=True).fetchone() == (0,)
    assert refused(session, "SELECT * FROM core_hostinvite")
