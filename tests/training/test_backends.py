"""A recipe's backend decides queue, machine and interpreter; what it cannot do is refused before the launch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from afsweb.core.models import Host, HostState, User
from datasets_app.models import Snapshot
from tests.rows import chat_row, make_base, make_recipe, make_snapshot
from training_app.backends.trl import make_spec, start, work_dir
from training_app.errors import BackendCannot, BackendMissing, BackendNotSetUp, NotTrainedHere, TooFewCards
from training_app.launch import launch_run
from training_app.models import Backend, Method, Recipe, TrainingRun


@pytest.fixture
def snapshot(db: None, tmp_path: Path, settings: Any) -> Snapshot:
    settings.ARTIFACT_DIR, settings.WORK_DIR = tmp_path / "artifacts", tmp_path / "work"
    return make_snapshot(tmp_path / "data", [chat_row("q", "a")])


@pytest.fixture
def recipe(snapshot: Snapshot, tmp_path: Path) -> Recipe:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "config.json").write_text("{}")
    return make_recipe(make_base(tmp_path / "base"))


def host(name: str, *checks: str, cards: int = 1, level: str = "ok", **facts: Any) -> Host:
    findings = [{"check": check, "level": level, "text": "…", "fix": ""} for check in checks]
    return Host.objects.create(name=name, findings=findings, gpus=[{}] * cards, **facts)


def of(recipe: Recipe, backend: Backend, method: Method = Method.LORA, **params: Any) -> Recipe:
    recipe.backend, recipe.method, recipe.params = backend, method, recipe.params | params
    recipe.save()
    return recipe


def launch(recipe: Recipe, snapshot: Snapshot, by: User, **more: Any) -> TrainingRun:
    return launch_run(recipe, snapshot, name="run", by=by, **more)


@pytest.mark.parametrize(("backend", "queue"), [(Backend.UNSLOTH, "gpu"), (Backend.MLX, "mlx")])
def test_a_run_goes_to_a_machine_that_has_its_backend(
    recipe: Recipe, snapshot: Snapshot, trainer: User, backend: Backend, queue: str
) -> None:
    host("without", "trainer")
    able = host("able", "trainer", str(backend))
    job = launch(of(recipe, backend), snapshot, trainer).job
    assert job is not None
    assert (job.queue, job.pinned_host) == (queue, able)


def test_of_those_that_can_the_one_with_the_least_to_do(recipe: Recipe, snapshot: Snapshot, trainer: User) -> None:
    host("a", "unsloth"), host("b", "unsloth", level="warn")
    of(recipe, Backend.UNSLOTH)
    assert [launch(recipe, snapshot, trainer).host.name for _ in range(3)] == ["a", "b", "a"]  # type: ignore[union-attr]


def test_trl_leaves_the_choice_to_the_queue(recipe: Recipe, snapshot: Snapshot, trainer: User) -> None:
    run = launch(recipe, snapshot, trainer)
    assert run.host is None
    assert run.job is not None
    assert (run.job.queue, run.job.pinned_host) == ("gpu", None)


def test_without_such_a_machine_the_way_to_one_is_said(recipe: Recipe, snapshot: Snapshot, trainer: User) -> None:
    host("broken", "unsloth", level="bad"), host("revoked", "unsloth", state=HostState.REVOKED)
    with pytest.raises(BackendNotSetUp, match=r"on any machine\. Run `afs host setup --backend unsloth`"):
        launch(of(recipe, Backend.UNSLOTH), snapshot, trainer)
    other = host("other", "trainer")
    with pytest.raises(BackendNotSetUp, match="not set up on other"):
        launch(recipe, snapshot, trainer, host=other)
    assert not TrainingRun.objects.exists()


def test_several_cards_need_a_machine_that_has_them(recipe: Recipe, snapshot: Snapshot, trainer: User) -> None:
    of(recipe, Backend.TRL, devices=2)
    host("one", "trainer")
    with pytest.raises(TooFewCards, match="on 2 cards at once, and the machines here have 1 at most"):
        launch(recipe, snapshot, trainer)
    two = host("two", "trainer", cards=2)
    assert launch(recipe, snapshot, trainer).host == two


def test_without_any_machine_several_cards_are_refused(recipe: Recipe, snapshot: Snapshot, trainer: User) -> None:
    with pytest.raises(TooFewCards, match="0 at most"):
        launch(of(recipe, Backend.TRL, devices=2), snapshot, trainer)


@pytest.mark.parametrize(
    ("backend", "params", "said"),
    [
        (Backend.MLX, {"use_dora": True}, "MLX does not know DoRA"),
        (Backend.MLX, {"optimizer": "adamw_8bit", "packing": True}, "8-bit optimizers, packing"),
        (Backend.MLX, {"keep": "validation_loss", "early_stopping": 2}, "stopping early, keeping the best"),
        (
            Backend.UNSLOTH,
            {"objective": "dpo", "devices": 2},
            r"preference pairs \(dpo\), several devices",
        ),
        (
            Backend.UNSLOTH,
            {"chunked_loss": False, "domain_samples": 3},
            "the whole table .*, questions at",
        ),
        (Backend.MLX, {"trackers": ["trackio"]}, "MLX does not know trackers"),
        (Backend.TRL, {"packing": True, "devices": 2}, "does not know packing on several devices"),
    ],
)
def test_what_a_backend_cannot_is_refused(
    recipe: Recipe, snapshot: Snapshot, trainer: User, backend: Backend, params: dict[str, Any], said: str
) -> None:
    host("able", str(backend))
    with pytest.raises(BackendCannot, match=said):
        launch(of(recipe, backend, **params), snapshot, trainer)


def test_a_method_that_a_backend_has_not_is_refused(recipe: Recipe, snapshot: Snapshot, trainer: User) -> None:
    host("able", "mlx")
    with pytest.raises(NotTrainedHere, match=r"full fine-tuning, which MLX does not train here\. It trains LoRA"):
        launch(of(recipe, Backend.MLX, Method.FULL), snapshot, trainer)
    assert launch(of(recipe, Backend.MLX, Method.QLORA), snapshot, trainer).pk


PRINT = '#!/bin/sh\necho "$0" "$@" > {said}\n'


@pytest.mark.parametrize("backend", [Backend.UNSLOTH, Backend.MLX])
def test_the_trainer_runs_in_the_backends_interpreter(
    recipe: Recipe, snapshot: Snapshot, trainer: User, tmp_path: Path, settings: Any, backend: Backend
) -> None:
    program = tmp_path / "python"
    program.write_text(PRINT.format(said=tmp_path / "said"))
    program.chmod(0o755)
    settings.UNSLOTH_PYTHON = settings.MLX_PYTHON = str(program)
    host("able", str(backend))
    run = launch(of(recipe, backend), snapshot, trainer)
    start(run, make_spec(run)).communicate()
    assert (tmp_path / "said").read_text() == f"{program} -m training_app.trainer {work_dir(run)}/spec.json\n"
    assert json.loads((work_dir(run) / "spec.json").read_text())["backend"] == backend


def test_several_cards_get_a_process_each(
    recipe: Recipe, snapshot: Snapshot, trainer: User, tmp_path: Path, settings: Any
) -> None:
    program = tmp_path / "python"
    program.write_text(PRINT.format(said=tmp_path / "said"))
    program.chmod(0o755)
    settings.TRAINER_PYTHON = str(program)
    host("two", "trainer", cards=2)
    run = launch(of(recipe, Backend.TRL, devices=2), snapshot, trainer)
    start(run, make_spec(run)).communicate()
    said = (tmp_path / "said").read_text()
    assert "-m torch.distributed.run --standalone --nproc-per-node 2 -m training_app.trainer" in said


def test_a_machine_that_lost_its_interpreter_says_so(recipe: Recipe, snapshot: Snapshot, trainer: User) -> None:
    host("able", "mlx")
    run = launch(of(recipe, Backend.MLX), snapshot, trainer)
    with pytest.raises(BackendMissing, match=r"no interpreter with MLX\. Run `afs host setup --backend mlx` there"):
        start(run, make_spec(run))
