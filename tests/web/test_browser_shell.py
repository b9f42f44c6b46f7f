"""The shell in a real browser: every page of the navigation, light and dark, wide and narrow, without a complaint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from afsweb import navigation
from afsweb.core.models import Endpoint, JobState, Role, User
from tests.conftest import PASSWORD
from tests.web import loop

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
GROUND = "getComputedStyle(document.body).backgroundColor"
TOO_WIDE = "document.documentElement.scrollWidth - window.innerWidth"
LIGHT_GROUND, DARK_GROUND = "rgb(246, 246, 244)", "rgb(21, 23, 26)"


def fill() -> None:
    loop.add_source(30)
    loop.add_run()
    loop.add_comparison()
    loop.add_jobs(JobState.FAILED, 2)
    loop.add_jobs(JobState.LEASED, 2)
    Endpoint.objects.create(name="a-server-in-the-cellar", provider="openai_compatible", model="a/model-of-long-name")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_of_the_navigation(page_as: Callable[..., Any], size: dict[str, int], theme: str) -> None:
    fill()
    page = page_as(Role.ADMIN)
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=theme)
    urls = [*(reverse(entry.url_name) for entry in navigation.entries()), "/search/?q=carry", "/profile/", "/admin/"]
    for url in urls:
        assert page.goto(url).status == 200, url
        assert page.evaluate(TOO_WIDE) <= 0, f"{url} scrolls sideways"
        assert page.evaluate(GROUND) == (LIGHT_GROUND if theme == "light" else DARK_GROUND), url


def test_log_in_and_log_out(page: Any, viewer: User) -> None:
    page.goto("/profile/")
    page.get_by_label("Username").fill("a-viewer")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/profile/")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login/")


def test_chosen_theme_wins_over_the_systems(page_as: Callable[..., Any]) -> None:
    page = page_as(Role.VIEWER)
    page.emulate_media(color_scheme="light")
    page.goto("/profile/settings/")
    page.get_by_label("Theme").select_option("dark")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved").first.wait_for()
    assert page.evaluate(GROUND) == DARK_GROUND


def test_help_lists_the_keys_of_the_page_and_they_work(page_as: Callable[..., Any]) -> None:
    page = page_as(Role.ADMIN)
    page.goto("/people/")
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog")
    help_.wait_for()
    assert "Add a person" in help_.inner_text()
    page.keyboard.press("n")  # closed to the page while the help is open
    assert page.url.endswith("/people/")
    page.keyboard.press("Escape")
    help_.wait_for(state="hidden")
    page.keyboard.press("n")
    page.wait_for_url("**/people/new/")


def test_keys_are_letters_where_one_types(page_as: Callable[..., Any]) -> None:
    page = page_as(Role.ADMIN)
    page.goto("/people/")
    page.keyboard.press("/")
    page.keyboard.type("n?jk")
    assert page.get_by_label("Search everything").input_value() == "n?jk"
    assert page.get_by_role("dialog").count() == 0


def test_rows_are_walked_with_j_and_k_and_opened(page_as: Callable[..., Any]) -> None:
    for name in ("first", "second", "third"):
        User.objects.create(username=name)
    page = page_as(Role.ADMIN)
    page.goto("/people/")
    seen = []
    for key in "jjjjjk":
        page.keyboard.press(key)
        seen.append(page.evaluate("document.activeElement.textContent"))
    assert seen == ["a-admin", "third", "second", "first", "first", "second"]
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="second").wait_for()


def test_first_tab_stop_skips_to_the_page(page_as: Callable[..., Any]) -> None:
    page = page_as(Role.VIEWER)
    page.goto("/profile/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the page"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_navigation_of_a_phone_shows_where_we_are(page_as: Callable[..., Any]) -> None:
    page = page_as(Role.ADMIN)
    page.set_viewport_size(NARROW)
    page.goto("/people/")
    box = page.locator(".nav [aria-current]").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= NARROW["width"]


def test_running_jobs_are_followed_without_a_reload(page_as: Callable[..., Any]) -> None:
    (job,) = loop.add_jobs(JobState.LEASED)
    page = page_as(Role.VIEWER)
    page.goto("/")
    assert page.locator("#running progress").evaluate("bar => bar.value") == 40
    job.done = 90
    job.save()
    page.locator("#running progress[value='90']").wait_for()
    job.state, job.lease = JobState.SUCCEEDED, None
    job.save()
    page.get_by_text("Nothing runs and nothing waits.").wait_for()
    assert page.locator("#running[hx-get]").count() == 0


def test_error_pages_are_seen_without_a_script_complaint(
    page_as: Callable[..., Any], console_errors: list[str]
) -> None:
    page = page_as(Role.VIEWER)
    assert page.goto("/no/such/page/").status == 404
    page.get_by_role("heading", name="There is no such page").wait_for()
    assert [text for text in console_errors if "404" not in text] == []
    console_errors.clear()  # Chromium itself reports the status of the page that was asked for
    page.get_by_role("link", name="Open the dashboard").click()
    page.get_by_role("heading", name="Dashboard").wait_for()
