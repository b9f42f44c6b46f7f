"""`afs run lighter` and `afs run tensorboard`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from afsweb.core.models import WorkState
from datasets_app.models import Snapshot
from tests.commands.running import afs, refused
from training_app.backends.trl import work_dir
from training_app.models import Recipe, Rung, TrainingRun

Said = pytest.CaptureFixture[str]


@pytest.fixture
def run(recipe: Recipe, snapshot: Snapshot) -> TrainingRun:
    facts = {"recipe": recipe, "snapshot": snapshot, "state": WorkState.FAILED}
    return TrainingRun.objects.create(name="veran", **facts)


@pytest.fixture
def ran_out(run: TrainingRun) -> TrainingRun:
    """It ran out of memory on every rung."""
    halved = {"batch_size": 1, "gradient_accumulation": 8}
    Rung.objects.create(run=run, number=1, what="batch size 2 × 4 → 1 × 8", settings=halved, said_by="a card")
    Rung.objects.create(run=run, number=2, what="nothing is left to change", said_by="a card", step=3)
    return run


def test_the_offers_are_listed(ran_out: TrainingRun, capsys: Said) -> None:
    assert afs("run", "lighter", "veran") == 0
    said = capsys.readouterr().out
    assert said == "rank  rank 16 → 8\n8bit  LoRA (8-bit base)\n4bit  QLoRA (4-bit base)\n"


def test_one_is_saved_and_nothing_is_launched(ran_out: TrainingRun, capsys: Said) -> None:
    assert afs("run", "lighter", "veran", "rank") == 0
    assert "tests v2 is saved: afs train veran --recipe tests:2 --snapshot facts" in capsys.readouterr().out
    assert Recipe.objects.get(number=2).params["rank"] == 8
    assert TrainingRun.objects.count() == 1


def test_a_run_that_failed_otherwise_has_none(run: TrainingRun, capsys: Said) -> None:
    assert afs("run", "lighter", "veran") == 0
    assert "nothing to offer" in capsys.readouterr().out
    assert "has no such recipe to offer" in refused(capsys, "run", "lighter", "veran", "4bit")
    assert Recipe.objects.count() == 1


def test_show_tells_the_story(ran_out: TrainingRun, capsys: Said) -> None:
    assert afs("run", "show", "veran") == 0
    assert "batch size 2 × 4 → 1 × 8 (a card)" in capsys.readouterr().out


def test_the_line_for_tensorboard_is_said(run: TrainingRun, capsys: Said, settings: Any) -> None:
    (work_dir(run) / "tensorboard").mkdir(parents=True)
    assert afs("run", "tensorboard", "veran") == 0
    expected = f"{settings.TRAINER_PYTHON} -m tensorboard.main --logdir {work_dir(run) / 'tensorboard'}\n"
    assert capsys.readouterr().out == expected


def test_tensorboard_is_started_when_asked(run: TrainingRun, settings: Any, tmp_path: Path) -> None:
    (work_dir(run) / "tensorboard").mkdir(parents=True)
    program = tmp_path / "python"
    program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path / "called"}\nexit 3\n')
    program.chmod(0o755)
    settings.TRAINER_PYTHON = str(program)
    assert afs("run", "tensorboard", "veran", "--serve") == 3
    assert (tmp_path / "called").read_text().startswith("-m tensorboard.main --logdir ")


def test_files_that_lie_elsewhere_are_named_with_their_machine(run: TrainingRun, capsys: Said) -> None:
    said = refused(capsys, "run", "tensorboard", "veran")
    assert "has no files for TensorBoard on this machine. They are where it trains: no machine yet." in said
