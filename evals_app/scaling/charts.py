"""One curve: versions as points with their intervals, and the line with what is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from afsweb.charts import make_figure
from afsweb.tokens import Theme, colours
from evals_app.scaling.points import Curve

if TYPE_CHECKING:
    from bokeh.plotting import figure as Figure  # noqa: N812 (a class with a small name)

STEPS = 30
MARKS = 6


def draw_curve(curve: Curve, x_label: str, theme: Theme) -> Figure:
    """Scores over a logarithmic axis; the band is the line's 95 % interval, drawn one doubling beyond the largest."""
    from bokeh.models import ColumnDataSource, HoverTool

    tokens = colours(theme)
    made = make_figure(theme, x_label=x_label, y_label="score", x_axis_type="log", y_range=(-0.02, 1.02))
    if curve.line is not None:
        _draw_line(made, curve, tokens)
    columns: dict[str, Any] = {"name": [str(one.version) for one in curve.scored]}
    for field in ("size", "score", "low", "high"):
        columns[field] = [getattr(one.point, field) for one in curve.scored]
    source = ColumnDataSource(columns)
    made.segment("size", "low", "size", "high", source=source, line_color=tokens["accent"], line_width=2)
    _mark_sizes(made, sorted(set(columns["size"])))
    points = made.scatter("size", "score", source=source, size=9, color=tokens["accent"])
    tips = [("version", "@name"), ("score", "@score{0.00} (@low{0.00} to @high{0.00})"), (x_label, "@size{0,0}")]
    made.add_tools(HoverTool(renderers=[points], tooltips=tips))
    return made


def _mark_sizes(made: Figure, sizes: list[float]) -> None:
    """The axis names the sizes that there are: 1b, 14b; 800. Its own marks run into each other."""
    from bokeh.models import FixedTicker, NumeralTickFormatter

    step = max(1, -(-len(sizes) // MARKS))
    made.xaxis.ticker = FixedTicker(ticks=sizes[::step] or [1])
    made.xaxis.formatter = NumeralTickFormatter(format="0.[0]a")


def _draw_line(made: Figure, curve: Curve, tokens: dict[str, str]) -> None:
    line, sizes = curve.line, [one.point.size for one in curve.scored]
    assert line is not None
    places = np.geomspace(min(sizes), 2 * max(sizes), STEPS)
    ranges = [line.at(float(place)) for place in places]
    low, high = [one.low for one in ranges], [one.high for one in ranges]
    made.varea(x=places, y1=low, y2=high, fill_color=tokens["muted"], fill_alpha=0.15)
    made.line(places, [one.value for one in ranges], line_color=tokens["muted"], line_dash="dashed", line_width=2)
