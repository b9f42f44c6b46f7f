"""The Backups page, its jobs, and what the dashboard says of them: for admins alone."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from afsweb.backup.contents import check
from afsweb.core.backups.jobs import BACK_UP
from afsweb.core.models import Backup, Event, Host, Job, JobState, Role, User
from datasets_app.models import Source
from tests.backup.test_broken import flip
from tests.review.making import make_source
from tests.rows import make_backup_row, run_job


@pytest.fixture
def client(client_as: Callable[[Any], Client], admin_user: User) -> Client:
    return client_as(admin_user)


@pytest.fixture
def hub(db: None) -> Host:
    """The machine that we are on, as its worker signed in."""
    return Host.objects.create(name=socket.gethostname())


def page(client: Client) -> str:
    response = client.get(reverse("list_backups"))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_an_empty_page_says_what_to_do(client: Client, places: Path) -> None:
    text = page(client)
    assert "None was made yet." in text and text.count("Back up now") == 1
    assert str(places / "backups") in text
    assert "a broken disk takes both" in text


def test_only_admins_come_here(client_as: Callable[[Any], Client]) -> None:
    for role in (Role.VIEWER, Role.REVIEWER, Role.TRAINER):
        assert client_as(role).get(reverse("list_backups")).status_code == 403
        assert client_as(role).post(reverse("make_backup")).status_code == 403
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "whole"),
        ({"missing_count": 1}, "1 artifact was damaged or gone already"),
        ({"missing_count": 2}, "2 artifacts were damaged or gone already"),
        ({"problem": "The backup is damaged: <b>."}, "The backup is damaged: &lt;b&gt;."),
    ],
)
def test_each_says_how_it_is(client: Client, facts: dict[str, Any], said: str) -> None:
    make_backup_row(**facts)
    text = page(client)
    assert said in text and "12,345" in text and "Verify" in text


def test_the_button_has_the_hub_make_one(client: Client, hub: Host, places: Path, transactional_db: None) -> None:
    client.post(reverse("make_backup"))
    job = Job.objects.get(kind=BACK_UP)
    assert job.pinned_host == hub
    assert "Back up now" not in page(client)
    run_job(job, hub)
    assert job.state == JobState.SUCCEEDED, job.error
    backup = Backup.objects.get()
    assert backup.created_by is not None and backup.created_by.username == "a-admin"
    contents = check(Path(backup.place))
    assert backup.size_bytes == contents.size and backup.row_count == sum(contents.rows.values())
    event = Event.objects.get(verb="back up")
    assert (event.source, event.after) == ("job", {"place": backup.place})


def test_a_second_one_meanwhile_is_refused(client: Client, hub: Host) -> None:
    client.post(reverse("make_backup"))
    answer = client.post(reverse("make_backup"), follow=True).content.decode()
    assert "A backup is being made already" in answer
    assert Job.objects.filter(kind=BACK_UP).count() == 1


def test_without_a_worker_it_says_so(client: Client) -> None:
    answer = client.post(reverse("make_backup"), follow=True).content.decode()
    assert "none of" in answer and "has signed in" in answer
    assert not Job.objects.exists()


def test_verifying_finds_what_happened_to_it(client: Client, hub: Host, backup: Path) -> None:
    row = make_backup_row(str(backup), verified_at=timezone.now() - timedelta(days=9))
    long_ago = row.verified_at
    client.post(reverse("verify_backup", args=[row.uuid]))
    run_job(Job.objects.get(kind="core.verify_backup"), hub)
    row.refresh_from_db()
    assert (row.problem, row.verified_at > long_ago) == ("", True)
    flip(backup / "database.dump")
    client.post(reverse("verify_backup", args=[row.uuid]))
    run_job(Job.objects.filter(kind="core.verify_backup", state=JobState.QUEUED).get(), hub)
    row.refresh_from_db()
    assert "“database.dump” is missing or has other content" in row.problem
    assert "not to be used" in page(client)


def test_one_that_is_gone_is_found(client: Client, hub: Host) -> None:
    row = make_backup_row()
    client.post(reverse("verify_backup", args=[row.uuid]))
    run_job(Job.objects.get(kind="core.verify_backup"), hub)
    row.refresh_from_db()
    assert "is no backup" in row.problem


def test_the_page_costs_the_same_with_many(client: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(60):
        make_backup_row(f"/nowhere/afsweb-{number}")
    with django_assert_max_num_queries(8):
        text = page(client)
    assert text.count(">Verify<") == 50


def tiles(client: Client) -> list[tuple[str, str]]:
    return [(item.count, item.what) for item in client.get("/").context["waiting"]]


DUE = ("0", "backups in the last 7 days")


def test_the_dashboard_reminds_admins_once_there_is_something_to_lose(
    client: Client, client_as: Callable[[Any], Client]
) -> None:
    assert DUE not in tiles(client)
    make_source()
    assert DUE not in tiles(client)
    Source.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert DUE in tiles(client)
    assert DUE not in tiles(client_as(Role.TRAINER))


@pytest.mark.parametrize(
    ("facts", "is_due"),
    [({}, False), ({"missing_count": 1}, True), ({"problem": "It is damaged."}, True)],
)
def test_a_whole_backup_of_this_week_is_enough(client: Client, facts: dict[str, Any], is_due: bool) -> None:
    make_source()
    Source.objects.update(created_at=timezone.now() - timedelta(days=8))
    row = make_backup_row(**facts)
    assert (DUE in tiles(client)) == is_due
    Backup.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(days=8))
    assert DUE in tiles(client)
    assert "No whole backup is younger than 7 days." in page(client)
