"""Memory that runs out: the run climbs the ladder by itself, its story says how, and past the last rung it offers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from afsweb.core.models import Event, Role, User, WorkState
from tests import trainer_double
from tests.rows import run_job
from tests.training.conftest import Launch
from training_app.errors import NotOffered
from training_app.ladder.clones import lighter_recipes, prepare_lighter
from training_app.ladder.rungs import next_change
from training_app.launch import resume_run
from training_app.models import BaseModel, Method, Recipe, TrainingRun

Login = Callable[[Role | User], Client]
SPEC: dict[str, Any] = {"batch_size": 1, "gradient_accumulation": 8, "max_length": 512}


def losses(run: TrainingRun) -> list[float | None]:
    return list(run.metrics.filter(is_validation=False).order_by("step").values_list("loss", flat=True))


@pytest.mark.parametrize(
    ("batch", "accumulation", "then"), [(8, 1, (4, 2)), (2, 4, (1, 8)), (3, 1, (1, 3)), (6, 1, (3, 2)), (5, 2, (2, 5))]
)
def test_a_smaller_batch_keeps_the_rows_of_a_step(batch: int, accumulation: int, then: tuple[int, int]) -> None:
    change = next_change({**SPEC, "batch_size": batch, "gradient_accumulation": accumulation}, on_cpu=False)
    assert change is not None
    assert (change.settings["batch_size"], change.settings["gradient_accumulation"]) == then
    assert change.what == f"batch size {batch} × {accumulation} → {then[0]} × {then[1]}"


def test_the_rungs_come_in_their_order_and_shorter_rows_only_where_allowed() -> None:
    spec = {**SPEC, "chunked_loss": False, "gradient_checkpointing": "off", "may_shorten": True}
    settings = []
    while change := next_change(spec, on_cpu=False):
        settings.append(change.settings)
        spec = spec | change.settings
    shorter = [{"max_length": length, "leave_out_longer": True} for length in (256, 128, 64)]
    assert settings == [{"gradient_checkpointing": "on"}, {"chunked_loss": True}, *shorter]
    assert next_change({**spec, "max_length": 512, "may_shorten": False}, on_cpu=False) is None


def test_auto_checkpointing_is_on_already_on_a_card() -> None:
    auto = {**SPEC, "gradient_checkpointing": "auto"}
    assert next_change(auto, on_cpu=False) is None
    on_cpu = next_change(auto, on_cpu=True)
    assert on_cpu is not None
    assert on_cpu.settings == {"gradient_checkpointing": "on"}


def test_a_run_heals_by_itself_and_tells_how(launch: Launch) -> None:
    run, job = launch({"fits": 2}, batch_size=8, max_steps=6)
    assert run_job(job).name == "succeeded"
    run.refresh_from_db()
    assert (run.state, run.step) == (WorkState.SUCCEEDED, 6)
    story = list(run.rungs.values_list("number", "what", "step"))
    assert story == [(1, "batch size 8 × 4 → 4 × 8", 0), (2, "batch size 4 × 8 → 2 × 16", 0)]
    assert run.rungs.get(number=1).said_by == "cpu, 3.0 GB of 4.0 GB taken: no room for a batch"
    assert (run.spec["batch_size"], run.spec["gradient_accumulation"]) == (2, 16)
    assert losses(run) == trainer_double.undisturbed(6, run.seed)
    assert job.log.filter(text="memory ran out in the first step: batch size 8 × 4 → 4 × 8").exists()


def test_the_next_attempt_begins_on_the_rung_of_the_last(launch: Launch) -> None:
    run, job = launch({"fits": 4}, batch_size=8, max_steps=4)
    run_job(job)
    TrainingRun.objects.filter(pk=run.pk).update(state=WorkState.FAILED, adapter=None)
    resume_run(run, by=None)
    run.refresh_from_db()
    assert run.job and run_job(run.job).name == "succeeded"
    assert run.rungs.count() == 1


def test_shorter_rows_begin_at_step_0_again(launch: Launch) -> None:
    """It is another training then: no step of the one before stays."""
    run, job = launch({"fits": 0}, batch_size=1, gradient_checkpointing="on", may_shorten=True, max_length=64)
    assert run_job(job).name == "failed"
    longer = Recipe.objects.get(pk=run.recipe_id)
    longer.params = {**longer.params, "max_length": 256}
    longer.save()
    run.refresh_from_db()
    resume_run(run, by=None)
    run.refresh_from_db()
    assert run.job and run_job(run.job).name == "failed"
    said = list(run.rungs.values_list("what", flat=True))
    assert said[-3:-1] == [
        f"rows of at most {length} → {length // 2} tokens, longer ones left out; begins at step 0 again"
        for length in (256, 128)
    ]
    assert not run.metrics.exists()


@pytest.fixture
def failed(launch: Launch) -> TrainingRun:
    """A run for which there was memory on no rung."""
    run, job = launch({"fits": 0}, batch_size=2, gradient_checkpointing="on")
    assert run_job(job).name == "failed"
    run.refresh_from_db()
    return run


def test_past_the_last_rung_the_run_fails_with_advice(failed: TrainingRun) -> None:
    assert failed.state == WorkState.FAILED
    why = "Memory ran out in the first step (cpu, 3.0 GB of 4.0 GB taken: no room for a batch), and nothing is left"
    assert failed.error.startswith(why)
    assert list(failed.rungs.values_list("what", flat=True)) == [
        "batch size 2 × 4 → 1 × 8",
        "nothing is left to change",
    ]


def test_it_offers_recipes_that_need_less(failed: TrainingRun, client_as: Login) -> None:
    small = BaseModel.objects.create(model_id="tests/small", parameters=5, weights=failed.recipe.base_model.weights)
    BaseModel.objects.create(model_id="tests/without-weights", parameters=7)
    BaseModel.objects.filter(pk=failed.recipe.base_model_id).update(parameters=9)
    failed = TrainingRun.objects.get(pk=failed.pk)
    assert [one.kind for one in lighter_recipes(failed)] == ["rank", "8bit", "4bit", "base"]
    page = client_as(Role.TRAINER).get(failed.get_absolute_url()).content.decode()
    assert "When memory ran out" in page
    for offered in ("Rank 16 → 8", "LoRA (8-bit base)", "QLoRA (4-bit base)", f"The smaller {small}"):
        assert offered in page


@pytest.mark.parametrize(
    ("kind", "method", "rank"), [("rank", Method.LORA, 8), ("8bit", Method.LORA8, 16), ("4bit", Method.QLORA, 16)]
)
def test_an_offer_is_saved_and_opens_the_launch_form(
    failed: TrainingRun, client_as: Login, kind: str, method: Method, rank: int
) -> None:
    answer = client_as(Role.TRAINER).post(f"{failed.get_absolute_url()}lighter/{kind}/")
    recipe = Recipe.objects.exclude(pk=failed.recipe_id).get()
    assert answer.headers["Location"] == f"/runs/launch/?recipe={recipe.pk}&snapshot={failed.snapshot_id}"
    assert (recipe.name, recipe.number, recipe.method, recipe.params["rank"]) == ("tests", 2, method, rank)
    assert recipe.params["alpha"] / rank == failed.recipe.params["alpha"] / failed.recipe.params["rank"]
    assert Event.objects.filter(verb="save", object_id=str(recipe.pk)).exists()
    assert TrainingRun.objects.count() == 1


def test_a_run_that_failed_otherwise_offers_nothing(launch: Launch, client_as: Login) -> None:
    run, _ = launch()
    TrainingRun.objects.filter(pk=run.pk).update(state=WorkState.FAILED, job=None)
    run.refresh_from_db()
    assert lighter_recipes(run) == []
    with pytest.raises(NotOffered):
        prepare_lighter(run, "rank", None)
    answer = client_as(Role.TRAINER).post(f"{run.get_absolute_url()}lighter/rank/", follow=True)
    assert "has no such recipe to offer" in answer.content.decode()
    assert Recipe.objects.count() == 1


def test_the_page_costs_a_constant_number_of_queries(
    failed: TrainingRun, client_as: Login, django_assert_max_num_queries: Any
) -> None:
    client = client_as(Role.TRAINER)
    client.get(failed.get_absolute_url())
    with django_assert_max_num_queries(10):
        client.get(failed.get_absolute_url())
