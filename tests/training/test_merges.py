"""Launching a merge: what stands on one base merges, everything else is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from afsweb.core.models import Artifact, ArtifactKind, Event, Job, Role, User, WorkState
from tests.rows import run_job
from training_app.errors import (
    HasNoAdapter,
    IsAnotherBase,
    IsAnotherRevision,
    IsAnotherTokenizer,
    NamedTwice,
    NothingToMerge,
    WrongRank,
    WrongWeight,
)
from training_app.merges.launching import merge_adapters, merge_into_base
from training_app.models import BaseModel, Merge, ModelVersion
from training_app.registry.versions import _endpoint

Login = Callable[[Role | User], Client]


def artifact(kind: ArtifactKind, tokenizer: str = "t") -> Artifact:
    files = [{"path": "tokenizer.json", "sha256": tokenizer, "size": 1}]
    return Artifact.objects.create(
        kind=kind, name="files", sha256=uuid4().hex * 2, size_bytes=1, file_count=1, manifest={"files": files}
    )


def make_version(name: str, base: BaseModel, weights: Artifact | None = None) -> ModelVersion:
    adapter = artifact(ArtifactKind.ADAPTER)
    endpoint = _endpoint(name, base, adapter, weights)
    return ModelVersion.objects.create(name=name, base_model=base, adapter=adapter, endpoint=endpoint)


@pytest.fixture
def base(db: None) -> BaseModel:
    return BaseModel.objects.create(model_id="tests/base", weights=artifact(ArtifactKind.BASE_MODEL))


@pytest.fixture
def versions(base: BaseModel) -> list[ModelVersion]:
    return [make_version(name, base) for name in ("speed", "size")]


def test_the_form_makes_a_merge_and_its_job(versions: list[ModelVersion], client_as: Login) -> None:
    speed, size = versions
    client = client_as(Role.TRAINER)
    assert "Weight of speed v1" in client.get("/models/merge/").content.decode()
    form = {"name": "din", f"weight-{speed.uuid}": "0.6", f"weight-{size.uuid}": "0.4"}
    answer = client.post("/models/merge/", form)
    merge = Merge.objects.get()
    assert answer.headers["Location"] == merge.get_absolute_url()
    assert {part.version.name: part.weight for part in merge.parts.all()} == {"speed": 0.6, "size": 0.4}
    job = Job.objects.get()
    assert (job.kind, job.queue, job.needs_gpu_slot) == ("training.merge", "gpu", False)
    assert Event.objects.get(verb="merge").after["of"] == {"speed v1": 0.6, "size v1": 0.4}
    page = client.get(merge.get_absolute_url()).content.decode()
    assert "0.60" in page
    assert f"/jobs/{job.pk}/" in page


def test_a_refused_form_keeps_what_was_typed(versions: list[ModelVersion], client_as: Login) -> None:
    form = {"name": "din", f"weight-{versions[0].uuid}": "0.6"}
    page = client_as(Role.TRAINER).post("/models/merge/", form).content.decode()
    assert "Give two versions or more a weight" in page
    assert 'value="0.6"' in page
    assert client_as(Role.REVIEWER).get("/models/merge/").status_code == 403


def test_the_page_of_a_version_merges_it_into_its_base(versions: list[ModelVersion], client_as: Login) -> None:
    answer = client_as(Role.TRAINER).post(f"/models/{versions[0].uuid}/merge/")
    merge = Merge.objects.get()
    assert answer.headers["Location"] == merge.get_absolute_url()
    assert (merge.name, merge.into_base) == ("speed-merged", True)
    versions[0].adapter = None
    versions[0].save()
    page = client_as(Role.TRAINER).post(f"/models/{versions[0].uuid}/merge/", follow=True).content.decode()
    assert "speed v1 has no adapter here" in page


@pytest.mark.parametrize(
    ("weights", "rank", "error"),
    [
        ((1.0,), None, NothingToMerge),
        ((1.0, 0.0), None, WrongWeight),
        ((1.0, 11.0), None, WrongWeight),
        ((1.0, float("nan")), None, WrongWeight),
        ((1.0, 1.0), 0, WrongRank),
    ],
)
def test_wrong_figures_are_refused(
    versions: list[ModelVersion], weights: tuple[float, ...], rank: int | None, error: type[Exception]
) -> None:
    with pytest.raises(error):
        merge_adapters("din", list(zip(versions, weights, strict=False)), rank=rank, by=None)
    assert not Merge.objects.exists()


def test_what_does_not_stand_on_the_same_weights_is_refused_by_name(versions: list[ModelVersion]) -> None:
    speed, base = versions[0], versions[0].base_model
    other_base = BaseModel.objects.create(model_id="tests/other", weights=artifact(ArtifactKind.BASE_MODEL))
    others: list[tuple[ModelVersion, type[Exception], str]] = [
        (make_version("other", other_base), IsAnotherBase, "other v1 on tests/other"),
        (
            make_version("words", base, artifact(ArtifactKind.BASE_MODEL, "u")),
            IsAnotherTokenizer,
            "speed v1 and words v1",
        ),
        (make_version("newer", base, artifact(ArtifactKind.BASE_MODEL)), IsAnotherRevision, "speed v1 and newer v1"),
        (speed, NamedTwice, "speed v1 is named twice"),
        (ModelVersion.objects.create(name="plain", base_model=base), HasNoAdapter, "plain v1 has no adapter"),
    ]
    for other, error, said in others:
        with pytest.raises(error, match=said):
            merge_adapters("din", [(speed, 0.5), (other, 0.5)], rank=None, by=None)
    assert not Merge.objects.exists()


def test_a_merge_that_fails_says_why_and_makes_no_version(
    versions: list[ModelVersion], settings: Any, tmp_path: Any, client_as: Login
) -> None:
    settings.WORK_DIR, settings.ARTIFACT_DIR = tmp_path / "work", tmp_path / "artifacts"
    merge = merge_into_base(versions[0], by=None)
    assert merge.job is not None
    assert run_job(merge.job).name == "failed"
    merge.refresh_from_db()
    assert (merge.state, merge.version) == (WorkState.FAILED, None)
    assert merge.error
    assert merge.error.splitlines()[0] in client_as(Role.VIEWER).get(merge.get_absolute_url()).content.decode()
    assert not list((tmp_path / "work" / "merges").iterdir())
