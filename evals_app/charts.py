"""What was answered where something else was right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afsweb.charts import make_figure
from afsweb.tokens import Theme, colours
from evals_app.compare.matrix import Matrix

if TYPE_CHECKING:
    from bokeh.plotting import figure as Figure  # noqa: N812 (a class with a small name)

CELL, LEAST, MOST = 16, 240, 1_600  # pixels of a cell and of a whole matrix


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
