"""Where a sample is used, and what came of a snapshot: snapshots, runs, evaluations with what they gained."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Role
from datasets_app.models import Sample, SampleState, Snapshot
from tests.datasets.test_snapshot import build
from tests.web import loop
from training_app.models import ModelVersion, TrainingRun

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Any], Client]


@pytest.fixture
def snapshot(samples: list[Sample]) -> Snapshot:
    """Holds the first four samples; what the loop's run trained on."""
    Sample.objects.filter(pk__in=[one.pk for one in samples[:4]]).update(state=SampleState.ACCEPTED)
    return build("first", samples[0].source)


def test_a_sample_says_which_snapshots_hold_it(snapshot: Snapshot, samples: list[Sample], client_as: ClientAs) -> None:
    client = client_as(Role.VIEWER)
    split = snapshot.entries.get(sample=samples[0]).split
    page = " ".join(client.get(samples[0].get_absolute_url()).content.decode().split())
    assert f">first</a> <small>{split}, version 1</small>" in page
    assert "In no snapshot yet" in client.get(samples[4].get_absolute_url()).content.decode()


def test_runs_that_trained_on_a_sample(snapshot: Snapshot, samples: list[Sample], client_as: ClientAs) -> None:
    run = loop.add_run()
    TrainingRun.objects.filter(pk=run.pk).update(snapshot=snapshot)
    client = client_as(Role.VIEWER)
    assert run.name in client.get(reverse("list_sample_runs", args=[samples[0].uuid])).content.decode()
    assert run.name not in client.get(reverse("list_sample_runs", args=[samples[4].uuid])).content.decode()


def test_what_came_of_the_versions_that_trained_on_it(
    snapshot: Snapshot, samples: list[Sample], client_as: ClientAs, django_assert_max_num_queries: Any
) -> None:
    comparison, run = loop.add_comparison(), loop.add_run()
    TrainingRun.objects.filter(pk=run.pk).update(snapshot=snapshot)
    ModelVersion.objects.filter(pk=comparison.candidate.version_id).update(run=run, adapter=run.adapter)
    client = client_as(Role.VIEWER)
    with django_assert_max_num_queries(8):
        page = client.get(reverse("list_snapshot_evals", args=[snapshot.uuid])).content.decode()
    assert str(comparison.candidate.version) in page
    assert f"with {comparison.baseline.version}" in page and comparison.get_absolute_url() in page
    assert client.get(reverse("list_sample_evals", args=[samples[0].uuid])).content.decode() == page
    assert "No version" in client.get(reverse("list_sample_evals", args=[samples[4].uuid])).content.decode()
