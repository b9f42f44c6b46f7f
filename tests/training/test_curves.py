"""Curves come from the database as they were kept, and stay true when they are thinned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.rows import chat_row, make_base, make_recipe, make_snapshot
from training_app.charts import distinct, draw_losses, draw_overlay
from training_app.curves.reading import Curve, Measure, read_curves
from training_app.curves.thinning import thin
from training_app.models import Metric, TrainingRun


@pytest.fixture
def runs(db: None, tmp_path: Path, settings: Any) -> list[TrainingRun]:
    settings.ARTIFACT_DIR = tmp_path / "artifacts"
    snapshot, recipe = make_snapshot(tmp_path / "data", [chat_row("q", "a")]), make_recipe(make_base())
    return [TrainingRun.objects.create(name=f"run {n}", recipe=recipe, snapshot=snapshot) for n in range(3)]


def test_what_was_kept_is_read(runs: list[TrainingRun]) -> None:
    first, second, empty = runs
    Metric.objects.create(run=first, step=2, loss=0.5, grad_norm=1.25)
    Metric.objects.create(run=first, step=1, loss=2.75, grad_norm=None)
    Metric.objects.create(run=first, step=2, loss=0.625, is_validation=True)
    Metric.objects.create(run=second, step=7, loss=-1e-9)
    curves = read_curves([run.pk for run in runs])
    assert (curves[first.pk].train.steps.tolist(), curves[first.pk].train.values.tolist()) == ([1, 2], [2.75, 0.5])
    assert (curves[first.pk].validation.steps.tolist(), curves[first.pk].validation.values.tolist()) == ([2], [0.625])
    assert curves[second.pk].train.values.tolist() == [-1e-9]
    assert (len(curves[empty.pk].train), len(curves[empty.pk].validation)) == (0, 0)
    assert read_curves([first.pk], Measure.GRADIENT)[first.pk].train.values.tolist() == [1.25]
    assert read_curves([]) == {}


def test_a_short_curve_stays_as_it_is() -> None:
    curve = Curve(np.arange(10), np.arange(10.0))
    assert thin(curve, 10) is curve


@pytest.mark.parametrize("count", [1001, 4999, 5000, 12_345])
def test_a_long_one_keeps_its_ends_and_every_spike(count: int) -> None:
    values = np.sin(np.arange(count) / 50)
    values[[3, count // 2, count - 2]] = [9.0, -9.0, 7.0]
    thinned = thin(Curve(np.arange(count), values))
    assert 600 <= len(thinned) <= 1002
    assert (thinned.steps[0], thinned.steps[-1]) == (0, count - 1)
    assert {3, count // 2, count - 2} <= set(thinned.steps.tolist())
    assert (np.diff(thinned.steps) > 0).all()
    assert (values[thinned.steps] == thinned.values).all()


def test_charts_hold_what_was_kept(runs: list[TrainingRun]) -> None:
    Metric.objects.bulk_create(Metric(run=run, step=step, loss=step / 10) for run in runs[:2] for step in (1, 2, 3))
    line: Any = draw_losses(runs[0], "light").select_one({"name": "train"})
    assert line.data["value"].tolist() == [0.1, 0.2, 0.3]
    glyph: Any = draw_overlay(runs, "train", "dark").renderers[0]
    assert [values.tolist() for values in glyph.data_source.data["losses"]] == [[0.1, 0.2, 0.3], [0.1, 0.2, 0.3], []]
    assert glyph.data_source.data["run"] == ["run 0", "run 1", "run 2"]


def test_fifty_runs_have_fifty_colours() -> None:
    assert len(set(distinct(50, "light"))) == 50
