"""A map in a real browser: a line around points becomes a queue, a point opens its sample, zooming asks for more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from afsweb.core.models import Role, User
from datasets_app.models import EmbeddingMap, MapSelection, ReviewQueue, Sample
from tests.datasets.mapping import add_numbered, map_of
from tests.review.making import make_source

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PageAs = Callable[[Role | User], Any]
# Nine points in a square on the left, nine on the right.
PLACES = [(x + side, float(y)) for side in (0.0, 10.0) for x in range(3) for y in range(3)]

LEFT = ((-0.3, -0.05), (2.5, -0.05), (2.5, 2.05), (-0.3, 2.05), (-0.3, -0.05))


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> None:
    settings.ARTIFACT_DIR = tmp_path / "artifacts"


@pytest.fixture
def samples(live_server: Any) -> list[Sample]:
    return add_numbered(make_source(), len(PLACES))


@pytest.fixture
def shown(samples: list[Sample]) -> EmbeddingMap:
    return map_of(samples, PLACES)


def open_map(page: Any, shown: EmbeddingMap) -> None:
    page.goto(shown.get_absolute_url())
    page.get_by_text("18 points, each drawn.").wait_for()


def at(page: Any, x: float, y: float) -> tuple[float, float]:
    """Where a place of the map is on the screen."""
    found = page.evaluate(
        """([x, y]) => {
            const place = document.querySelector("[data-map]");
            const view = Bokeh.index.get_one(place.chartDocument.get_model_by_name("map"));
            const box = view.frame.bbox, edge = view.canvas.el.getBoundingClientRect();
            return [edge.x + view.frame.x_scale.compute(x), edge.y + view.frame.y_scale.compute(y)];
        }""",
        [x, y],
    )
    return found[0], found[1]


def draw_line(page: Any, *corners: tuple[float, float]) -> None:
    """Choose the lasso and draw it."""
    page.evaluate(
        """() => {
            const { toolbar } = document.querySelector("[data-map]").chartDocument.get_model_by_name("map");
            toolbar.tools.find((tool) => tool.type === "LassoSelectTool").active = true;
        }"""
    )
    spots = [at(page, *corner) for corner in corners]
    page.mouse.move(*spots[0])
    page.mouse.down()
    for spot in spots[1:]:
        page.mouse.move(*spot, steps=8)
    page.mouse.up()


def test_a_line_around_points_becomes_a_queue(shown: EmbeddingMap, samples: list[Sample], page_as: PageAs) -> None:
    page = page_as(Role.REVIEWER)
    open_map(page, shown)
    draw_line(page, *LEFT)
    page.get_by_role("heading", name="9 samples lie there").wait_for()
    page.get_by_label("Name of the queue").fill("the left corner")
    page.get_by_role("button", name="Review these").click()
    page.get_by_text("The queue “the left corner” has 9 samples").wait_for()
    assert ReviewQueue.objects.get().query == {"selection": str(MapSelection.objects.get().uuid)}
    assert MapSelection.objects.get().sample_ids == [one.pk for one in samples[:9]]


def test_a_click_opens_the_sample(shown: EmbeddingMap, samples: list[Sample], page_as: PageAs) -> None:
    page = page_as(Role.VIEWER)
    open_map(page, shown)
    page.mouse.click(*at(page, 11, 1))
    page.wait_for_url(f"**{samples[PLACES.index((11.0, 1.0))].get_absolute_url()}")


def test_zooming_asks_for_what_is_in_view(shown: EmbeddingMap, page_as: PageAs) -> None:
    page = page_as(Role.VIEWER)
    open_map(page, shown)
    page.mouse.move(*at(page, 11, 1))
    with page.expect_response("**/points/?**") as asked:
        page.mouse.wheel(0, -900)
    assert asked.value.json()["there"] < 18
    page.get_by_text("points, each drawn.").wait_for()
    assert float(page.get_by_label("Left", exact=True).input_value()) > 5


def test_an_area_is_listed_by_keyboard_alone(shown: EmbeddingMap, samples: list[Sample], page_as: PageAs) -> None:
    page = page_as(Role.VIEWER)
    open_map(page, shown)
    for label, value in (("Left", "9.5"), ("Right", "10.5"), ("Bottom", "-1"), ("Top", "1.5")):
        page.get_by_label(label, exact=True).fill(value)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="2 samples lie there").wait_for()
    page.locator("#selection a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{samples[10].get_absolute_url()}")


def test_the_colour_can_be_changed_and_stays_in_the_address(shown: EmbeddingMap, page_as: PageAs) -> None:
    page = page_as(Role.VIEWER)
    open_map(page, shown)
    page.get_by_label("Colour by").select_option("kind")
    page.locator("[data-legend]").get_by_text("fact 18").wait_for()
    page.reload()
    page.locator("[data-legend]").get_by_text("fact 18").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_sticks_out(shown: EmbeddingMap, page_as: PageAs, width: int, scheme: str) -> None:
    page = page_as(Role.REVIEWER)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    open_map(page, shown)
    page.locator("[data-map]").scroll_into_view_if_needed()
    draw_line(page, *LEFT)
    page.get_by_role("heading", name="9 samples lie there").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
