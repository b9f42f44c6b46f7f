"""The pages of snapshots: build, look, export, archive, delete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Job, JobState, Role
from datasets_app.models import Sample, SampleState, Snapshot, SnapshotState
from tests import rows
from tests.datasets.conftest import run_queue
from tests.datasets.test_snapshot import build

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Any], Client]
FIELDS = {"name": "first", "domain": "asm65816", "validation_percent": "20", "seed": "0"}


@pytest.fixture
def client(client_as: ClientAs) -> Client:
    return client_as(Role.TRAINER)


@pytest.fixture
def accepted(samples: list[Sample]) -> list[Sample]:
    Sample.objects.update(state=SampleState.ACCEPTED)
    return samples


def page(client: Client, snapshot: Snapshot) -> str:
    response = client.get(snapshot.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def test_building_from_the_form(client: Client, accepted: list[Sample]) -> None:
    assert "5 samples" in client.get(reverse("build_snapshot") + "?count=yes").content.decode()
    response = client.post(reverse("build_snapshot"), FIELDS | {"sources": [str(accepted[0].source.uuid)]})
    snapshot = Snapshot.objects.get()
    assert response["Location"] == snapshot.get_absolute_url()
    assert "Build first" in page(client, snapshot)
    run_queue()
    shown = page(client, snapshot)
    snapshot.refresh_from_db()
    assert snapshot.state == SnapshotState.READY
    assert snapshot.sha256 in shown
    assert "First of train" in shown and "First of validation" in shown and "Accepted by the gate alone" in shown


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "taken"}, "Choose another name"),
        ({"domain": "text"}, "let the gate decide"),
        ({"golden": "yes"}, "No accepted sample fits this filter. Accept some on the review page"),
        ({"source": "00000000-0000-0000-0000-000000000000"}, "which is not there. Open the samples"),
        ({"cap": "0"}, "greater than or equal to 1"),
        ({"times": "0.5"}, "greater than or equal to 1"),
        ({"times": "nan"}, "Enter a number"),
        ({"validation_percent": "51"}, "less than or equal to 50"),
        ({"validation_percent": "nan"}, "Enter a number"),
        ({"seed": "-1"}, "greater than or equal to 0"),
        ({"seed": str(2**63)}, "less than or equal to"),
        ({"sources": "no-uuid"}, "is not a valid"),
    ],
)
def test_a_bad_wish_is_refused(client: Client, accepted: list[Sample], changes: dict[str, str], said: str) -> None:
    build("taken", accepted[0].source)
    response = client.post(reverse("build_snapshot"), FIELDS | changes)
    assert response.status_code == 200
    assert said in response.content.decode()
    assert Snapshot.objects.count() == 1


def test_without_accepted_samples_the_form_says_where_to_begin(client: Client) -> None:
    assert "No accepted sample fits" in client.get(reverse("build_snapshot") + "?count=yes").content.decode()


@pytest.mark.parametrize("form", ["chat", "alpaca"])
def test_exports_are_downloads(client: Client, accepted: list[Sample], form: str) -> None:
    snapshot = build("My first!", accepted[0].source)
    url = reverse("export_snapshot", args=[snapshot.uuid])
    response = client.get(f"{url}?form={form}&split=train")
    assert response["Content-Disposition"] == f'attachment; filename="my-first-train-{form}.jsonl"'
    content = b"".join(response)
    assert content.count(b"\n") == snapshot.train_count
    assert b"".join(client.get(f"{url}?form={form}&split=train")) == content
    assert b"".join(client.get(f"{url}?form={form}")).count(b"\n") == 5


@pytest.mark.parametrize("query", ["?form=xml", "?split=test", "?form=%00"])
def test_an_unknown_export_is_not_there(client: Client, accepted: list[Sample], query: str) -> None:
    snapshot = build("first", accepted[0].source)
    assert client.get(reverse("export_snapshot", args=[snapshot.uuid]) + query).status_code == 404


def test_what_is_not_ready_says_so(client: Client, accepted: list[Sample]) -> None:
    client.post(reverse("build_snapshot"), FIELDS)
    snapshot = Snapshot.objects.get()
    response = client.get(reverse("export_snapshot", args=[snapshot.uuid]), follow=True)
    assert "nothing to export yet" in response.content.decode()
    refused = client.post(reverse("delete_snapshot", args=[snapshot.uuid]), follow=True)
    assert "Stop its job first" in refused.content.decode()
    assert Snapshot.objects.count() == 1
    Job.objects.update(state=JobState.CANCELLED)
    assert "Its building broke off" in page(client, snapshot)
    client.post(reverse("delete_snapshot", args=[snapshot.uuid]))
    assert not Snapshot.objects.exists()


def test_archived_ones_leave_the_list(client: Client, accepted: list[Sample]) -> None:
    snapshot = build("first", accepted[0].source)
    client.post(reverse("archive_snapshot", args=[snapshot.uuid]))
    assert ">first</a>" not in client.get(reverse("list_snapshots")).content.decode()
    assert ">first</a>" in client.get(reverse("list_snapshots") + "?archived=yes").content.decode()
    client.post(reverse("restore_snapshot", args=[snapshot.uuid]))
    assert ">first</a>" in client.get(reverse("list_snapshots")).content.decode()


def test_what_trained_on_it_stands_in_the_way_of_deleting(client: Client, accepted: list[Sample]) -> None:
    from training_app.models import TrainingRun

    snapshot = build("first", accepted[0].source)
    TrainingRun.objects.create(name="run 12", recipe=rows.make_recipe(rows.make_base()), snapshot=snapshot)
    response = client.post(reverse("delete_snapshot", args=[snapshot.uuid]), follow=True)
    assert "run 12" in response.content.decode() and "Archive it instead" in response.content.decode()
    assert Snapshot.objects.count() == 1


def test_viewers_look_and_export(client_as: ClientAs, accepted: list[Sample]) -> None:
    snapshot, client = build("first", accepted[0].source), client_as(Role.VIEWER)
    shown = page(client, snapshot)
    assert "Delete it" not in shown and "ChatML messages" in shown and "?form=chat&amp;split=train" in shown
    assert client.get(reverse("build_snapshot")).status_code == 403
    for name in ("archive_snapshot", "restore_snapshot", "delete_snapshot"):
        assert client.post(reverse(name, args=[snapshot.uuid])).status_code == 403
    assert client.get(reverse("export_snapshot", args=[snapshot.uuid])).status_code == 200


def test_a_snapshot_that_is_not_there(client: Client) -> None:
    assert client.get("/snapshots/00000000-0000-0000-0000-000000000000/").status_code == 404


def test_pages_cost_few_queries(client: Client, accepted: list[Sample], django_assert_max_num_queries: Any) -> None:
    for number in range(6):
        build(f"snapshot {number}", accepted[0].source)
    with django_assert_max_num_queries(7):
        client.get(reverse("list_snapshots"))
    with django_assert_max_num_queries(11):
        page(client, Snapshot.objects.all()[0])
