"""How much of each kind is stored, drawn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from afsweb.charts import make_figure
from afsweb.core.models import Shelf
from afsweb.tokens import Theme, colours

if TYPE_CHECKING:
    from bokeh.plotting import figure as Figure  # noqa: N812 (a class with a small name)

# As filesizeformat counts, which the page's other sizes are written by.
UNITS = (("GB", 1024**3), ("MB", 1024**2), ("KB", 1024), ("bytes", 1))


def size_figure(shelves: Iterable[Shelf], theme: Theme) -> Figure:
    """A bar for each kind that has something, the largest first; hover tells how many artifacts they are."""
    from bokeh.models import BasicTicker, ColumnDataSource, DataRange1d, HoverTool

    kept = sorted((shelf for shelf in shelves if shelf.artifacts), key=lambda shelf: shelf.size_bytes)
    unit, size = next(one for one in UNITS if one[1] == 1 or (kept and kept[-1].size_bytes >= one[1]))
    data = {
        "kind": [str(shelf) for shelf in kept],
        "size": [shelf.size_bytes / size for shelf in kept],
        "artifacts": [shelf.artifacts for shelf in kept],
    }
    axes: dict[str, Any] = {"x_range": DataRange1d(start=0), "y_range": data["kind"]}
    made = make_figure(theme, x_label=f"{unit} stored", y_label="", **axes)
    made.xaxis.ticker = BasicTicker(desired_num_ticks=4)
    source = ColumnDataSource(data, name="sizes")
    look: dict[str, Any] = {"fill_color": colours(theme)["accent"], "line_color": None}
    bars = made.hbar(y="kind", right="size", height=0.6, source=source, **look)
    tips = [("kind", "@kind"), ("stored", f"@size{{0,0.0}} {unit}"), ("artifacts", "@artifacts{0,0}")]
    made.add_tools(HoverTool(renderers=[bars], tooltips=tips))
    return made
