"""The scores of a board's versions one after the other, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from afsweb.charts import make_figure
from afsweb.tokens import Theme, colours
from evals_app.compare.comparability import comparable
from evals_app.models import EvalRun

if TYPE_CHECKING:
    from bokeh.plotting import figure as Figure  # noqa: N812 (a class with a small name)


def draw_timeline(runs: Sequence[EvalRun], theme: Theme) -> Figure:
    """One place for each version that may be compared with the first, in the order in which they were evaluated."""
    from bokeh.models import ColumnDataSource, HoverTool

    shown = sorted(comparable(runs), key=lambda run: run.pk)
    names = [f"{place}. {run.version}" for place, run in enumerate(shown, 1)]
    made = make_figure(theme, x_label="", y_label="Score", x_range=names, y_range=(-0.02, 1.02))
    made.xaxis.axis_label = None
    made.xaxis.major_label_orientation = 0.5 if len(shown) > 4 else 0
    tokens = colours(theme)
    columns: dict[str, list[object]] = {"name": list(names), "suite": [str(run.suite) for run in shown]}
    columns["colour"] = [tokens["muted"] if run == runs[0] else tokens["accent"] for run in shown]
    for field in ("score", "low", "high"):
        columns[field] = [getattr(run, field) for run in shown]
    source = ColumnDataSource(columns)
    made.segment("name", "low", "name", "high", line_width=2, color="colour", source=source)
    made.line("name", "score", line_width=1, line_dash="dotted", color=tokens["muted"], source=source)
    points = made.scatter("name", "score", size=9, color="colour", source=source)
    said = [("version", "@name"), ("suite", "@suite"), ("score", "@score{0.00} (@low{0.00} to @high{0.00})")]
    made.add_tools(HoverTool(renderers=[points], tooltips=said))
    return made
