"""The picture of a map, or of a rectangle of it, for charts.js and map.js."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from afsweb.charts import make_figure
from afsweb.tokens import Theme
from datasets_app.maps.colouring import Attributes, ColourBy, codes_of, colours_of, read_attributes, shades_of
from datasets_app.maps.points import Box, Places, Points, load_points
from datasets_app.maps.thinning import thin
from datasets_app.models import EmbeddingMap, Method

if TYPE_CHECKING:
    from bokeh.plotting import figure as Figure  # noqa: N812 (a class with a small name)

# What lies a little outside comes along, so that a small move shows no empty edge.
MARGIN = 0.15
HEIGHT = 560


@dataclass(frozen=True)
class Picture:
    """A drawn part of a map: how many of the points there are shown, and what the colours mean."""

    figure: Figure
    shown: int
    there: int
    legend: list[dict[str, Any]]


def draw_map(drawn: EmbeddingMap, box: Box | None, by: ColourBy, theme: Theme) -> Picture:
    """The points within `box`, or all; thinned where there are too many. Raises `NoMapYet`, `PointsGone`."""
    points = load_points(drawn)
    seen = box or points.extent().wider(0.03)
    near = seen.wider(MARGIN) if box else seen
    there = points.within(near)
    kept = thin(there, near)
    known = read_attributes(kept.ids, by)
    shades = shades_of(drawn.domain, by, theme)
    codes = codes_of(known.values, shades)
    counts = np.bincount(codes, minlength=len(shades)).tolist()
    legend = [
        {"label": shade.label, "colour": shade.colour, "count": count}
        for shade, count in zip(shades.values(), counts, strict=True)
        if count
    ]
    figure = _figure(drawn, seen, theme)
    _scatter(figure, known, _places(kept, known), colours_of(codes, shades))
    return Picture(figure, len(known.ids), len(there), legend)


def _places(points: Points, known: Attributes) -> Places:
    """Where the samples that are still there lie, in their order; the ids of a map ascend."""
    return points.places[np.searchsorted(points.ids, known.ids)]


def _figure(drawn: EmbeddingMap, box: Box, theme: Theme) -> Figure:
    from bokeh.models import HoverTool, LassoSelectTool, PanTool, WheelZoomTool

    made = make_figure(
        theme,
        x_label=_axis(drawn, 0),
        y_label=_axis(drawn, 1),
        height=HEIGHT,
        name="map",
        output_backend="webgl",
        x_range=(box.x0, box.x1),
        y_range=(box.y0, box.y1),
    )
    lasso = LassoSelectTool(continuous=False)
    made.add_tools(lasso, HoverTool(tooltips=[("sample", "@id{0}"), ("kind", "@kind")], point_policy="snap_to_data"))
    made.toolbar.active_drag = next(tool for tool in made.tools if isinstance(tool, PanTool))
    made.toolbar.active_scroll = next(tool for tool in made.tools if isinstance(tool, WheelZoomTool))
    made.toolbar.autohide = False
    return made


def _axis(drawn: EmbeddingMap, place: int) -> str:
    if drawn.method == Method.PCA and len(drawn.variance) > place:
        return f"main axis {place + 1}: {drawn.variance[place]:.1%} of the variance"
    return f"axis {place + 1}, without a unit"


def _scatter(figure: Figure, known: Attributes, places: Places, colours: npt.NDArray[np.uint8]) -> None:
    from bokeh.models import ColumnDataSource

    columns = {
        "x": places[:, 0],
        "y": places[:, 1],
        "id": known.ids.astype(np.float64),
        "kind": known.kinds,
        "colour": colours,
    }
    source = ColumnDataSource(columns, name="points")
    size, alpha = (4, 0.6) if len(known.ids) > 5_000 else (7, 0.75)
    figure.scatter(
        "x", "y", source=source, size=size, color="colour", line_color=None, alpha=alpha, nonselection_alpha=0.08
    )
