"""A base model is fetched by a job, whole and at one revision, or it says what is in the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from afsweb.core.artifacts import artifact_path
from afsweb.core.jobs.context import Stopped
from afsweb.core.models import Event, JobState, Role, User
from tests.hugging_face import COMMIT, Published, hugging_face
from tests.rows import run_job
from tests.training.test_preview import base_dir
from training_app.bases.fetching import add_base
from training_app.bases.hugging_face import fetch_file, is_whole, look_up
from training_app.errors import (
    FileDamaged,
    HubAway,
    IsBeingFetched,
    ModelIsGated,
    NoSafeWeights,
    NoSuchModel,
    NoSuchRevision,
    NotMadeToAnswer,
)
from training_app.models import BaseModel, ModelVersion

__all__ = ["base_dir"]
Login = Callable[[Role | User], Client]
ID = "somebody/a-coder"
WEIGHTS = bytes(range(256)) * 100_000


@pytest.fixture
def published(base_dir: Path, tmp_path: Path, settings: Any, db: None) -> Iterator[Published]:
    """Hugging Face with one model, whose weights are not real ones."""
    settings.ARTIFACT_DIR, settings.WORK_DIR = tmp_path / "artifacts", tmp_path / "work"
    with hugging_face() as server:
        settings.HF_ENDPOINT = server.url
        files = {path.name: path.read_bytes() for path in base_dir.iterdir()}
        server.models[ID] = files | {"model.safetensors": WEIGHTS, "pytorch_model.bin": b"code", "README.md": b"#"}
        yield server


def fetched(model_id: str = ID, **more: Any) -> BaseModel:
    base = add_base(model_id, by=None, **more)
    assert base.job is not None
    run_job(base.job)
    return BaseModel.objects.select_related("weights", "job").get(pk=base.pk)


def refusal(**more: Any) -> str:
    """What a fetch says that failed."""
    job = fetched(**more).job
    assert job is not None and job.state == JobState.FAILED
    return job.error


def test_its_files_come_and_its_revision_is_pinned(published: Published) -> None:
    base = fetched()
    assert base.weights is not None
    assert (base.revision, base.licence, base.context_tokens) == (COMMIT, "apache-2.0", None)
    assert base.parameters == pytest.approx(7_615_616_512, rel=1e-4)
    kept = {file["path"] for file in base.weights.manifest["files"]}
    assert kept == {"model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json"}
    assert ModelVersion.objects.get(base_model=base).run is None
    assert Event.objects.get(object_type="training.basemodel").verb == "fetch"


def test_what_has_come_is_not_fetched_again(published: Published) -> None:
    published.cut["model.safetensors"] = 15_000_000  # the library writes 10 MiB at a time
    assert fetched().weights is not None
    spans = [span for command, path, span in published.asked if command == "GET" and path.endswith(".safetensors")]
    assert spans[-1] == f"bytes={10 << 20}-"


def test_a_stop_in_the_middle_leaves_no_half_file(published: Published, tmp_path: Path) -> None:
    listing = look_up(ID)
    (file,) = [one for one in listing.files if one.name == "model.safetensors"]

    def stop(come: int) -> None:
        if come:
            raise Stopped

    with pytest.raises(Stopped):
        fetch_file(listing, file, tmp_path, stop)
    assert not (tmp_path / "model.safetensors").exists()
    fetch_file(listing, file, tmp_path, lambda _: None)
    assert is_whole(file, tmp_path)


def test_half_files_of_a_killed_attempt_are_removed(published: Published, settings: Any) -> None:
    base = add_base(ID, by=None)
    half = settings.WORK_DIR / "bases" / f"{base.uuid}-{COMMIT[:12]}" / ".cache" / "half.incomplete"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"half")
    assert base.job is not None
    run_job(base.job)
    assert not half.exists() and not half.parent.parent.exists()


def test_a_file_that_is_whole_is_not_asked_for_again(published: Published) -> None:
    published.models[ID]["tokenizer_config.json"] = b"{}"  # no chat template: refused when all has come
    refusal()
    published.asked.clear()
    refusal()
    assert [path for command, path, _ in published.asked if command == "GET" and path.endswith(".safetensors")] == []


def test_a_file_that_is_another_than_announced_is_not_kept(published: Published) -> None:
    published.swapped["model.safetensors"] = WEIGHTS[::-1]
    assert "did not come whole" in refusal()
    published.swapped.clear()
    assert fetched().weights is not None


def test_a_file_that_an_attempt_before_left_is_looked_at_before_it_is_kept(published: Published, settings: Any) -> None:
    base = add_base(ID, by=None)
    folder = settings.WORK_DIR / "bases" / f"{base.uuid}-{COMMIT[:12]}"
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(WEIGHTS[::-1])  # of the right size
    assert base.job is not None
    run_job(base.job)
    kept = BaseModel.objects.select_related("weights").get(pk=base.pk).weights
    assert kept is not None
    assert (artifact_path(kept) / "model.safetensors").read_bytes() == WEIGHTS


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda server: server.models.clear(), NoSuchModel(model=ID)),
        (lambda server: server.gated.add(ID), ModelIsGated(model=ID)),
        (lambda server: server.models[ID].pop("model.safetensors"), NoSafeWeights(model=ID)),
    ],
    ids=["unknown", "gated", "pickled"],
)
def test_what_cannot_be_fetched_says_why(
    published: Published, change: Callable[[Published], Any], said: Exception
) -> None:
    change(published)
    assert refusal() == str(said)


def test_an_unknown_revision_says_so(published: Published) -> None:
    assert refusal(revision="v9") == str(NoSuchRevision(model=ID, revision="v9"))


def test_without_a_network_it_says_so_and_can_be_tried_again(published: Published, settings: Any) -> None:
    there, settings.HF_ENDPOINT = settings.HF_ENDPOINT, "http://127.0.0.1:9"
    assert refusal().startswith(f"Hugging Face did not give “{ID}”")
    settings.HF_ENDPOINT = there
    assert fetched().weights is not None


def test_a_model_without_a_chat_template_is_refused(published: Published) -> None:
    published.models[ID]["tokenizer_config.json"] = b"{}"
    assert "has no chat template" in refusal()


def test_a_variant_that_does_not_answer_is_offered_as_the_one_that_does(db: None) -> None:
    with pytest.raises(NotMadeToAnswer, match="Take “google/gemma-3-4b-it”"):
        add_base("google/gemma-3-4b-pt", by=None)
    assert not add_base("google/gemma-3-4b-pt", by=None, anyway=True).is_instruct


def test_it_is_not_fetched_twice_at_once(db: None) -> None:
    add_base(ID, by=None)
    with pytest.raises(IsBeingFetched):
        add_base(ID, by=None)


def test_the_form_fetches_and_tells_what_is_wrong(client_as: Login) -> None:
    client = client_as(Role.TRAINER)
    said = client.post("/base-models/fetch/", {"model_id": "no-owner"}).content.decode()
    assert "owner/name" in said
    said = client.post("/base-models/fetch/", {"model_id": "Qwen/Qwen3-4B-Base"}).content.decode()
    assert "Take “Qwen/Qwen3-4B”" in said
    assert client.post("/base-models/fetch/", {"model_id": "Qwen/Qwen3-4B"}).status_code == 302
    base = BaseModel.objects.get()
    assert (base.licence, base.context_tokens, base.is_instruct) == ("Apache-2.0", 32_768, True)


def test_a_reviewer_fetches_nothing(client_as: Login) -> None:
    assert client_as(Role.REVIEWER).post("/base-models/fetch/", {"model_id": ID}).status_code == 403


def test_damage_names_the_file() -> None:
    assert str(FileDamaged(name="a", model="b")).startswith("The file a of “b” did not come whole")
    assert "did not give" in str(HubAway(model="b", said="x."))
