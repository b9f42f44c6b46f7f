"""A machine that was revoked can do nothing any more, at once; its jobs go on elsewhere; it can be invited anew."""

from __future__ import annotations

import psycopg
import pytest
import redis
from django.db import connection
from django.test import RequestFactory, override_settings

from afsweb.core.history import history_of
from afsweb.core.host_tokens import host_of
from afsweb.core.joining.errors import BellUserStays
from afsweb.core.joining.join import revoke
from afsweb.core.models import Host, HostState, Job, JobState
from tests.core.conftest import lease, make_job
from tests.joining.conftest import SOMEBODY, Machine


def knows(machine: Machine) -> bool:
    """Whether the hub knows the machine over HTTP."""
    header = {"Authorization": f"Bearer {machine.settings['AFS_HOST_TOKEN']}"}
    return host_of(RequestFactory().get("/", headers=header)) is not None


def test_its_sessions_its_role_its_user_and_its_token_are_gone(machine: Machine) -> None:
    session, valkey = machine.connect(), machine.valkey()
    assert valkey.ping() and knows(machine)
    revoke(machine.host, SOMEBODY)
    with pytest.raises(psycopg.OperationalError):
        session.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        machine.connect()
    with pytest.raises((redis.ConnectionError, redis.AuthenticationError)):
        valkey.ping()
    with pytest.raises(redis.AuthenticationError):
        machine.valkey().ping()
    assert not knows(machine)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname = %s", [machine.host.account])
        assert cursor.fetchone() == (0,)
    machine.host.refresh_from_db()
    assert (machine.host.state, machine.host.token_sha256) == (HostState.REVOKED, None)
    assert [event.verb for event in history_of(machine.host)] == ["revoke", "join"]


def test_its_jobs_are_given_back_and_its_late_writes_change_nothing(machine: Machine) -> None:
    running, pinned = make_job(), make_job(pinned_host=machine.host)
    taken = lease(running, machine.host)
    assert revoke(machine.host, SOMEBODY) == 2
    running.refresh_from_db()
    assert (running.state, running.attempt, running.host) == (JobState.QUEUED, 0, None)
    assert "its host was revoked" in running.log.get().text
    assert not running.beat(taken)
    assert Job.objects.get(pk=pinned.pk).pinned_host is None


def test_others_stay(machine: Machine) -> None:
    other = Machine("other")
    revoke(machine.host, SOMEBODY)
    assert other.connect().execute("SELECT 1").fetchone() == (1,)
    assert other.valkey().ping()
    assert knows(other)


def test_it_may_be_done_twice(machine: Machine) -> None:
    revoke(machine.host, SOMEBODY)
    machine.host.refresh_from_db()
    assert revoke(machine.host, SOMEBODY) == 0
    assert [event.verb for event in history_of(machine.host)] == ["revoke", "join"]


def test_the_hubs_own_machine_takes_no_jobs_then(roles: None) -> None:
    host = Host.objects.create(name="hub")
    assert revoke(host, SOMEBODY) == 0
    assert Host.objects.get().state == HostState.REVOKED


def test_without_valkey_the_rest_is_done_and_said(machine: Machine) -> None:
    nowhere = override_settings(REDIS_URL="redis://127.0.0.1:1/0")
    with nowhere, pytest.raises(BellUserStays, match="revoke it again when Valkey answers"):
        revoke(machine.host, SOMEBODY)
    with pytest.raises(psycopg.OperationalError):
        machine.connect()
    assert not knows(machine)


def test_joining_anew_replaces_what_it_had(machine: Machine) -> None:
    again = Machine("studio")
    assert again.host.pk == machine.host.pk
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        machine.connect()
    with pytest.raises(redis.AuthenticationError):
        machine.valkey().ping()
    assert not knows(machine)
    assert again.connect().execute("SELECT 1").fetchone() == (1,)
    assert knows(again)


def test_a_revoked_machine_joins_anew(machine: Machine) -> None:
    revoke(machine.host, SOMEBODY)
    again = Machine("studio")
    assert again.host.state == HostState.ACTIVE
    assert again.connect().execute("SELECT 1").fetchone() == (1,)
