"""The training job with the real trainer in its own interpreter: adapter, version, stop, resume, refusals."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.db import connection

from afsweb.core.jobs.actions import Actor, cancel
from afsweb.core.models import Host, HostState, Job, JobState, WorkState
from datasets_app.models import Snapshot
from tests.rows import chat_row, make_base, make_recipe, make_snapshot, run_job
from training_app.launch import launch_run, resume_run
from training_app.models import Checkpoint, Method, Metric, ModelVersion, Recipe, TrainingRun

pytestmark = pytest.mark.trainer
PAIRS = [("$2100", "INIDISP"), ("$2105", "BGMODE"), ("$2115", "VMAIN"), ("$2121", "CGADD"), ("$420B", "MDMAEN")]
ASKED = ["Which register is {}?", "What is {} called?", "Name the register at {}.", "{} is which register?"]


def rows() -> list[dict[str, Any]]:
    return [chat_row(question.format(place), name) for question in ASKED for place, name in PAIRS]


@pytest.fixture(scope="module")
def base_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny base, built once by the real program."""
    if not Path(project.TRAINER_PYTHON).exists():
        pytest.skip(f"no trainer interpreter at {project.TRAINER_PYTHON}: run make setup, or set AFS_TRAINER_PYTHON")
    folder = tmp_path_factory.mktemp("base")
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows()))
    spec = {"rows_file": str(folder / "rows.jsonl"), "out_dir": str(folder / "tiny")}
    (folder / "spec.json").write_text(json.dumps(spec))
    command = [project.TRAINER_PYTHON, "-m", "training_app.trainer.tiny_base", str(folder / "spec.json")]
    subprocess.run(command, check=True, cwd=project.BASE_DIR, capture_output=True)
    return folder / "tiny"


@pytest.fixture
def recipe(base_folder: Path, tmp_path: Path, settings: Any, db: None) -> Recipe:
    settings.ARTIFACT_DIR, settings.WORK_DIR = tmp_path / "artifacts", tmp_path / "work"
    return make_recipe(make_base(base_folder), modules_to_save=("embed_tokens", "lm_head"), max_length=64)


@pytest.fixture
def snapshot(recipe: Recipe, tmp_path: Path) -> Snapshot:
    return make_snapshot(tmp_path / "data", rows(), [chat_row("Tell me the name of $2100", "INIDISP")])


def launch(recipe: Recipe, snapshot: Snapshot) -> tuple[TrainingRun, Job]:
    run = launch_run(recipe, snapshot, name="tests", by=None)
    assert run.job is not None
    return run, run.job


def test_a_run_ends_with_an_adapter_and_a_version(recipe: Recipe, snapshot: Snapshot) -> None:
    run, job = launch(recipe, snapshot)
    assert run_job(job).name == "succeeded"
    run.refresh_from_db()
    assert (run.state, run.step, run.max_steps) == (WorkState.SUCCEEDED, 4, 4)
    assert run.adapter is not None
    assert {file["path"] for file in run.adapter.manifest["files"]} >= {
        "adapter_config.json",
        "adapter_model.safetensors",
    }
    version = ModelVersion.objects.get(run=run)
    assert (version.adapter, version.base_model) == (run.adapter, recipe.base_model)
    assert version.endpoint is not None
    assert version.endpoint.base_weights == recipe.base_model.weights
    assert list(run.checkpoints.values_list("step", flat=True)) == [2, 4]
    assert run.metrics.filter(is_validation=True).exists()
    assert run.environment["versions"]["trl"]
    assert job.result["adapter"] == run.adapter.sha256


def test_a_model_trained_whole_becomes_a_version_with_weights_of_its_own(recipe: Recipe, snapshot: Snapshot) -> None:
    recipe.method = Method.FULL
    recipe.save()
    run, job = launch(recipe, snapshot)
    assert run_job(job).name == "succeeded"
    run.refresh_from_db()
    assert (run.state, run.adapter) == (WorkState.SUCCEEDED, None)
    assert run.weights is not None
    version = ModelVersion.objects.get(run=run)
    assert (version.adapter, version.weights) == (None, run.weights)
    assert version.endpoint is not None
    assert (version.endpoint.base_weights, version.endpoint.adapter_weights) == (run.weights, None)
    assert run.weights != recipe.base_model.weights
    assert job.result["weights"] == run.weights.sha256
    names = {file["path"] for file in run.weights.manifest["files"]}
    assert names == {file["path"] for file in recipe.base_model.weights.manifest["files"]}  # type: ignore[union-attr]


