"""The pages of snapshots in a real browser: a count that follows the form, charts, and room on a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from afsweb.core.models import Role, User
from datasets_app.models import Sample, SampleState, Snapshot, SnapshotState, Text
from datasets_app.samples.adding import NewSample, add_samples
from datasets_app.snapshots.building import Plan, start_snapshot
from datasets_app.snapshots.choosing import Selection
from tests.review.making import make_source
from tests.rows import run_job

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PageAs = Callable[[Role | User], Any]
ANSWER = "It writes INIDISP, which turns the screen on and sets its brightness."


@pytest.fixture
def snapshots(live_server: Any, settings: Any, tmp_path: Path) -> list[Snapshot]:
    """Two of eleven and twelve samples of two kinds; one text was edited between them."""
    settings.ARTIFACT_DIR = tmp_path / "artifacts"
    new = [
        NewSample(Text(f"What does line {number} of the routine do?", "", ANSWER), kind=f"kind {number % 3 // 2}")
        for number in range(12)
    ]
    samples = add_samples(make_source(), new)
    Sample.objects.filter(pk__in=[one.pk for one in samples[1:]]).update(state=SampleState.ACCEPTED)
    first = build("first")
    Sample.objects.update(state=SampleState.ACCEPTED)
    return [first, build("second")]


def build(name: str) -> Snapshot:
    snapshot = start_snapshot(Plan(name, Selection(), validation_share=0.2), by=None)
    assert snapshot.job is not None
    run_job(snapshot.job)
    snapshot.refresh_from_db()
    assert snapshot.state == SnapshotState.READY
    return snapshot


def test_the_count_follows_the_form(snapshots: list[Snapshot], page_as: PageAs) -> None:
    page = page_as(Role.TRAINER)
    page.goto(reverse("build_snapshot"))
    page.wait_for_selector("text=12 samples")
    page.fill("[name=cap]", "3")
    page.press("[name=cap]", "Tab")
    page.wait_for_selector("text=The balance leaves out")
    page.click("summary")
    page.fill("[name=kind]", "kind 1")
    page.press("[name=kind]", "Tab")
    page.wait_for_selector("text=4 samples")
    assert "csrfmiddlewaretoken" not in page.evaluate(
        "performance.getEntriesByType('resource').map((one) => one.name).join()"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_charts_are_drawn(snapshots: list[Snapshot], page_as: PageAs, scheme: str) -> None:
    page = page_as(Role.VIEWER)
    page.emulate_media(color_scheme=scheme)
    page.goto(snapshots[1].get_absolute_url())
    page.locator(".chart canvas").nth(1).wait_for()
    assert page.locator(".chart").first.bounding_box()["height"] > 60


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_screen(snapshots: list[Snapshot], page_as: PageAs, width: int) -> None:
    page = page_as(Role.TRAINER)
    page.set_viewport_size({"width": width, "height": 900})
    for url in (
        reverse("build_snapshot") + "?kind=kind+1&count=yes",
        snapshots[1].get_absolute_url(),
        reverse("compare_snapshots", args=[snapshots[1].uuid]),
    ):
        page.goto(url)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
