"""Runs of the trainer's double; a corpus of the subject's own generators; a base's folder as its maker publishes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from afsweb.core.jobs.context import JobContext
from afsweb.core.models import Job
from datasets_app.domains.base import get_domain
from datasets_app.models import Snapshot
from tests import trainer_double
from tests.rows import chat_row, leased, make_base, make_recipe, make_snapshot
from tests.training.making import publish_base
from training_app.launch import launch_run
from training_app.models import Recipe, TrainingRun

Rows = list[dict[str, Any]]
Launch = Callable[..., tuple[TrainingRun, Job]]


def clean_rows(count: int = 60, seed: int = 1) -> Rows:
    """What the subject's own generators write."""
    generators = get_domain("asm65816").generators[:6]
    drafts = [one.write(params) for one in generators for params in one.plan(count // 6, seed)]
    return [chat_row(f"{draft.instruction}\n\n{draft.input}".strip(), draft.output) for draft in drafts]


CLEAN = clean_rows()


@pytest.fixture(scope="module")
def base_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_base(tmp_path_factory.mktemp("base"), CLEAN)


@pytest.fixture
def run(db: None, tmp_path: Path, settings: Any) -> TrainingRun:
    """A run whose base has no weights: it is told of, not trained."""
    settings.ARTIFACT_DIR = tmp_path / "artifacts"
    snapshot = make_snapshot(tmp_path / "data", [chat_row("q", "a")])
    return TrainingRun.objects.create(name="run", recipe=make_recipe(make_base()), snapshot=snapshot)


@pytest.fixture
def ctx(run: TrainingRun) -> Iterator[JobContext]:
    """The leased job of `run`."""
    with leased(Job.objects.create(kind="training.train", title="train", queue="gpu")) as context:
        yield context


@pytest.fixture
def recipe(db: None, base_dir: Path, tmp_path: Path, settings: Any) -> Recipe:
    settings.ARTIFACT_DIR = tmp_path / "artifacts"
    return make_recipe(make_base(base_dir), max_length=100_000)


@pytest.fixture
def of(recipe: Recipe, tmp_path: Path) -> Callable[..., Snapshot]:
    def make(train: Rows, validation: Rows | None = None) -> Snapshot:
        return make_snapshot(tmp_path / "data", train, clean_rows(12, seed=2) if validation is None else validation)

    return make


@pytest.fixture
def launch(db: None, tmp_path: Path, settings: Any) -> Launch:
    """`launch({"fits": 2}, batch_size=4)`: a run of the double with these habits and settings, and its job."""
    settings.ARTIFACT_DIR, settings.WORK_DIR = tmp_path / "artifacts", tmp_path / "work"
    settings.TRAINER_PYTHON = str(trainer_double.install(tmp_path))

    def launch(habits: dict[str, Any] | None = None, **params: Any) -> tuple[TrainingRun, Job]:
        base = make_base(trainer_double.make_base(tmp_path / "base", **habits or {}))
        recipe = make_recipe(base, **params)
        run = launch_run(recipe, make_snapshot(tmp_path / "data", [chat_row("q", "a")]), name="double", by=None)
        assert run.job is not None
        return run, run.job

    return launch
