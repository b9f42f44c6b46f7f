"""Charts: a Bokeh figure in the colours of the pages, sent as JSON, drawn by static/charts.js.

A page that shows one wears `@with_chart` and includes "components/chart_scripts.html" in its `scripts` block; the
figure comes from a view of its own that returns `chart_response(...)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from django.http import HttpRequest, JsonResponse

from afsweb.policy import with_inline_styles
from afsweb.tokens import Theme, colours

if TYPE_CHECKING:
    from bokeh.plotting import figure as Figure  # noqa: N812 (a class with a small name)

# Bokeh sets style attributes on what it draws (2,407 violations without this, 0 with it); scripts stay 'self', no eval.
with_chart = with_inline_styles

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"


def chart_theme(request: HttpRequest) -> Theme:
    """What charts.js asks for (`?theme=`), which knows what the system shows; else the person's own; else light."""
    wish = request.GET.get("theme") or getattr(request.user, "theme", "")
    return "dark" if wish == "dark" else "light"


def make_figure(theme: Theme, *, x_label: str, y_label: str, height: int = 260, **options: Any) -> Figure:
    """An empty figure in the colours of `theme`, without a title (the card has one); pan, zoom, reset, save.

    `options` go to bokeh.plotting.figure (ranges, axis types). Take line colours from `afsweb.tokens.colours(theme)`.
    """
    from bokeh.plotting import figure  # a second of import time that only charts pay

    tokens = colours(theme)
    made = figure(
        height=height,
        sizing_mode="stretch_width",
        x_axis_label=x_label,
        y_axis_label=y_label,
        tools="pan,box_zoom,wheel_zoom,reset,save",
        active_drag="box_zoom",
        active_scroll=None,
        background_fill_color=tokens["surface"],
        border_fill_color=tokens["surface"],
        outline_line_color=None,
        **options,
    )
    _paint(made, tokens)
    return made


def _paint(made: Figure, tokens: dict[str, str]) -> None:
    made.grid.grid_line_color = tokens["line"]
    made.axis.axis_line_color = made.axis.major_tick_line_color = tokens["line"]
    made.axis.minor_tick_line_color = None
    made.axis.major_label_text_color = made.axis.axis_label_text_color = tokens["muted"]
    made.axis.major_label_text_font = made.axis.axis_label_text_font = FONT
    made.axis.axis_label_text_font_style = "normal"
    made.axis.axis_label_text_font_size = made.axis.major_label_text_font_size = "12px"
    made.toolbar.logo = None
    made.toolbar.autohide = True


def style_legend(
    made: Figure, theme: Theme, location: Literal["top_left", "top_right", "bottom_left", "bottom_right"] = "top_right"
) -> None:
    """Give the legend the page's colours. Call it after the last glyph: before it there is no legend."""
    tokens = colours(theme)
    made.legend.location = location
    made.legend.background_fill_color = tokens["surface"]
    made.legend.background_fill_alpha = 0.85
    made.legend.border_line_color = tokens["line"]
    made.legend.label_text_color = tokens["text"]
    made.legend.label_text_font = FONT
    made.legend.label_text_font_size = "12px"
    made.legend.click_policy = "hide"


def chart_response(made: Figure, *, live: bool = False, about: Mapping[str, object] | None = None) -> JsonResponse:
    """The figure for charts.js. With `live` it asks again in 3 s and moves the data into the sources with a name.

    `about` is JSON for the page's own script, which gets it with the event “chart:shown”.
    """
    from bokeh.embed import json_item

    return JsonResponse({"item": json_item(made), "live": live, **(about or {})})
