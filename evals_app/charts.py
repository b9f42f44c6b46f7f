"""The scores of two versions by category, with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afsweb.charts import make_figure, style_legend
from afsweb.tokens import Theme, colours
from evals_app.compare.report import Category, Report, Side
from evals_app.stats import Estimate

if TYPE_CHECKING:
    from bokeh.plotting import figure as Figure  # noqa: N812 (a class with a small name)

ROW = 46  # pixels a category takes
APART = 0.16  # how far from the category's line each version is drawn


def draw_categories(report: Report, theme: Theme) -> Figure:
    """One row for each category, first on top: both scores as points on their 95 % intervals."""
    names = [category.name for category in report.categories][::-1]
    height = 110 + ROW * len(names)
    made = make_figure(theme, x_label="Score", y_label="", height=height, y_range=names, x_range=(-0.02, 1.02))
    made.yaxis.axis_label = None
    tokens = colours(theme)
    _draw_side(made, report.baseline, [(c, c.baseline) for c in report.categories], tokens["muted"], APART)
    _draw_side(made, report.candidate, [(c, c.candidate) for c in report.categories], tokens["accent"], -APART)
    style_legend(made, theme, "bottom_right")
    made.add_layout(made.legend[0], "above")
    made.legend.orientation = "horizontal"
    return made


def _draw_side(
    made: Figure, side: Side, scored: list[tuple[Category, Estimate | None]], colour: str, shift: float
) -> None:
    from bokeh.models import ColumnDataSource, HoverTool

    found = [(category.name, estimate) for category, estimate in scored if estimate]
    columns: dict[str, list[object]] = {"place": [(name, shift) for name, _ in found]}
    for field in ("value", "low", "high", "clusters", "cases"):
        columns[field] = [getattr(estimate, field) for _, estimate in found]
    source = ColumnDataSource(columns)
    made.hbar(y="place", left="low", right="high", height=0.12, color=colour, alpha=0.4, source=source)
    points = made.scatter("value", "place", size=9, color=colour, source=source, legend_label=side.version)
    said = [("score", "@value{0.00} (@low{0.00} to @high{0.00})"), ("facts", "@clusters"), ("cases", "@cases")]
    made.add_tools(HoverTool(renderers=[points], tooltips=[("version", side.version), *said]))
