"""Launching a run from the form and from code, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from afsweb.core.models import Event, Job, Role, User, WorkState
from datasets_app.models import Snapshot, SnapshotState
from tests.rows import chat_row, make_base, make_recipe, make_snapshot
from training_app.errors import BaseHasNoWeights, CannotResume, SnapshotHasNoPairs, SnapshotNotReady
from training_app.launch import launch_run, resume_run
from training_app.models import Method, Recipe, TrainingRun

Login = Callable[[Role | User], Client]


@pytest.fixture
def snapshot(db: None, tmp_path: Path, settings: Any) -> Snapshot:
    settings.ARTIFACT_DIR = tmp_path / "artifacts"
    return make_snapshot(tmp_path / "data", [chat_row("q", "a")])


@pytest.fixture
def recipe(db: None, tmp_path: Path, settings: Any) -> Recipe:
    settings.ARTIFACT_DIR = tmp_path / "artifacts"
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "config.json").write_text("{}")
    return make_recipe(make_base(tmp_path / "base"))


def form(recipe: Recipe, snapshot: Snapshot) -> dict[str, Any]:
    return {"name": "veran-registers", "recipe": recipe.pk, "snapshot": snapshot.pk, "seed": 7}


def test_the_form_makes_a_run_and_its_job(client_as: Login, recipe: Recipe, snapshot: Snapshot) -> None:
    answer = client_as(Role.TRAINER).post("/runs/launch/", form(recipe, snapshot))
    run = TrainingRun.objects.get()
    assert answer.headers["Location"] == run.get_absolute_url()
    assert (run.state, run.seed, run.recipe) == (WorkState.QUEUED, 7, recipe)
    assert run.job is not None
    assert (run.job.kind, run.job.queue, run.job.needs_gpu_slot) == ("training.train", "gpu", True)
    assert Event.objects.get(object_type="training.trainingrun").verb == "launch"


def test_a_reviewer_may_not_launch(client_as: Login, recipe: Recipe, snapshot: Snapshot) -> None:
    assert client_as(Role.REVIEWER).post("/runs/launch/", form(recipe, snapshot)).status_code == 403
    assert not TrainingRun.objects.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "not a slug!"}, "letters, numbers, underscores or hyphens"),
        ({"seed": "-1"}, "greater than or equal to 0"),
        ({"snapshot": "999999"}, "Select a valid choice"),
        ({"recipe": ""}, "This field is required"),
    ],
)
def test_bad_input_is_told_at_its_field(
    client_as: Login, recipe: Recipe, snapshot: Snapshot, change: dict[str, str], said: str
) -> None:
    answer = client_as(Role.TRAINER).post("/runs/launch/", {**form(recipe, snapshot), **change})
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not TrainingRun.objects.exists()


def test_a_base_without_weights_is_refused(snapshot: Snapshot, trainer: User) -> None:
    with pytest.raises(BaseHasNoWeights, match="Build or fetch it"):
        launch_run(make_recipe(make_base()), snapshot, name="run", by=trainer)


def test_a_snapshot_that_is_being_built_is_refused(recipe: Recipe, snapshot: Snapshot, trainer: User) -> None:
    snapshot.state = SnapshotState.BUILDING
    with pytest.raises(SnapshotNotReady, match="not ready"):
        launch_run(recipe, snapshot, name="run", by=trainer)


@pytest.mark.parametrize("method", Method.values)
def test_every_method_is_trained(recipe: Recipe, snapshot: Snapshot, trainer: User, method: str) -> None:
    recipe.method = method
    assert launch_run(recipe, snapshot, name="run", by=trainer).recipe == recipe


def test_preferences_need_a_snapshot_with_pairs(recipe: Recipe, snapshot: Snapshot, trainer: User) -> None:
    recipe.params = {**recipe.params, "objective": "dpo"}
    with pytest.raises(SnapshotHasNoPairs, match=r"trains on preference pairs, and “data” has none\. Choose"):
        launch_run(recipe, snapshot, name="run", by=trainer)
    snapshot.figures = {"pairs": {"train": 3, "rejected": [1, 2, 3]}}
    assert launch_run(recipe, snapshot, name="run", by=trainer).recipe == recipe


def test_a_run_whose_job_was_cancelled_is_stopped_and_can_go_on(
    recipe: Recipe, snapshot: Snapshot, trainer: User
) -> None:
    run = launch_run(recipe, snapshot, name="run", by=trainer)
    Job.objects.update(state="cancelled")
    run = TrainingRun.objects.select_related("job").get(pk=run.pk)
    assert (run.shown_state, run.can_go_on, run.is_active) == (WorkState.STOPPED, True, False)
    resume_run(run, by=trainer)
    run.refresh_from_db()
    assert (run.state, Job.objects.count()) == (WorkState.QUEUED, 2)


def test_a_run_that_lost_its_worker_for_good_has_failed_with_the_reason(
    recipe: Recipe, snapshot: Snapshot, trainer: User
) -> None:
    run = launch_run(recipe, snapshot, name="run", by=trainer)
    TrainingRun.objects.update(state=WorkState.RUNNING)
    Job.objects.update(state="failed", error="lost its worker 3 times")
    run = TrainingRun.objects.select_related("job").get(pk=run.pk)
    assert (run.shown_state, run.shown_error) == (WorkState.FAILED, "lost its worker 3 times")


def test_an_active_run_is_not_resumed(recipe: Recipe, snapshot: Snapshot, trainer: User) -> None:
    run = launch_run(recipe, snapshot, name="run", by=trainer)
    with pytest.raises(CannotResume, match="only a stopped or failed run"):
        resume_run(run, by=trainer)
    assert Job.objects.count() == 1


def test_stop_cancels_a_waiting_run(client_as: Login, recipe: Recipe, snapshot: Snapshot, trainer: User) -> None:
    run = launch_run(recipe, snapshot, name="run", by=trainer)
    client_as(trainer).post(f"/runs/{run.uuid}/stop/")
    assert TrainingRun.objects.select_related("job").get().shown_state == WorkState.STOPPED


def test_stop_of_an_ended_run_says_so(client_as: Login, recipe: Recipe, snapshot: Snapshot, trainer: User) -> None:
    run = launch_run(recipe, snapshot, name="run", by=trainer)
    Job.objects.update(state="succeeded")
    page = client_as(trainer).post(f"/runs/{run.uuid}/stop/", follow=True)
    assert "nothing to stop" in page.content.decode()


@pytest.mark.parametrize("path", ["/runs/", "/runs/{uuid}/", "/runs/launch/", "/recipes/", "/models/", "/base-models/"])
def test_pages_cost_few_queries(
    client_as: Login, recipe: Recipe, snapshot: Snapshot, trainer: User, path: str, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        launch_run(recipe, snapshot, name=f"run-{number}", by=trainer)
    client = client_as(trainer)
    run = TrainingRun.objects.latest("pk")
    with django_assert_max_num_queries(8):
        assert client.get(path.format(uuid=run.uuid)).status_code == 200
