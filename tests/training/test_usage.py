"""What a training takes of its machine: the curves of its readings, its energy and what that costs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import isnan
from typing import Any

import pytest

from training_app.models import Reading, TrainingRun
from training_app.usage import draw_cards, draw_memory, draw_power, draw_processor, measured_of

BEGAN = datetime(2026, 11, 27, 9, tzinfo=UTC)


def reading(at: datetime = BEGAN, cpu: float = 100.0, rss: int = 2 << 30, gpus: list[Any] | None = None) -> Reading:
    return Reading(at=at, step=1, cpu_percent=cpu, rss_bytes=rss, gpus=gpus or [])


def card(watts: float | None, busy: float | None = 0.5, gpu: int = 0) -> dict[str, Any]:
    return {"gpu": gpu, "busy": busy, "watts": watts, "memory_used": 1, "memory_total": 2, "celsius": None}


def lines(chart: Any) -> list[dict[str, Any]]:
    return [{key: list(values) for key, values in one.data_source.data.items()} for one in chart.renderers]


def test_the_process_is_drawn_by_minutes() -> None:
    readings = [reading(), reading(BEGAN + timedelta(seconds=90), 150.0, 3 << 30)]
    (cpu,), (memory,) = lines(draw_processor(readings, "light")), lines(draw_memory(readings, "light"))
    assert (cpu["x"], cpu["y"]) == ([0.0, 1.5], [100.0, 150.0])
    assert memory["y"] == [2.0, 3.0]


def test_each_card_is_a_line_with_gaps_where_it_says_nothing() -> None:
    readings = [
        reading(gpus=[card(200.0), card(90.0, gpu=1)]),
        reading(BEGAN + timedelta(minutes=1), gpus=[card(None, None)]),
    ]
    first, second = lines(draw_power(readings, "dark"))
    assert (first["y"][0], second["y"][0]) == (200.0, 90.0)
    assert isnan(first["y"][1])
    assert isnan(second["y"][1])
    assert lines(draw_cards(readings, "dark"))[0]["y"][0] == 50.0


def test_a_machine_without_cards_or_readings_is_an_empty_chart() -> None:
    assert lines(draw_power([reading()], "light")) == []
    assert lines(draw_memory([], "light"))[0]["y"] == []


def test_energy_and_its_cost_are_what_the_readings_add_up_to(settings: Any) -> None:
    settings.PRICE_PER_KWH = 0.4
    measured = measured_of(TrainingRun(environment={"measured": {"peak_bytes": 9 << 30, "wh": 250.0}}))
    assert (measured.peak_bytes, measured.kwh) == (9 << 30, 0.25)
    assert measured.cost == pytest.approx(0.1)


def test_what_nothing_says_is_not_made_up(settings: Any) -> None:
    settings.PRICE_PER_KWH = None
    measured = measured_of(TrainingRun(environment={"measured": {"peak_bytes": 1, "wh": 250.0}}))
    assert (measured.kwh, measured.cost) == (0.25, None)
    nothing = measured_of(TrainingRun(environment={}))
    assert (nothing.peak_bytes, nothing.kwh, nothing.cost) == (None, None, None)
