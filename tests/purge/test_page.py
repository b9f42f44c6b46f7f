"""The page shows what breaks before anything does; only an admin sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from afsweb.core.models import Job, Role
from datasets_app.models import Sample
from datasets_app.purge.purging import PURGE
from tests.purge.test_purging import build, purge

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Any], Client]


def test_it_shows_what_breaks(
    client_as: ClientAs, samples: list[Sample], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for name in ("first", "second", "third"):
        build(name)
    client = client_as(Role.ADMIN)
    with django_assert_max_num_queries(20):
        text = client.get(f"/samples/{samples[0].uuid}/purge/").content.decode()
    assert "These snapshots hold it" in text and ">third</a>" in text and "nothing trained on it" in text
    assert "1 set of files goes from the store" in text  # equal content is stored once
    assert f"Type {samples[0].pk} to purge it" in text


def test_what_nothing_holds_breaks_nothing(client_as: ClientAs, samples: list[Sample]) -> None:
    text = client_as(Role.ADMIN).get(f"/samples/{samples[0].uuid}/purge/").content.decode()
    assert "No snapshot holds it, so no run relies on it" in text


def test_an_admin_who_types_its_number_purges_it(client_as: ClientAs, samples: list[Sample]) -> None:
    client, path = client_as(Role.ADMIN), f"/samples/{samples[0].uuid}/purge/"
    refused = client.post(path, {"number": "yes"})
    assert "Nothing was purged. Type the number" in refused.content.decode()
    assert not Job.objects.filter(kind=PURGE).exists()
    response = client.post(path, {"number": str(samples[0].pk)})
    job = Job.objects.get(kind=PURGE)
    assert response["Location"] == job.get_absolute_url()


def test_others_may_not(client_as: ClientAs, samples: list[Sample]) -> None:
    for role in (Role.VIEWER, Role.REVIEWER, Role.TRAINER):
        client = client_as(role)
        assert client.post(f"/samples/{samples[0].uuid}/purge/", {"number": samples[0].pk}).status_code == 403
        assert "/purge/" not in client.get(samples[0].get_absolute_url()).content.decode()
    assert "/purge/" in client_as(Role.ADMIN).get(samples[0].get_absolute_url()).content.decode()


def test_a_purged_snapshot_says_so(client_as: ClientAs, samples: list[Sample]) -> None:
    snapshot = build("first")
    purge(samples[0])
    client = client_as(Role.TRAINER)
    text = client.get(snapshot.get_absolute_url()).content.decode()
    assert "A sample of it was purged" in text and "Train on it" not in text
    assert "held a purged sample" in client.get("/snapshots/").content.decode()
    shown = client.get(f"/snapshots/{snapshot.uuid}/export/?form=jsonl", follow=True).content.decode()
    assert "so there is nothing to export" in shown
