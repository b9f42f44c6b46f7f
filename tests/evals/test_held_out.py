"""The held-out loss of a version: what may be measured, what is kept, how it goes on. Computing: tests/trainer."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log
from typing import Any

import pytest
from django.test import Client

from afsweb.core.artifacts import store_artifact
from afsweb.core.models import Artifact, ArtifactKind, Job, JobState, Role, User, WorkState
from datasets_app.models import Snapshot
from evals_app.abilities.held_out import measure, summary
from evals_app.errors import HeldOutGoesOn, NothingHeldOut, SnapshotMissing, WeightsMissing
from evals_app.models import HeldOut
from tests.commands.running import afs
from training_app.models import BaseModel, ModelVersion

Login = Callable[[Role | User], Client]


@pytest.fixture
def weights(db: None, settings: Any, tmp_path: Any) -> Artifact:
    settings.ARTIFACT_DIR = tmp_path / "artifacts"
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "config.json").write_text("{}")
    return store_artifact(ArtifactKind.BASE_MODEL, "tiny", tmp_path / "w")


@pytest.fixture
def here(weights: Artifact) -> ModelVersion:
    base = BaseModel.objects.create(model_id="tests/tiny", weights=weights)
    return ModelVersion.objects.create(name="here", base_model=base)


@pytest.fixture
def snapshot(weights: Artifact) -> Snapshot:
    ready = {"state": "ready", "sha256": "0" * 64, "artifact": weights}
    return Snapshot.objects.create(name="facts", train_count=9, validation_count=2, **ready)


def test_a_version_is_measured_on_a_snapshot_once(here: ModelVersion, snapshot: Snapshot) -> None:
    held_out = measure(here, snapshot, None)
    assert held_out.job
    assert (held_out.state, held_out.job.kind, held_out.job.queue) == ("queued", "evals.held_out", "eval")
    with pytest.raises(HeldOutGoesOn):
        measure(here, snapshot, None)
    held_out.end(WorkState.SUCCEEDED, loss=1.0)
    Job.objects.update(state=JobState.SUCCEEDED)
    assert measure(here, snapshot, None).loss == 1.0
    assert Job.objects.count() == 1


def test_one_that_was_stopped_goes_on_with_its_rows(here: ModelVersion, snapshot: Snapshot) -> None:
    held_out = measure(here, snapshot, None)
    held_out.keep([[1.5, 3]])
    held_out.end(WorkState.STOPPED)
    Job.objects.update(state=JobState.CANCELLED)
    again = measure(here, snapshot, None)
    assert (again.pk, again.state, again.per_row) == (held_out.pk, WorkState.QUEUED, [[1.5, 3]])
    assert Job.objects.count() == 2


def test_without_weights_there_is_nothing_to_measure(snapshot: Snapshot, version: ModelVersion) -> None:
    with pytest.raises(WeightsMissing, match="has no weights here"):
        measure(version, snapshot, None)


def test_one_that_was_trained_elsewhere_is_not_its_base(here: ModelVersion, snapshot: Snapshot) -> None:
    here.imported_from = "a document"
    with pytest.raises(WeightsMissing):
        measure(here, snapshot, None)


def test_a_version_without_a_snapshot_needs_one(here: ModelVersion) -> None:
    with pytest.raises(SnapshotMissing, match="Say which"):
        measure(here, None, None)


def test_a_snapshot_that_holds_nothing_out_is_refused(here: ModelVersion, weights: Artifact) -> None:
    ready = {"state": "ready", "sha256": "0" * 64, "artifact": weights}
    empty = Snapshot.objects.create(name="all", train_count=9, validation_share=0, **ready)
    with pytest.raises(NothingHeldOut, match="“all” holds nothing out"):
        measure(here, empty, None)
    assert not HeldOut.objects.exists()


def test_every_token_weighs_the_same_and_long_rows_are_left_out() -> None:
    assert summary([[3.0, 1], [1.0, 3], [0.0, 0]]) == {"rows": 2, "tokens": 4, "loss": 1.0}
    assert summary([[0.0, 0]]) == {"rows": 0, "tokens": 0, "loss": None}


def test_perplexity_is_the_losss_exponential(here: ModelVersion, snapshot: Snapshot) -> None:
    held_out = HeldOut(version=here, snapshot=snapshot, loss=log(7), per_row=[[1.0, 2], [0.0, 0]])
    assert held_out.perplexity == pytest.approx(7)
    assert held_out.left_out == 1
    assert HeldOut(version=here, snapshot=snapshot).perplexity is None


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_it_is_shown_polled_and_stopped_on_the_versions_page(
    client_as: Login, here: ModelVersion, snapshot: Snapshot
) -> None:
    held_out = measure(here, snapshot, None)
    trainer, url = client_as(Role.TRAINER), f"/models/{here.uuid}"
    assert "every 2s" in text(trainer.get(f"{url}/abilities/"))
    assert "It stops at its next rows" in text(trainer.post(f"{url}/held-out/stop/", follow=True))
    assert "There is nothing to stop" in text(trainer.post(f"{url}/held-out/stop/", follow=True))
    held_out.end(WorkState.SUCCEEDED, loss=1.0, rows=2, tokens=5, per_row=[[2.0, 2], [3.0, 3], [0.0, 0]])
    shown = text(trainer.get(f"{url}/abilities/"))
    assert "every 2s" not in shown
    assert f'>1.000</td> <td class="num">{exp(1):.2f}<' in shown
    assert "1 too long" in shown
    assert "has no weights" not in shown
    assert "was not trained on a snapshot" in text(trainer.post(f"{url}/held-out/", follow=True))
    assert client_as(Role.VIEWER).post(f"{url}/held-out/").status_code == 403


def test_the_terminal_measures(here: ModelVersion, snapshot: Snapshot, capsys: pytest.CaptureFixture[str]) -> None:
    assert afs("eval", "held-out", "here", "--snapshot", "facts") == 0
    assert "here v1 on what facts holds out: queued" in capsys.readouterr().out
    HeldOut.objects.get().end(WorkState.SUCCEEDED, loss=1.0, rows=2, tokens=5, per_row=[[2.0, 2], [3.0, 3]])
    Job.objects.update(state=JobState.SUCCEEDED)
    assert afs("eval", "held-out", "here", "--snapshot", "facts", "--wait") == 0
    assert "1.0000 nats a token, perplexity 2.72, over 5 tokens in 2 rows" in capsys.readouterr().out
    assert afs("eval", "held-out", "here") == 1
    assert afs("eval", "held-out", "here", "--snapshot", "nothing") == 1
