"""How datasets and models grow, as a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afsweb.charts import make_figure, style_legend
from afsweb.core.models import CataloguePoint, Subject
from afsweb.tokens import Theme, colours
from afsweb.upkeep.catalogue.looking import DRAWN_EACH

if TYPE_CHECKING:
    from bokeh.plotting import figure as Figure  # noqa: N812 (a class with a small name)

POINTS = 2000  # a year of one line, three months of six
LINES = ("accent", "warn", "ok", "bad", "gold", "muted")
MB = 1_000_000


def draw_growth(subject: Subject, theme: Theme, *, in_bytes: bool) -> Figure:
    """The newest points of a subject over time: one line, or one for each domain, kind or host; how many, or MB."""
    from bokeh.models import DataRange1d, DatetimeTicker

    rows = _points(subject)
    chart = make_figure(
        theme, x_label="", y_label="MB" if in_bytes else "count", x_axis_type="datetime", y_range=DataRange1d(start=0)
    )
    tokens = colours(theme)
    names = list(dict.fromkeys(row.name for row in rows))[: len(LINES)]
    for name, token in zip(names, LINES, strict=False):
        of_it = sorted((row.at, row.size_bytes / MB if in_bytes else row.count) for row in rows if row.name == name)
        times, values = [at for at, _ in of_it], [value for _, value in of_it]
        label = name or subject.label
        chart.line(times, values, legend_label=label, line_color=tokens[token], line_width=2)
        chart.scatter(times, values, legend_label=label, color=tokens[token], size=5)
    chart.xaxis.ticker = DatetimeTicker(desired_num_ticks=4)  # a date is wide, a phone is not
    if rows:
        style_legend(chart, theme, "top_left")
    return chart


def _points(subject: Subject) -> list[CataloguePoint]:
    has_names = subject in DRAWN_EACH or subject == Subject.WATCHED
    rows = CataloguePoint.objects.filter(subject=subject).order_by("-at")
    return list((rows.exclude(name="") if has_names else rows.filter(name=""))[:POINTS])
