"""The scores of two versions by category, with their intervals; what was answered where something else was right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afsweb.charts import make_figure, style_legend
from afsweb.tokens import Theme, colours
from evals_app.compare.matrix import Matrix
from evals_app.compare.report import Category, Report, Side
from evals_app.stats import Estimate

if TYPE_CHECKING:
    from bokeh.plotting import figure as Figure  # noqa: N812 (a class with a small name)

ROW = 46  # pixels a category takes
APART = 0.16  # how far from the category's line each version is drawn
CELL, LEAST, MOST = 16, 240, 1_600  # pixels of a cell and of a whole matrix


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


def draw_matrix(matrix: Matrix, theme: Theme) -> Figure:
    """What is right from top to bottom, what was answered from left to right; the darker, the larger its share."""
    from bokeh.models import ColumnDataSource, HoverTool

    rows, height = matrix.rights[::-1], 150 + CELL * len(matrix.rights)
    made = make_figure(
        theme,
        x_label="Answered",
        y_label="Right",
        height=min(max(height, LEAST), MOST),
        x_range=matrix.said,
        y_range=rows,
        x_axis_location="above",
    )
    tokens = colours(theme)
    columns: dict[str, list[object]] = {
        name: [getattr(cell, name) for cell in matrix.cells] for name in ("right", "said", "count", "share")
    }
    columns["colour"] = [tokens["ok" if cell.is_right else "bad"] for cell in matrix.cells]
    columns["alpha"] = [0.25 + 0.75 * cell.share for cell in matrix.cells]
    source = ColumnDataSource(columns)
    cells = made.rect(
        "said", "right", width=0.96, height=0.92, source=source, color="colour", alpha="alpha", line_color=None
    )
    made.xaxis.major_label_orientation = 1.2
    made.grid.grid_line_alpha = 0.4
    tips = [("right", "@right"), ("answered", "@said"), ("answers", "@count (@share{0 %})")]
    made.add_tools(HoverTool(renderers=[cells], tooltips=tips))
    return made
