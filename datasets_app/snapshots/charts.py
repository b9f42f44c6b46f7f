"""The distributions of a snapshot as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afsweb.charts import make_figure, style_legend
from afsweb.tokens import Theme, colours
from datasets_app.models import Snapshot
from datasets_app.snapshots.figures import TITLES

if TYPE_CHECKING:
    from bokeh.plotting import figure as Figure  # noqa: N812 (a class with a small name)

PLOTTED = ("score", "level")
ROW = 26  # pixels a label takes


def draw_distribution(snapshot: Snapshot, of: str, theme: Theme) -> Figure:
    """One bar for each label of the distribution `of`, the first on top: to train, and after it to validate."""
    from bokeh.models import ColumnDataSource, HoverTool, NumeralTickFormatter

    rows = snapshot.figures["shares"][of] if snapshot.figures else []
    labels = [label for label, *_ in rows][::-1]
    made = make_figure(theme, x_label="samples", y_label="", height=110 + ROW * len(labels), y_range=labels)
    made.yaxis.axis_label = None
    made.xaxis.formatter = NumeralTickFormatter(format="0,0")
    columns = {"label": labels, "train": [row[1] for row in rows][::-1], "validation": [row[2] for row in rows][::-1]}
    tokens = colours(theme)
    bars = made.hbar_stack(
        ["train", "validation"],
        y="label",
        height=0.7,
        color=[tokens["accent"], tokens["warn"]],
        source=ColumnDataSource(columns),
        legend_label=["train", "validation"],
    )
    said = [(TITLES[of], "@label"), ("train", "@train{0,0}"), ("validation", "@validation{0,0}")]
    made.add_tools(HoverTool(renderers=list(bars), tooltips=said))
    style_legend(made, theme)
    made.add_layout(made.legend[0], "above")
    made.legend.orientation = "horizontal"
    return made
