"""A job lays out the vectors of a domain; what stands in the way is said before."""

from __future__ import annotations

import numpy as np
import pytest
from django.db.models.functions import Now

from afsweb.core.jobs.perform import perform, settle
from afsweb.core.models import Event, Job, JobState, WorkState
from datasets_app.maps import making
from datasets_app.maps.errors import NothingToMap, UmapNotInstalled
from datasets_app.maps.making import MapPlan, delete_map, start_map
from datasets_app.maps.points import load_points
from datasets_app.models import Domain, EmbeddingMap, Method, Sample, SampleState, Source
from tests.datasets.mapping import add_numbered, give_vectors, vectors_at
from tests.rows import leased, run_job

pytestmark = pytest.mark.django_db
LINE = [(0.0, 0.0), (1.0, 0.1), (2.0, 0.0), (3.0, 0.1)]


@pytest.fixture
def samples(source: Source) -> list[Sample]:
    samples = add_numbered(source, 4)
    give_vectors(samples, vectors_at(LINE))
    return samples


@pytest.fixture
def plan(source: Source) -> MapPlan:
    return MapPlan(source.domain)


def made(plan: MapPlan) -> EmbeddingMap:
    started = start_map(plan, by=None)
    assert started.job
    run_job(started.job)
    started.refresh_from_db()
    return started


def test_what_differs_most_lies_farthest_apart(samples: list[Sample], plan: MapPlan) -> None:
    shown = made(plan)
    points = load_points(shown)
    assert (shown.state, shown.count) == (WorkState.SUCCEEDED, 4)
    assert points.ids.tolist() == [one.pk for one in samples]
    assert np.allclose(np.abs(np.diff(points.places[:, 0])), 1, atol=0.01)
    assert shown.variance[0] > 0.99


def test_archived_samples_are_not_on_it_and_rejected_ones_are(samples: list[Sample], plan: MapPlan) -> None:
    Sample.objects.filter(pk=samples[0].pk).update(state=SampleState.ARCHIVED)
    Sample.objects.filter(pk=samples[1].pk).update(state=SampleState.REJECTED)
    assert load_points(made(plan)).ids.tolist() == [one.pk for one in samples[1:]]


def test_it_is_read_in_blocks(samples: list[Sample], plan: MapPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = load_points(made(plan)).places
    monkeypatch.setattr("datasets_app.quality.vectors.BLOCK", 1)
    assert np.allclose(load_points(made(plan)).places, whole, atol=1e-5)


def test_without_vectors_there_is_nothing_to_map(source: Source, plan: MapPlan) -> None:
    samples = add_numbered(source, 3)
    give_vectors(samples[:2], vectors_at(LINE[:2]))
    with pytest.raises(NothingToMap, match=r"has 2 sample\(s\) with a vector"):
        start_map(plan, by=None)
    assert not EmbeddingMap.objects.exists()


def test_samples_that_went_meanwhile_fail_it_with_the_same_words(samples: list[Sample], plan: MapPlan) -> None:
    started = start_map(plan, by=None)
    Sample.objects.update(state=SampleState.ARCHIVED)
    assert started.job
    run_job(started.job)
    started.refresh_from_db()
    assert started.shown_state == WorkState.FAILED
    assert "a map needs 3" in started.error


def test_umap_that_is_not_installed_says_how_to(
    samples: list[Sample], plan: MapPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "has_umap", lambda: False)
    with pytest.raises(UmapNotInstalled, match=r"pip install afsweb\[umap\]"):
        start_map(MapPlan(plan.domain, Method.UMAP), by=None)


def test_a_stopped_one_keeps_nothing_and_its_job_may_run_again(samples: list[Sample], plan: MapPlan) -> None:
    started = start_map(plan, by=None)
    assert started.job
    with leased(started.job) as ctx:
        Job.objects.filter(pk=started.job.pk).update(stop_requested_at=Now())
        settle(perform(ctx))
    started.refresh_from_db()
    assert (started.state, started.artifact) == (WorkState.STOPPED, None)
    Job.objects.filter(pk=started.job.pk).update(state=JobState.QUEUED, stop_requested_at=None)
    run_job(started.job)
    started.refresh_from_db()
    assert started.state == WorkState.SUCCEEDED


def test_a_made_map_is_not_made_again(samples: list[Sample], plan: MapPlan) -> None:
    shown = made(plan)
    assert making.refuse_retry(map_id=shown.pk) == "The map is made."
    assert making.refuse_retry(map_id=0) == "The map was deleted."


def test_other_domains_are_not_on_it(samples: list[Sample], plan: MapPlan) -> None:
    other = Domain.objects.get(slug="text")
    with pytest.raises(NothingToMap):
        start_map(MapPlan(other), by=None)


def test_deleting_it_leaves_a_line_in_the_history(samples: list[Sample], plan: MapPlan) -> None:
    shown = made(plan)
    delete_map(shown, by=None)
    assert not EmbeddingMap.objects.exists()
    assert Event.objects.filter(verb="delete", object_type="datasets.embeddingmap").exists()
