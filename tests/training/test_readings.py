"""What the trainer took of its machine: rows of the run, thinned; its peak and its energy over all attempts."""

from __future__ import annotations

from typing import Any

import pytest

from afsweb.core.jobs.context import JobContext
from training_app import readings
from training_app.events import keep_events
from training_app.models import TrainingRun

CARD = {"gpu": 0, "busy": 0.9, "memory_used": 6, "memory_total": 16, "watts": 180.0, "celsius": 64}
SIZES = {"trainable_parameters": 5, "total_parameters": 9, "versions": {}}
STARTED = {"type": "started", "max_steps": 9, "device": "cpu", **SIZES}


def reading(seq: int, step: int, peak: int = 100, wh: float | None = None, gpus: Any = ()) -> dict[str, Any]:
    facts = {"cpu_percent": 99.5, "rss_bytes": 7, "peak_bytes": peak, "gpus": list(gpus), "wh": wh}
    return {"seq": seq, "type": "reading", "at": "2026-11-27T09:00:00.000+00:00", "step": step, **facts}


def test_a_reading_is_kept_once(ctx: JobContext, run: TrainingRun) -> None:
    for _ in range(2):
        keep_events(ctx, run, [reading(1, 3, gpus=[CARD])])
    kept = run.readings.get()
    assert (kept.step, kept.cpu_percent, kept.rss_bytes, kept.gpus) == (3, 99.5, 7, [CARD])
    assert not ctx.job.log.exists()


def test_the_peak_is_the_most_and_the_energy_the_sum_of_all_attempts(ctx: JobContext, run: TrainingRun) -> None:
    keep_events(ctx, run, [{"seq": 1, **STARTED}, reading(2, 1, 500, 0.25), reading(3, 2, 300, 0.5)])
    keep_events(ctx, run, [{"seq": 4, **STARTED}, reading(5, 2, 400, 0.25)])
    run.refresh_from_db()
    assert run.environment["measured"] == {"peak_bytes": 500, "wh": 1.0}
    assert run.environment["device"] == "cpu"


def test_without_a_card_no_energy_is_said(ctx: JobContext, run: TrainingRun) -> None:
    keep_events(ctx, run, [reading(1, 1)])
    run.refresh_from_db()
    assert run.environment["measured"] == {"peak_bytes": 100}


def test_many_readings_are_thinned_and_the_newest_stay(
    ctx: JobContext, run: TrainingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "MOST", 10)
    for seq in range(1, 13):
        keep_events(ctx, run, [reading(seq, seq)])
    assert list(run.readings.order_by("id").values_list("step", flat=True)) == [1, 3, 5, 7, 9, 11, 12]
