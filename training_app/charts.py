"""The curves of runs, what the GPUs did, and how long the rows of a snapshot are."""

from __future__ import annotations

from collections.abc import Sequence
from colorsys import hls_to_rgb
from math import nan
from typing import TYPE_CHECKING, Any

from afsweb.charts import make_figure, style_legend
from afsweb.tokens import Theme, colours
from training_app.curves.reading import Curve, Measure, read_curves
from training_app.curves.thinning import thin
from training_app.models import TrainingRun
from training_app.preview.lengths import Lengths

if TYPE_CHECKING:
    from bokeh.models import ColumnDataSource
    from bokeh.plotting import figure as Figure  # noqa: N812 (a class with a small name)

GOLDEN = 0.618034
IN_LEGEND = 12  # more names than that hide the lines; they are shown under the pointer
LABELS = {
    Measure.LOSS: "loss",
    Measure.ACCURACY: "share of tokens right",
    Measure.LEARNING_RATE: "learning rate",
    Measure.GRADIENT: "gradient norm",
    Measure.SPEED: "tokens/s",
}
GPU_READINGS = 2000
GPU_COLOURS = ("accent", "warn", "ok", "bad", "gold", "muted")  # of so many GPUs at most


def draw_losses(run: TrainingRun, theme: Theme) -> Figure:
    """Training loss as a line of at most about 1,000 points, spikes kept; validation loss as points."""
    curves, tokens = read_curves([run.pk])[run.pk], colours(theme)
    chart = make_figure(theme, x_label="step", y_label="loss")
    line, points = _source("train", thin(curves.train)), _source("validation", curves.validation)
    chart.line("step", "value", source=line, legend_label="train", line_color=tokens["accent"], line_width=2)
    chart.scatter("step", "value", source=points, legend_label="validation", color=tokens["warn"], size=6)
    style_legend(chart, theme)
    return chart


def draw_measure(run: TrainingRun, measure: Measure, theme: Theme) -> Figure:
    """One figure of the run's steps as a line, such as its learning rate."""
    from bokeh.models import PrintfTickFormatter

    curve = thin(read_curves([run.pk], measure)[run.pk].train)
    chart = make_figure(theme, x_label="step", y_label=LABELS[measure], height=180)
    chart.line("step", "value", source=_source("train", curve), line_color=colours(theme)["accent"], line_width=2)
    if measure == Measure.LEARNING_RATE:
        chart.yaxis.formatter = PrintfTickFormatter(format="%.2g")  # 0.004, where the usual one writes 4.000e-3
    return chart


def draw_overlay(runs: Sequence[TrainingRun], side: str, theme: Theme) -> Figure:
    """The losses of several runs over each other, each run a line of its own colour; `side` is train or validation."""
    from bokeh.models import HoverTool

    curves = read_curves([run.pk for run in runs])
    lines = [thin(getattr(curves[run.pk], side)) for run in runs]
    chart = make_figure(theme, x_label="step", y_label=f"{LABELS[Measure.LOSS]}, {side}", height=360)
    facts = {
        "steps": [line.steps for line in lines],
        "losses": [line.values for line in lines],
        "run": [run.name for run in runs],
        "colour": distinct(len(runs), theme),
    }
    told: dict[str, Any] = {"legend_field": "run"} if len(runs) <= IN_LEGEND else {}
    drawn = chart.multi_line("steps", "losses", source=facts, line_color="colour", line_width=2, **told)
    chart.add_tools(HoverTool(renderers=[drawn], tooltips=[("run", "@run"), ("step", "$x{0}"), ("loss", "$y{0.000}")]))
    if told:
        style_legend(chart, theme)
    return chart


def distinct(count: int, theme: Theme) -> list[str]:
    """`count` colours as #rrggbb that differ from their neighbours: each hue a golden section on from the last."""
    light = 0.4 if theme == "light" else 0.68
    shades = (hls_to_rgb(0.48 + number * GOLDEN % 1, light, 0.62) for number in range(count))
    return ["#" + "".join(f"{round(255 * part):02x}" for part in shade) for shade in shades]


def draw_row_lengths(lengths: Lengths, limit: int, theme: Theme) -> Figure:
    """How many rows have how many tokens, and the recipe's limit where any row comes near it."""
    tokens, edges = colours(theme), lengths.edges
    chart = make_figure(theme, x_label="tokens", y_label="rows")
    chart.quad(
        left=edges[:-1],
        right=edges[1:],
        bottom=0,
        top=list(lengths.counts),
        fill_color=tokens["accent"],
        line_color=tokens["surface"],
    )
    if limit < 1.5 * lengths.longest:
        chart.line([limit, limit], [0, max(lengths.counts)], line_color=tokens["warn"], line_dash="dashed")
    return chart


def draw_gpu_use(run: TrainingRun, theme: Theme) -> Figure:
    """How busy each GPU was and how full its memory, in percent, by minutes since the job began; the newest points."""
    readings = list(run.job.gpu_readings.order_by("-pk")[:GPU_READINGS])[::-1] if run.job else []
    tokens = colours(theme)
    chart = make_figure(theme, x_label="minutes", y_label="percent", y_range=(0, 100))
    for gpu, token in zip(sorted({one.gpu for one in readings}), GPU_COLOURS, strict=False):
        of_it = [one for one in readings if one.gpu == gpu]
        minutes = [(one.at - readings[0].at).total_seconds() / 60 for one in of_it]
        busy = [_percent(one.busy, 1) for one in of_it]
        memory = [_percent(one.memory_used, one.memory_total) for one in of_it]
        name = f"GPU {gpu}"
        chart.line(minutes, busy, legend_label=f"{name} busy", line_color=tokens[token], line_width=2)
        chart.line(minutes, memory, legend_label=f"{name} memory", line_color=tokens[token], line_dash="dashed")
    if readings:
        style_legend(chart, theme, "bottom_left")
    return chart


def _percent(part: float | None, whole: float | None) -> float:
    """A share in percent; not a number, which leaves a gap in a line, where it is not known."""
    return 100 * part / whole if part is not None and whole else nan


def _source(name: str, curve: Curve) -> ColumnDataSource:
    """A source with a name, so that a live chart gets new points without being drawn again."""
    from bokeh.models import ColumnDataSource

    return ColumnDataSource({"step": curve.steps, "value": curve.values}, name=name)
