"""What Prometheus reads: the state of the house, and how long requests took; for who has the token, and admins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django.fixtures import Settings

from afsweb.core.models import (
    Channel,
    ChannelKind,
    Delivery,
    ErrorReport,
    Host,
    Job,
    JobState,
    Notification,
    Role,
    User,
)
from tests.core.conftest import make_job
from tests.web.loop import add_jobs

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Any], Client]
TOKEN = "a-token-of-the-tests"


@pytest.fixture
def admin(client_as: ClientAs) -> Client:
    return client_as(Role.ADMIN)


def read(client: Client) -> dict[tuple[str, frozenset[str]], float]:
    """(name, the values of its labels) -> value, as Prometheus' own parser reads the page."""
    text = client.get("/metrics").content.decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(sample.name, frozenset(sample.labels.values())): sample.value for sample in samples}


def value(client: Client, name: str, *labels: str) -> float | None:
    return read(client).get((name, frozenset(labels)))


def test_open_jobs_by_state_kind_and_queue(admin: Client) -> None:
    for _ in range(2):
        make_job(created_at=Now() - timedelta(hours=1))
    make_job(queue="gpu")
    add_jobs(JobState.LEASED)
    assert value(admin, "afs_jobs", "queued", "core.selftest", "default") == 2
    assert value(admin, "afs_jobs", "leased", "a.kind", "default") == 1
    assert 3600 <= (value(admin, "afs_job_oldest_seconds", "queued", "core.selftest", "default") or 0) < 3700
    depths = {queue: value(admin, "afs_queue_depth", queue) for queue in ("default", "generate", "gpu")}
    assert depths == {"default": 2, "generate": 0, "gpu": 1}


def test_what_is_over_counts_for_a_day(admin: Client) -> None:
    add_jobs(JobState.FAILED, 3)
    (old,) = add_jobs(JobState.FAILED)
    Job.objects.filter(pk=old.pk).update(created_at=Now() - timedelta(days=2))
    assert value(admin, "afs_jobs_last_day", "failed", "a.kind") == 3


def test_hosts_with_their_disks(admin: Client) -> None:
    Host.objects.create(name="studio", disk_free_bytes=7)
    Host.objects.filter(name="studio").update(seen_at=Now())
    Host.objects.create(name="box")
    Host.objects.create(name="gone", state="revoked")
    found = read(admin)
    assert found[("afs_host_up", frozenset({"studio", "active"}))] == 1
    assert found[("afs_host_up", frozenset({"box", "active"}))] == 0
    assert found[("afs_host_disk_free_bytes", frozenset({"studio"}))] == 7
    assert not any("gone" in labels for _name, labels in found)
    assert found[("afs_hub_disk_free_bytes", frozenset())] > 0


def test_notifications_and_errors(admin: Client, viewer: User) -> None:
    channel = Channel.objects.create(person=viewer, kind=ChannelKind.EMAIL, name="e-mail", died_at=Now())
    told = Notification.objects.create(person=viewer, text="Look.", link="/")
    Delivery.objects.create(notification=told, channel=channel)
    ErrorReport.objects.create(place="here", kind="Error", message="No.")
    ErrorReport.objects.create(place="there", kind="Error", message="No.", last_at=Now() - timedelta(days=2))
    assert value(admin, "afs_deliveries", "queued") == 1
    assert value(admin, "afs_channels_dead") == 1
    assert value(admin, "afs_error_places") == 1


def test_requests_are_measured_by_the_name_of_their_view(admin: Client) -> None:
    name, labels = "afs_request_seconds_count", ("list_hosts", "GET", "2xx")
    before = value(admin, name, *labels) or 0
    admin.get("/hosts/")
    admin.get("/hosts/?anything=else")
    assert value(admin, name, *labels) == before + 2


def test_addresses_that_are_none_are_one_label(admin: Client) -> None:
    before = value(admin, "afs_request_seconds_count", "none", "GET", "4xx") or 0
    for number in range(3):
        admin.get(f"/nothing/{number}/")
    assert value(admin, "afs_request_seconds_count", "none", "GET", "4xx") == before + 3


def test_a_method_that_is_none_is_one_label(admin: Client) -> None:
    admin.generic("BREW", "/hosts/")
    assert value(admin, "afs_request_seconds_count", "list_hosts", "other", "4xx")


def test_the_token_opens_it_and_nothing_else(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    for shown in (TOKEN, f"Bearer {TOKEN}x", "Bearer ", f"Basic {TOKEN}", "Bearer \u00fc"):
        response = client.get("/metrics", headers={"Authorization": shown})
        assert (response.status_code, b"AFS_METRICS_TOKEN" in response.content) == (401, True)
    assert client.get("/hosts/", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 302


def test_without_a_token_no_token_opens_it(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    for shown in ("Bearer ", "Bearer"):
        assert client.get("/metrics", headers={"Authorization": shown}).status_code == 401


@pytest.mark.parametrize("role, status", [(Role.ADMIN, 200), (Role.TRAINER, 403), (Role.VIEWER, 403)])
def test_of_people_admins_see_it(client_as: ClientAs, role: Role, status: int) -> None:
    assert client_as(role).get("/metrics").status_code == status


def test_it_costs_few_queries_however_many_jobs_there_were(admin: Client, django_assert_max_num_queries: Any) -> None:
    add_jobs(JobState.SUCCEEDED, 50)
    add_jobs(JobState.QUEUED, 50)
    with django_assert_max_num_queries(10):  # the session, the person, and eight of ours
        admin.get("/metrics")
