"""A person in a browser: upload a file, watch it come in, let the gate decide, build a snapshot, export it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from afsweb.core.models import Role
from tests.datasets.conftest import line, run_queue

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PageAs = Callable[[Role], Any]


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes.jsonl"
    lines = [line(number) for number in range(8)]
    lines.append(line(2, instruction="What lies at $2102?", output="$2102 is VMAIN."))
    path.write_text("\n".join(json.dumps(one) for one in lines))
    return path


def upload(page: Any, notes: Path) -> None:
    page.goto("/sources/")
    page.keyboard.press("i")
    page.set_input_files("input[type=file]", notes)
    page.get_by_label("Licence").fill("CC0-1.0")
    page.get_by_role("button", name="Import", exact=True).click()
    page.wait_for_url("**/sources/*-*/")


def test_from_a_file_to_an_export(page_as: PageAs, notes: Path) -> None:
    page = page_as(Role.TRAINER)
    upload(page, notes)
    assert page.get_by_text("Import notes.jsonl").first.is_visible()
    run_queue()
    # The page asks by itself and shows what came of it.
    page.get_by_text("8 pass the gate, 1 fails").wait_for()
    page.get_by_label("Also reject the 1 that fail").check()
    page.get_by_role("button", name="Let the gate decide").click()
    page.get_by_text("Gate decides notes.jsonl").first.wait_for()
    run_queue()
    page.get_by_role("link", name="Build a snapshot").click()
    page.get_by_label("Name").fill("from the browser")
    page.get_by_role("button", name="Build", exact=True).click()
    page.wait_for_url("**/snapshots/*-*/")
    run_queue()
    page.get_by_text("First of train").wait_for()
    with page.expect_download() as download:
        page.get_by_text("Alpaca", exact=True).click()
        page.get_by_role("link", name="Download", exact=True).locator("visible=true").click()
    assert download.value.suggested_filename == "from-the-browser-alpaca.jsonl"
    exported = [json.loads(one) for one in Path(download.value.path()).read_text().splitlines()]
    assert {one["output"] for one in exported} == {line(number)["output"] for number in range(8)}


def test_a_bad_file_names_its_lines_and_loses_nothing(page_as: PageAs, notes: Path) -> None:
    notes.write_text(notes.read_text() + "\n<script>alert(1)</script>\n")
    page = page_as(Role.TRAINER)
    upload(page, notes)
    run_queue()
    page.get_by_text("Nothing was imported").wait_for()
    assert page.get_by_text("<script>alert(1)</script>").is_visible()
    page.get_by_role("button", name="Import the good lines").click()
    run_queue()
    page.get_by_text("8 pass the gate, 1 fails").wait_for()
    page.locator("summary", has_text="Undo").click()
    page.get_by_role("button", name="Delete all its samples").click()
    page.get_by_text("Undone. Samples deleted: 9.").wait_for()


def test_the_samples_page_by_keyboard(page_as: PageAs, notes: Path) -> None:
    page = page_as(Role.TRAINER)
    upload(page, notes)
    run_queue()
    page.goto("/samples/")
    page.get_by_label("Words").fill("INIDISP")
    page.get_by_role("button", name="Filter").first.click()
    assert page.locator("tbody tr").count() == 1
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/samples/*-*/")
    assert page.get_by_text("$2100 is INIDISP.").is_visible()
    page.get_by_text("No run has trained on it.").wait_for()