def test_another_machine_begins_it_anew_when_the_first_was_revoked(recipe: Recipe, snapshot: Snapshot) -> None:
    run, job = launch(recipe, snapshot)
    lost = Host.objects.create(name="lost", state=HostState.REVOKED)
    TrainingRun.objects.filter(pk=run.pk).update(host=lost, events_seen=1_000, step=3)
    Metric.objects.create(run=run, step=3, loss=9.0)
    Metric.objects.create(run=run, step=5, loss=9.0)
    Checkpoint.objects.create(run=run, step=3, sha256="0" * 64, size_bytes=1, host=lost, is_kept=True)
    assert run_job(job).name == "succeeded"
    run.refresh_from_db()
    assert (run.state, run.step, run.host) == (WorkState.SUCCEEDED, 4, Job.objects.get(pk=job.pk).host)
    curve = run.metrics.filter(is_validation=False).order_by("step")
    assert list(curve.values_list("step", flat=True)) == [1, 2, 3, 4]
    assert not curve.filter(loss=9.0).exists()
    kept = run.checkpoints.filter(is_kept=True).order_by("step").values_list("step", "host__name")
    assert list(kept) == [(2, str(run.host)), (4, str(run.host))]
    assert job.log.filter(text="begins at step 0 again: the checkpoints are on lost").exists()


def test_running_it_again_makes_no_second_version(recipe: Recipe, snapshot: Snapshot) -> None:
    run, job = launch(recipe, snapshot)
    run_job(job)
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED)
    assert run_job(job).name == "succeeded"
    assert ModelVersion.objects.filter(run=run).count() == 1


def test_rows_that_cannot_be_trained_fail_with_what_to_do(recipe: Recipe, tmp_path: Path) -> None:
    """The gates look at the first rows before a launch, the trainer at all: here it finds what they did not."""
    short, recipe.params = recipe.params, {**recipe.params, "max_length": 4096}
    run, job = launch(recipe, make_snapshot(tmp_path / "long", [chat_row("q", "INIDISP " * 200)]))
    recipe.params = short
    recipe.save()
    assert run_job(job).name == "failed"
    run.refresh_from_db()
    assert run.state == WorkState.FAILED
    assert "Raise max_length" in run.error
    assert "Raise max_length" in job.error


def test_a_missing_trainer_says_what_to_do(recipe: Recipe, snapshot: Snapshot, settings: Any) -> None:
    settings.TRAINER_PYTHON = "/nowhere/python"
    run, job = launch(recipe, snapshot)
    assert run_job(job).name == "failed"
    run.refresh_from_db()
    assert "make setup" in run.error


@pytest.mark.django_db(transaction=True)
def test_a_stopped_run_goes_on_from_its_checkpoint(recipe: Recipe, snapshot: Snapshot) -> None:
    recipe.params = {**recipe.params, "max_steps": 60, "save_every": 20}
    recipe.save()
    run, job = launch(recipe, snapshot)
    stopper = threading.Thread(target=stop_at_step, args=(run, job, 5))
    stopper.start()
    assert run_job(job).name == "cancelled"
    stopper.join()
    run.refresh_from_db()
    assert run.state == WorkState.STOPPED
    stopped_at = run.step
    assert 5 <= stopped_at < 60
    assert run.checkpoints.filter(step=stopped_at).exists()
    resume_run(run, by=None)
    run.refresh_from_db()
    assert run.job is not None
    assert run_job(run.job).name == "succeeded"
    run.refresh_from_db()
    assert (run.state, run.step) == (WorkState.SUCCEEDED, 60)
    assert "goes on from step" in " ".join(run.job.log.values_list("text", flat=True))
    assert sorted(run.metrics.filter(is_validation=False).values_list("step", flat=True)) == list(range(1, 61))


def stop_at_step(run: TrainingRun, job: Job, step: int) -> None:
    """A person who presses Stop when the run's page shows `step`."""
    try:
        while TrainingRun.objects.get(pk=run.pk).step < step:
            time.sleep(0.05)
        cancel(job, Actor(None))
    finally:
        connection.close()
