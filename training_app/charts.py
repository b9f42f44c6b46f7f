"""The loss curve of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afsweb.charts import make_figure, style_legend
from afsweb.tokens import Theme, colours
from training_app.models import TrainingRun

if TYPE_CHECKING:
    from bokeh.models import ColumnDataSource
    from bokeh.plotting import figure as Figure  # noqa: N812 (a class with a small name)

POINTS = 600


def draw_losses(run: TrainingRun, theme: Theme) -> Figure:
    """Training loss as a line, validation loss as points; at most about 600 points, evenly taken."""
    rows = list(run.metrics.order_by("step").values_list("step", "loss", "is_validation"))
    train = [(step, loss) for step, loss, is_validation in rows if loss is not None and not is_validation]
    validation = [(step, loss) for step, loss, is_validation in rows if loss is not None and is_validation]
    tokens = colours(theme)
    chart = make_figure(theme, x_label="step", y_label="loss")
    line, points = _source("train", train[:: len(train) // POINTS + 1]), _source("validation", validation)
    chart.line("step", "loss", source=line, legend_label="train", line_color=tokens["accent"], line_width=2)
    chart.scatter("step", "loss", source=points, legend_label="validation", color=tokens["warn"], size=6)
    style_legend(chart, theme)
    return chart


def _source(name: str, points: list[tuple[int, float]]) -> ColumnDataSource:
    """A source with a name, so that a live chart gets new points without being drawn again."""
    from bokeh.models import ColumnDataSource

    return ColumnDataSource({"step": [step for step, _ in points], "loss": [loss for _, loss in points]}, name=name)
