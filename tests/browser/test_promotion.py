"""A gate in a real browser: rules are set, two versions are held against it, one is signed in and the other is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from afsweb.core.models import Role, User
from tests.evals.gating import a_version, make_many, run_of
from training_app.models import Expert

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PageAs = Callable[[Role | User], Any]


@pytest.fixture
def veran(live_server: Any) -> Expert:
    """Three versions answered a suite: one knows 2 registers of it, one all 12, one a single one."""
    many = make_many()
    for number, known in ((1, 2), (2, 12), (3, 1)):
        run_of(many, a_version("veran", number), known)
    return Expert.objects.get(slug="veran")


def test_a_version_is_signed_in_from_rules_that_were_set_here(veran: Expert, page_as: PageAs) -> None:
    page = page_as(Role.TRAINER)
    page.goto(f"/experts/{veran.uuid}/gate/edit/")
    page.get_by_label("Suite that decides").select_option(label="many")
    for label in ("Safety suite", "General suite"):
        page.get_by_label(label).select_option(label="none")
    rules = (("Bars whatever", "many >= 0.70"), ("Measured against", "veran:1"), ("Answers judged", "0"))
    for label, value in rules:
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Save the rules").click()
    page.get_by_label("Version").select_option(label="veran v2")
    page.get_by_role("button", name="Hold against the gate").click()
    assert page.locator(".finding .chip.bad").count() == 0
    page.get_by_role("button", name="Promote veran v2").click()
    page.get_by_text("veran v2 is Veran's current version now").wait_for()
    assert page.locator(".chip.ok", has_text="current: veran v2").count() == 1
    page.get_by_label("Version").select_option(label="veran v3")
    page.get_by_role("button", name="Hold against the gate").click()
    page.get_by_role("heading", name="The gate failed").wait_for()
    assert page.get_by_role("button", name="promote").count() == 0
