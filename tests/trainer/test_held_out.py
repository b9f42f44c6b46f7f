"""The loss of real weights on held-out rows: as training saw it, resumable, torch in its own interpreter alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from afsweb.core.artifacts import store_artifact
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.perform import perform
from afsweb.core.models import Artifact, ArtifactKind, Host, Job, WorkState
from afsweb.llm.local.client import LocalModel, LocalModelFailed
from afsweb.llm.local.protocol import Row
from datasets_app.models import Snapshot
from evals_app.abilities.held_out import encode, measure
from evals_app.models import HeldOut
from tests.trainer.conftest import Programs, events_of
from training_app.models import BaseModel, ModelVersion

pytestmark = pytest.mark.trainer


@pytest.fixture(scope="module")
def model(programs: Programs, base: Path, whole_run: Path) -> Iterator[LocalModel]:
    with LocalModel(programs.python, base, whole_run / "adapter") as model:
        yield model


@pytest.fixture(scope="module")
def rows(base: Path, snapshot: Path) -> list[Row]:
    return list(encode(base, snapshot / "validation.jsonl"))


def test_it_is_the_loss_that_training_measured(model: LocalModel, rows: list[Row], whole_run: Path) -> None:
    losses = model.loss(rows)
    mean = sum(loss.nats for loss in losses) / sum(loss.tokens for loss in losses)
    measured = [event for event in events_of(whole_run) if event["type"] == "eval"][-1]["loss"]
    # The trainer averages its batches, here all tokens weigh the same.
    assert mean == pytest.approx(measured, rel=0.15)


def test_only_the_answers_tokens_count(model: LocalModel, rows: list[Row]) -> None:
    assert [loss.tokens for loss in model.loss(rows)] == [sum(label != -100 for label in row.labels) for row in rows]


def test_a_batch_equals_one_by_one(model: LocalModel, rows: list[Row]) -> None:
    assert model.loss(rows[:4]) == [model.loss([row])[0] for row in rows[:4]]


def test_a_row_that_cannot_be_measured_fails_alone(model: LocalModel, rows: list[Row]) -> None:
    long = Row(key=1, ids=[5] * 600, labels=[5] * 600)
    silent = Row(key=2, ids=[5, 6], labels=[-100, -100])
    first, second, third = model.loss([long, silent, rows[0]])
    assert "exceed the context of 512" in (first.error or "")
    assert "Nothing in the row counts" in (second.error or "")
    assert (third.error, third.tokens > 0) == (None, True)


@pytest.mark.parametrize("ids", [[1, 2], [-1], ["a"], [True]])
def test_a_wrong_row_is_refused_and_the_next_is_measured(model: LocalModel, rows: list[Row], ids: Any) -> None:
    with pytest.raises(LocalModelFailed, match="loss must be a list of objects"):
        model.loss([Row(key=1, ids=ids, labels=[1])])
    assert model.loss(rows[:1])[0].tokens > 0


@pytest.fixture
def measured(db: None, settings: Settings, tmp_path: Path, base: Path, whole_run: Path, snapshot: Path) -> HeldOut:
    settings.ARTIFACT_DIR = tmp_path / "artifacts"
    weights = store_artifact(ArtifactKind.BASE_MODEL, "tiny", base)
    adapter = store_artifact(ArtifactKind.ADAPTER, "trained", whole_run / "adapter")
    files: Artifact = store_artifact(ArtifactKind.SNAPSHOT, "facts", snapshot)
    ready = {"state": "ready", "sha256": "0" * 64, "artifact": files, "train_count": 48, "validation_count": 12}
    facts = Snapshot.objects.create(name="facts", **ready)
    tiny = BaseModel.objects.create(model_id="tests/tiny", weights=weights)
    return measure(ModelVersion.objects.create(name="v", base_model=tiny, adapter=adapter), facts, None)


def do(held_out: HeldOut) -> str:
    assert held_out.job
    job = Job.objects.get(pk=held_out.job.pk)
    lease = job.take_lease(Host.objects.get_or_create(name="a-host")[0], "w", None)
    assert lease
    return perform(JobContext(job, lease)).name


def test_a_versions_loss_is_computed_and_goes_on_where_it_was(measured: HeldOut) -> None:
    kept = [[100.0, 4]] * 8
    measured.keep(kept)
    assert do(measured) == "succeeded"
    measured.refresh_from_db()
    assert (measured.state, measured.rows, len(measured.per_row)) == (WorkState.SUCCEEDED, 12, 12)
    assert measured.per_row[:8] == kept
    assert all(nats < 20 for nats, _ in measured.per_row[8:])
    assert measured.loss is not None
    assert measured.loss > 10  # of the rows that were kept
    assert "torch" not in sys.modules
