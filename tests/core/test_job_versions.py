"""A machine of another version than the hub takes no jobs, and says why in its log and on its page."""

from __future__ import annotations

import logging

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from rq.worker import WorkerStatus

from afsweb.core.jobs.hosts import sign_in
from afsweb.core.jobs.worker import Worker
from afsweb.core.models import Host, HostState, Installation, JobState, Role
from afsweb.core.versions import note_version, version_of_database, why_no_jobs
from tests.conftest import ClientAs
from tests.core.conftest import make_job, state_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def of_another_version() -> None:
    """Since the worker began, the hub was upgraded."""
    Installation.objects.update_or_create(pk=1, defaults={"code_version": "9.0"})


def test_migrating_notes_the_version() -> None:
    Installation.objects.all().delete()
    call_command("migrate", verbosity=0)
    assert Installation.objects.get().code_version == settings.VERSION == version_of_database()


def test_noting_it_again_keeps_one_row() -> None:
    note_version()
    note_version()
    assert Installation.objects.count() == 1


def test_a_worker_of_the_same_version_takes_jobs(caplog: pytest.LogCaptureFixture) -> None:
    worker = Worker("here", ["default"])
    worker.make_rounds(WorkerStatus.IDLE)
    assert worker.why_no_jobs == ""
    assert "takes no jobs" not in caplog.text


def test_a_worker_of_another_version_takes_none_and_says_why_once(
    of_another_version: None, caplog: pytest.LogCaptureFixture
) -> None:
    job = make_job()
    worker = Worker("here", ["default"])
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            worker.next_rounds = 0
            worker.make_rounds(WorkerStatus.IDLE)
            assert not worker.work_once()
    assert state_of(job) == JobState.QUEUED
    told = [record.getMessage() for record in caplog.records if "takes no jobs" in record.getMessage()]
    assert told == [
        f"takes no jobs: here runs version {settings.VERSION} and the hub 9.0: "
        "bring both to the same version, then start its workers again."
    ]


def test_its_page_says_so_too(of_another_version: None, client_as: ClientAs) -> None:
    host = sign_in("here", ["default"])
    client: Client = client_as(Role.VIEWER)
    why = f"here runs version {settings.VERSION} and the hub 9.0"
    assert why in client.get(host.get_absolute_url()).content.decode()
    assert "takes no jobs" in client.get("/hosts/").content.decode()


def test_draining_and_revoked_machines_say_so() -> None:
    host = Host(name="here", code_version=settings.VERSION)
    assert why_no_jobs(host, settings.VERSION) == ""
    host.state = HostState.DRAINING
    assert "drains" in why_no_jobs(host, settings.VERSION)
    host.state = HostState.REVOKED
    assert "invite it anew" in why_no_jobs(host, settings.VERSION)
