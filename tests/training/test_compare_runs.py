"""Runs side by side: what differs between them, the ends of their curves, their evaluations; nothing ranks by loss."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Role, User
from tests.rows import chat_row, make_snapshot
from tests.training.making import trainable
from tests.web import loop
from training_app.models import Metric, ModelVersion, Recipe, TrainingRun

Login = Callable[[Role | User], Client]


@pytest.fixture
def runs(db: None, tmp_path: Path, settings: Any) -> list[TrainingRun]:
    settings.ARTIFACT_DIR = tmp_path / "artifacts"
    recipe, snapshot = trainable(tmp_path)
    other = Recipe.objects.create(
        name="other", base_model=recipe.base_model, params={**recipe.params, "rank": 64, "target_modules": ["q_proj"]}
    )
    more = make_snapshot(tmp_path / "more", [chat_row("q", "b")])
    made = [(recipe, snapshot, 0), (other, snapshot, 0), (recipe, more, 3)]
    return [
        TrainingRun.objects.create(name=f"run-{number}", recipe=recipe, snapshot=snapshot, seed=seed)
        for number, (recipe, snapshot, seed) in enumerate(made)
    ]


def address(*runs: TrainingRun) -> str:
    return f"{reverse('compare_runs')}?{'&'.join(f'run={run.uuid}' for run in runs)}"


def curve(run: TrainingRun, train: list[float], validation: list[float]) -> None:
    """Train at every step, validation at every tenth."""
    Metric.objects.bulk_create(Metric(run=run, step=step, loss=loss) for step, loss in enumerate(train, 1))
    points = enumerate(validation, 1)
    Metric.objects.bulk_create(Metric(run=run, step=10 * at, loss=loss, is_validation=True) for at, loss in points)


def test_only_settings_that_differ_are_shown(runs: list[TrainingRun], client_as: Login) -> None:
    context = client_as(Role.VIEWER).get(address(*runs)).context
    assert context["settings"] == ["snapshot", "seed", "rank", "target_modules"]
    assert [side.values for side in context["sides"]] == [
        ["data", "0", "16", "—"],
        ["data", "0", "64", "q_proj"],
        ["more", "3", "16", "—"],
    ]


def test_runs_made_alike_say_so(runs: list[TrainingRun], client_as: Login) -> None:
    twin = TrainingRun.objects.create(name="twin", recipe=runs[0].recipe, snapshot=runs[0].snapshot)
    assert "Nothing: they were made alike" in client_as(Role.VIEWER).get(address(runs[0], twin)).content.decode()


def test_the_ends_of_the_curves_and_overfitting_are_shown(runs: list[TrainingRun], client_as: Login) -> None:
    falling = [2.5 - 0.02 * step for step in range(60)]
    curve(runs[0], falling, [1.4, 1.0, 0.9, 0.97, 1.05, 1.2])
    curve(runs[1], falling, [1.4, 1.0, 0.9, 0.85, 0.84, 0.83])
    answer = client_as(Role.VIEWER).get(address(*runs))
    first, second, third = answer.context["sides"]
    assert (first.validation, first.best, first.best_step) == (1.2, 0.9, 30)
    assert first.overfits.since == 30
    assert (second.overfits, second.validation) == (None, 0.83)
    assert (third.train, third.validation) == (None, None)
    page = answer.content.decode()
    assert "since step 30" in page
    assert "— no validation" in page


def test_it_says_that_loss_ranks_nothing_and_links_evaluations(runs: list[TrainingRun], client_as: Login) -> None:
    artifact = runs[0].snapshot.artifact
    version = ModelVersion.objects.create(name="v", base_model=runs[0].recipe.base_model, run=runs[0], adapter=artifact)
    page = client_as(Role.VIEWER).get(address(*runs)).content.decode()
    assert "Loss alone never ranks models." in page
    assert f"{reverse('list_scores')}?version={version.uuid}" in page


def test_the_scores_of_versions_are_those_of_their_newest_evaluation(db: None, client_as: Login) -> None:
    comparison = loop.add_comparison()
    loop.add_eval_run(comparison.baseline.suite, comparison.candidate.version, 4)
    versions = [comparison.baseline.version, comparison.candidate.version]
    query = "&".join(f"version={one.uuid}" for one in versions)
    answer = client_as(Role.VIEWER).get(f"{reverse('list_scores')}?{query}&version=nonsense")
    assert [(run.version, run.score) for run in answer.context["runs"]] == [(versions[1], 0.5), (versions[0], 0.125)]
    fragment = client_as(Role.VIEWER).get(reverse("list_scores"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "None of them has answered a suite yet." in fragment


@pytest.mark.parametrize("query", ["", "run=nonsense", "run={0}", "run={0}&run={0}"])
def test_fewer_than_two_runs_are_refused(runs: list[TrainingRun], client_as: Login, query: str) -> None:
    url = f"{reverse('compare_runs')}?{query.format(runs[0].uuid)}"
    assert (
        "Choose at least two runs to compare, at most 50."
        in client_as(Role.VIEWER).get(url, follow=True).content.decode()
    )


def test_more_than_fifty_are_refused(runs: list[TrainingRun], client_as: Login) -> None:
    about = {"recipe": runs[0].recipe, "snapshot": runs[0].snapshot}
    many = [TrainingRun.objects.create(name=f"many-{number}", **about) for number in range(51)]
    client = client_as(Role.VIEWER)
    assert client.get(address(*many[:50])).status_code == 200
    assert client.get(address(*many)).status_code == 302


def test_the_curves_lie_over_each_other(runs: list[TrainingRun], client_as: Login) -> None:
    curve(runs[0], [2.0, 1.0], [1.5])
    query = address(*runs).partition("?")[2]
    for side in ("train", "validation"):
        answer = client_as(Role.VIEWER).get(f"{reverse('draw_overlaid', args=[side])}?{query}")
        assert "item" in answer.json()
    assert client_as(Role.VIEWER).get(f"{reverse('draw_overlaid', args=['both'])}?{query}").status_code == 404


def test_runs_are_chosen_in_the_list(runs: list[TrainingRun], client_as: Login) -> None:
    page = client_as(Role.VIEWER).get("/runs/").content.decode()
    assert page.count('form="compare"') == len(runs) + 1
    assert str(runs[0].uuid) in page


def test_the_page_costs_few_queries(
    runs: list[TrainingRun], client_as: Login, django_assert_max_num_queries: Any
) -> None:
    client = client_as(Role.VIEWER)
    with django_assert_max_num_queries(7):
        client.get(address(*runs))
