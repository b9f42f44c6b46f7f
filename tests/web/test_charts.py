from __future__ import annotations

import json

import pytest
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.test import Client, RequestFactory

from afsweb.charts import chart_response, chart_theme, make_figure, style_legend
from afsweb.core.models import User
from afsweb.staticfiles import BOKEH_FILES
from afsweb.tokens import Theme, colours


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figure_wears_the_tokens(theme: Theme) -> None:
    made = make_figure(theme, x_label="step", y_label="loss")
    made.line([1, 2, 3], [3.0, 2.0, 1.0], legend_label="train", color=colours(theme)["accent"])
    style_legend(made, theme)
    answer = json.loads(chart_response(made, live=True).content)
    text = json.dumps(answer)
    assert answer["live"] is True
    assert {"target_id", "root_id", "doc"} <= set(answer["item"])
    assert all(colours(theme)[name] in text for name in ("line", "muted", "accent", "text"))


def test_missing_points_survive_json() -> None:
    made = make_figure("light", x_label="x", y_label="y")
    made.line([1, 2], [float("nan"), 1.0])
    json.loads(chart_response(made).content, parse_constant=pytest.fail)


@pytest.mark.parametrize(
    ("asked", "own", "shown"),
    [("", "dark", "dark"), ("", "system", "light"), ("light", "dark", "light"), ("dark", "light", "dark")],
)
def test_theme_is_what_the_page_shows(rf: RequestFactory, asked: str, own: str, shown: str) -> None:
    request: HttpRequest = rf.get("/", {"theme": asked} if asked else {})
    request.user = User(theme=own)
    assert chart_theme(request) == shown


def test_only_what_pages_need_of_bokeh_is_served(client: Client, db: None) -> None:
    for name in BOKEH_FILES:
        assert finders.find(f"bokeh/{name}")
    assert finders.find("bokeh/compiler.js") is None
    listed = [path for finder in finders.get_finders() for path, _ in finder.list([]) if path.startswith("bokeh")]
    assert listed == list(BOKEH_FILES)
