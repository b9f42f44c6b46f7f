"""What a person should know: told once, unread first, read by nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Notification, Role, User
from afsweb.core.notifications import mark_read, notify, unread

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Any], Client]
PAGE = "/notifications/"


def test_each_person_is_told_once(viewer: User, reviewer: User) -> None:
    notify([viewer, reviewer, viewer], "Look.", "/samples/")
    assert Notification.objects.count() == 2


def test_people_who_are_gone_are_told_nothing(viewer: User) -> None:
    viewer.is_active = False
    notify([viewer], "Look.", "/samples/")
    assert not Notification.objects.exists()


def test_a_long_text_is_cut(viewer: User) -> None:
    notify([viewer], "x" * 400, "/samples/")
    assert len(Notification.objects.get().text) == 300


@pytest.mark.parametrize("link", ["https://elsewhere.test/", "//elsewhere.test/", "javascript:alert(1)", ""])
def test_a_link_stays_on_this_site(viewer: User, link: str) -> None:
    with pytest.raises(IntegrityError, match="link_stays_on_this_site"):
        notify([viewer], "Look.", link)


def test_the_page_shows_unread_ones_first(client_as: ClientAs, viewer: User) -> None:
    for text in ("the first", "the second"):
        notify([viewer], text, "/samples/")
    mark_read(viewer, [Notification.objects.order_by("-pk")[0].pk])
    page = client_as(viewer).get(PAGE).content.decode()
    assert page.index("the first") < page.index("the second")
    assert "1 unread" in page


def test_opening_one_marks_it_and_leads_to_it(client_as: ClientAs, viewer: User) -> None:
    notify([viewer], "Look.", "/samples/?state=pending")
    mine = Notification.objects.get()
    response = client_as(viewer).post(reverse("open_notification", args=[mine.pk]))
    assert response["Location"] == "/samples/?state=pending"
    assert not unread(viewer).exists()


def test_one_or_all_are_marked_as_read(client_as: ClientAs, viewer: User) -> None:
    for text in ("one", "two", "three"):
        notify([viewer], text, "/samples/")
    client = client_as(viewer)
    first = Notification.objects.order_by("pk")[0]
    response = client.post(reverse("open_notification", args=[first.pk]), {"stay": "yes"})
    assert response["Location"] == PAGE
    assert unread(viewer).count() == 2
    client.post(reverse("read_all_notifications"))
    assert not unread(viewer).exists()


def test_nobody_reads_anothers(client_as: ClientAs, viewer: User, reviewer: User, admin_user: User) -> None:
    notify([reviewer], "For the reviewer.", "/samples/")
    theirs = Notification.objects.get()
    for person in (viewer, admin_user):
        client = client_as(person)
        assert "For the reviewer." not in client.get(PAGE).content.decode()
        assert client.post(reverse("open_notification", args=[theirs.pk])).status_code == 404
        client.post(reverse("read_all_notifications"))
    assert unread(reviewer).count() == 1


def test_the_navigation_and_the_dashboard_count_them(client_as: ClientAs, viewer: User) -> None:
    client = client_as(viewer)
    assert "unread notifications" not in client.get("/").content.decode()
    for _ in range(2):
        notify([viewer], "Look.", "/samples/")
    page = client.get("/")
    links = {link.label: link.count for section in page.context["navigation"]() for link in section.links}
    assert links["Notifications"] == "2"
    assert "unread notifications" in page.content.decode()


def test_an_empty_page_says_what_would_stand_there(client_as: ClientAs) -> None:
    assert "Nothing so far." in client_as(Role.VIEWER).get(PAGE).content.decode()


def test_the_page_costs_few_queries(client_as: ClientAs, viewer: User, django_assert_max_num_queries: Any) -> None:
    for number in range(120):
        notify([viewer], f"number {number}", "/samples/")
    mark_read(viewer, list(Notification.objects.order_by("pk").values_list("pk", flat=True)[:80]))
    client = client_as(viewer)
    with django_assert_max_num_queries(5):
        page = client.get(PAGE)
    assert len(page.context["unread"]) == 40
    assert len(page.context["page"].rows) == 50
