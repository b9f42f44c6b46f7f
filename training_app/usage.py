"""What a training takes of its machine: curves of the readings that the trainer makes, and what they add up to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any

from django.conf import settings

from afsweb.charts import make_figure, style_legend
from afsweb.tokens import Theme, colours
from training_app.models import Reading, TrainingRun

if TYPE_CHECKING:
    from bokeh.plotting import figure as Figure  # noqa: N812 (a class with a small name)

GIB = 1 << 30
DRAWN = 1_000  # readings of a chart
COLOURS = ("accent", "warn", "ok", "bad", "gold", "muted")  # of so many cards at most


@dataclass(frozen=True)
class Measured:
    """What the readings of a run add up to; None where nothing says it. `cost` in dollars, as the price per kWh."""

    peak_bytes: int | None
    kwh: float | None
    cost: float | None


def measured_of(run: TrainingRun) -> Measured:
    """From `run.environment["measured"]`, where the readings' peak and watt-hours are kept."""
    found = run.environment.get("measured", {})
    kwh = found["wh"] / 1000 if found.get("wh") is not None else None
    price = settings.PRICE_PER_KWH
    return Measured(found.get("peak_bytes"), kwh, kwh * price if kwh is not None and price else None)


def draw_processor(readings: Sequence[Reading], theme: Theme) -> Figure:
    """The trainer's processor time in percent of one core, by minutes."""
    return _draw_process(readings, theme, "CPU, % of a core", [one.cpu_percent for one in readings])


def draw_memory(readings: Sequence[Reading], theme: Theme) -> Figure:
    """The trainer's memory on the machine in GiB, by minutes."""
    return _draw_process(readings, theme, "memory, GiB", [one.rss_bytes / GIB for one in readings])


def _draw_process(readings: Sequence[Reading], theme: Theme, label: str, values: list[float]) -> Figure:
    from bokeh.models import DataRange1d

    chart = make_figure(theme, x_label="minutes", y_label=label, height=180, y_range=DataRange1d(start=0))
    chart.line(_minutes(readings), values, line_color=colours(theme)["accent"], line_width=2)
    return chart


def draw_power(readings: Sequence[Reading], theme: Theme) -> Figure:
    """The watts of each card, by minutes."""
    return _draw_cards(readings, theme, "watts", lambda card: _known(card.get("watts")))


def draw_cards(readings: Sequence[Reading], theme: Theme) -> Figure:
    """How busy each card was in percent, by minutes."""
    return _draw_cards(readings, theme, "percent busy", lambda card: 100 * _known(card.get("busy")))


def _draw_cards(
    readings: Sequence[Reading], theme: Theme, label: str, value_of: Callable[[Mapping[str, Any]], float]
) -> Figure:
    tokens, minutes = colours(theme), _minutes(readings)
    chart = make_figure(theme, x_label="minutes", y_label=label, height=180)
    cards = sorted({card["gpu"] for one in readings for card in one.gpus})
    for gpu, token in zip(cards, COLOURS, strict=False):
        values = [next((value_of(card) for card in one.gpus if card["gpu"] == gpu), nan) for one in readings]
        chart.line(minutes, values, legend_label=f"GPU {gpu}", line_color=tokens[token], line_width=2)
    if cards:
        style_legend(chart, theme, "bottom_left")
    return chart


def _minutes(readings: Sequence[Reading]) -> list[float]:
    """Of each since the first."""
    return [(one.at - readings[0].at).total_seconds() / 60 for one in readings]


def _known(value: float | None) -> float:
    """Not a number where it is not known: a gap in the line."""
    return nan if value is None else value


DRAWERS: dict[str, Callable[[Sequence[Reading], Theme], Figure]] = {
    "processor": draw_processor,
    "memory": draw_memory,
    "cards": draw_cards,
    "power": draw_power,
}


def draw_usage(run: TrainingRun, which: str, theme: Theme) -> Figure:
    """One of DRAWERS over the run's readings, the newest DRAWN of them where there are more."""
    readings = list(run.readings.order_by("-pk")[:DRAWN])[::-1]
    return DRAWERS[which](readings, theme)
