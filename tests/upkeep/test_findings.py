"""Findings: one open row for each thing that is wrong, settled by the check that finds it right again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.findings import Found, Outcome, report, tell
from afsweb.core.models import Finding, Notification, Role, User

pytestmark = pytest.mark.django_db


def wrong(key: str, text: str = "") -> Found:
    return Found(key, text or f"{key} does not add up.", "Count it again.", "/samples/")


def test_what_is_found_again_stays_one_row() -> None:
    assert report("counters", [wrong("a"), wrong("b")]) == Outcome(["a does not add up.", "b does not add up."], 0)
    assert report("counters", [wrong("a", "a is worse."), wrong("b")]) == Outcome([], 0)
    assert list(Finding.objects.order_by("pk").values_list("text", flat=True)) == ["a is worse.", "b does not add up."]


def test_what_is_not_found_again_is_settled_and_may_come_back() -> None:
    report("counters", [wrong("a"), wrong("b")])
    report("files", [wrong("a")])
    assert report("counters", [wrong("b")]) == Outcome([], 1)
    assert Finding.objects.filter(settled_at__isnull=True).count() == 2
    assert report("counters", [wrong("a"), wrong("b")]).new == ["a does not add up."]


def test_a_check_that_looked_at_one_thing_settles_only_that() -> None:
    report("files", [wrong("a"), wrong("b")])
    assert report("files", [], keys=["a"]) == Outcome([], 1)
    assert Finding.objects.get(settled_at__isnull=True).key == "b"


def test_the_admins_are_told_of_what_is_new_in_one_sentence(admin_user: User, trainer: User) -> None:
    tell(Outcome([], 3), "Integrity check")
    tell(Outcome(["a.", "b.", "c."], 0), "Integrity check")
    said = Notification.objects.get()
    assert (said.person, said.text, said.link) == (admin_user, "Integrity check: a. (and 2 more)", "/findings/")


def test_the_page_says_what_is_wrong_and_what_to_do(client_as: Callable[[Role], Client]) -> None:
    client = client_as(Role.VIEWER)
    assert "Nothing is wrong as far as the checks have looked" in client.get(reverse("list_findings")).content.decode()
    report("counters", [wrong("a", "<b>a</b> is wrong.")])
    page = client.get(reverse("list_findings")).content.decode()
    assert "&lt;b&gt;a&lt;/b&gt; is wrong." in page
    assert "Count it again." in page
    report("counters", [])
    assert "is wrong." not in client.get(reverse("list_findings")).content.decode()
    assert "is wrong." in client.get(reverse("list_findings") + "?settled=yes").content.decode()
