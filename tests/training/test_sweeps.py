"""Sweeps: a run for every combination, stopped and resumed together, refused whole where one point is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from afsweb.core.models import Event, Job, JobState, Role, User, WorkState
from datasets_app.models import Snapshot
from tests.training.making import trainable
from training_app.models import Metric, Recipe, Sweep, TrainingRun
from training_app.sweeps.grid import params_at, points_of

Login = Callable[[Role | User], Client]


@pytest.fixture
def made(db: None, tmp_path: Path, settings: Any) -> tuple[Recipe, Snapshot]:
    settings.ARTIFACT_DIR = tmp_path / "artifacts"
    return trainable(tmp_path)


def launch(client: Client, made: tuple[Recipe, Snapshot], **given: str) -> Any:
    recipe, snapshot = made
    told = {"name": "wide", "recipe": recipe.pk, "snapshot": snapshot.pk, "seed": "7", **given}
    return client.post("/runs/sweeps/launch/", told)


@pytest.fixture
def sweep(made: tuple[Recipe, Snapshot], client_as: Login) -> Sweep:
    launch(client_as(Role.TRAINER), made, learning_rate="1e-4, 2e-4", rank="8 16 32")
    return Sweep.objects.get()


def test_every_combination_is_a_run_with_a_recipe_of_its_own(sweep: Sweep) -> None:
    runs = list(sweep.runs.order_by("pk"))
    assert [str(run) for run in runs] == [f"wide-0{number}" for number in range(1, 7)]
    told = [(run.recipe.params["learning_rate"], run.recipe.params["rank"], run.recipe.params["alpha"]) for run in runs]
    assert told == [(rate, rank, 2 * rank) for rate in (1e-4, 2e-4) for rank in (8, 16, 32)]
    assert {(run.state, run.seed, run.recipe.is_archived) for run in runs} == {(WorkState.QUEUED, 7, True)}
    assert runs[4].recipe.source == "tests v1 at learning rate 0.0002, rank 16"
    assert Event.objects.get(object_type="training.sweep").after["grid"] == {
        "learning_rate": [1e-4, 2e-4],
        "rank": [8, 16, 32],
    }


def test_epochs_go_before_steps_and_alpha_keeps_its_ratio() -> None:
    params: dict[str, Any] = {"max_steps": 400, "epochs": None, "rank": 64, "alpha": 16}
    at = params_at(params, {"epochs": 3, "rank": 2})
    assert (at["max_steps"], at["epochs"], at["alpha"]) == (None, 3.0, 1)
    assert list(points_of({"rank": [1, 2], "epochs": [3]})) == [{"rank": 1, "epochs": 3}, {"rank": 2, "epochs": 3}]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Give at least one of learning rates, ranks and epochs"),
        ({"rank": "8"}, "one point is a run"),
        ({"learning_rate": "1e-4 fast"}, "Give numbers with spaces or commas"),
        ({"rank": "8 8.5"}, "Give whole numbers with spaces or commas"),
        ({"rank": "8 900"}, "at rank 900: rank"),
        ({"rank": "1 2 3 4 5 6 7 8 9", "epochs": "1 2 3 4 5 6 7 8"}, "These are 72 points; a sweep has 64 at most"),
        ({"rank": "8 16", "name": "tests"}, "There is a recipe called “tests” already"),
        ({"rank": "8 16", "name": "no slug!"}, "letters, numbers, underscores or hyphens"),
        ({"rank": "8 16", "snapshot": "0"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_launched_launches_nothing(
    made: tuple[Recipe, Snapshot], client_as: Login, given: dict[str, str], said: str
) -> None:
    answer = launch(client_as(Role.TRAINER), made, **given)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not Sweep.objects.exists()
    assert not TrainingRun.objects.exists()
    assert Recipe.objects.count() == 1


def test_sixty_four_points_are_not_too_many(made: tuple[Recipe, Snapshot], client_as: Login) -> None:
    launch(client_as(Role.TRAINER), made, rank="1 2 3 4 5 6 7 8", epochs="1 2 3 4 5 6 7 8")
    assert Sweep.objects.get().runs.count() == 64


def test_a_name_that_a_sweep_has_is_refused(sweep: Sweep, made: tuple[Recipe, Snapshot], client_as: Login) -> None:
    Recipe.objects.filter(name="wide").update(name="renamed")
    assert (
        "There is a sweep called “wide” already" in launch(client_as(Role.TRAINER), made, rank="4 8").content.decode()
    )
    assert Recipe.objects.filter(name="wide").count() == 0


def test_a_refused_run_takes_all_of_it_back(made: tuple[Recipe, Snapshot], client_as: Login) -> None:
    Recipe.objects.update(base_model=made[0].base_model)
    made[0].base_model.weights = None
    made[0].base_model.save()
    assert "has no weights yet" in launch(client_as(Role.TRAINER), made, rank="4 8").content.decode()
    assert (Sweep.objects.count(), Recipe.objects.count(), Job.objects.count()) == (0, 1, 0)


def test_its_page_shows_each_point_with_its_validation_loss(sweep: Sweep, client_as: Login) -> None:
    first = sweep.runs.order_by("pk").first()
    assert first is not None
    for step, loss in ((2, 0.9), (4, 0.75), (6, 0.8125)):
        Metric.objects.create(run=first, step=step, loss=loss, is_validation=True)
    page = client_as(Role.VIEWER).get(sweep.get_absolute_url()).content.decode()
    assert "0.812" in page
    assert "0.750" in page
    assert page.count('<td class="num">16</td>') == 2
    assert "Loss alone never ranks models." in page
    assert "Stop all" not in page


def test_all_of_it_is_stopped_and_resumed(sweep: Sweep, client_as: Login) -> None:
    client = client_as(Role.TRAINER)
    Job.objects.filter(pk=sweep.runs.order_by("pk").values("job")[:1]).update(state=JobState.LEASED, lease=sweep.uuid)
    client.post(f"{sweep.get_absolute_url()}stop/")
    assert Job.objects.filter(state=JobState.CANCELLED).count() == 5
    assert Job.objects.get(state=JobState.LEASED).is_stopping
    client.post(f"{sweep.get_absolute_url()}resume/")
    assert Job.objects.filter(state=JobState.QUEUED).count() == 5


def test_where_nothing_can_be_stopped_or_resumed_it_says_so(sweep: Sweep, client_as: Login) -> None:
    client = client_as(Role.TRAINER)
    resumed = client.post(f"{sweep.get_absolute_url()}resume/", follow=True).content.decode()
    assert "No run of “wide” can be resumed" in resumed
    Job.objects.update(state=JobState.SUCCEEDED)
    assert (
        "No run of “wide” can be stopped"
        in client.post(f"{sweep.get_absolute_url()}stop/", follow=True).content.decode()
    )


def test_a_viewer_launches_and_stops_nothing(sweep: Sweep, made: tuple[Recipe, Snapshot], client_as: Login) -> None:
    viewer = client_as(Role.VIEWER)
    assert launch(viewer, made, rank="4 8").status_code == 403
    assert viewer.post(f"{sweep.get_absolute_url()}stop/").status_code == 403


def test_the_pages_cost_few_queries(sweep: Sweep, client_as: Login, django_assert_max_num_queries: Any) -> None:
    client = client_as(Role.VIEWER)
    for path in (sweep.get_absolute_url(), "/runs/sweeps/"):
        with django_assert_max_num_queries(9):
            client.get(path)
