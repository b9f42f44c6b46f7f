"""The coverage page on a screen of any width: a wide table scrolls within its card, and a cell opens its samples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from afsweb.core.models import Role, User
from datasets_app.coverage.counting import count_cells
from datasets_app.models import SampleState
from tests.coverage.making import add_cell
from tests.review.making import make_source

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PageAs = Callable[[Role | User], Any]


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_sticks_out_and_a_cell_opens(live_server: Any, page_as: PageAs, width: int) -> None:
    source = make_source()
    for number, topic in enumerate(("vram", "dma", "stack", "apu", "hdma", "loads", "layers", "speed", "wram")):
        add_cell(source, number + 1, kind=f"kind_{topic}", topic=topic, state=SampleState.ACCEPTED)
    count_cells(source.domain)
    page = page_as(Role.TRAINER)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/coverage/")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.get_by_role("link", name="9 accepted").click()
    page.wait_for_url("**/samples/?**topic=wram**")
