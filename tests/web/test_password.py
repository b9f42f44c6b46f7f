from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from afsweb.core.models import Event, Role, User
from tests.conftest import PASSWORD

OWN = "correct horse battery staple"


def change(client: Client, old: str = PASSWORD, new: str = OWN, again: str = OWN) -> Any:
    return client.post("/profile/password/", {"old_password": old, "new_password1": new, "new_password2": again})


def test_own_password_is_changed_and_recorded(client_as: Callable[..., Client], viewer: User) -> None:
    client = client_as(viewer)
    assert change(client)["Location"] == "/"
    viewer.refresh_from_db()
    assert viewer.check_password(OWN)
    assert client.get("/profile/").status_code == 200  # still logged in
    event = Event.objects.get(verb="change password")
    assert (event.actor, event.object_id) == (viewer, viewer.pk)
    assert OWN not in str(event.__dict__)


def test_change_logs_out_other_places(client_as: Callable[..., Client], viewer: User) -> None:
    here, there = client_as(viewer), client_as(viewer)
    change(here)
    assert there.get("/profile/").status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("wrong", OWN, OWN, "old password was entered incorrectly"),
        (PASSWORD, OWN, OWN + "x", "didn’t match"),
        (PASSWORD, "short", "short", "too short"),
        (PASSWORD, "a-viewer-1", "a-viewer-1", "too similar to the username"),
        (PASSWORD, "password1234", "password1234", "too common"),
    ],
)
def test_poor_password_is_refused(
    client_as: Callable[..., Client], viewer: User, old: str, new: str, again: str, said: str
) -> None:
    page = change(client_as(viewer), old, new, again)
    assert page.status_code == 200
    assert said in page.content.decode()
    viewer.refresh_from_db()
    assert viewer.check_password(PASSWORD)


def test_one_time_password_opens_nothing_else(client_as: Callable[..., Client], viewer: User) -> None:
    User.objects.update(must_change_password=True)
    client = client_as(viewer)
    for url in ("/", "/profile/", "/search/?q=x", "/admin/"):
        assert client.get(url)["Location"] == "/profile/password/"
    assert client.get("/running/", headers={"HX-Request": "true"})["HX-Redirect"] == "/profile/password/"
    assert "nothing else opens before that" in client.get("/profile/password/").content.decode()
    change(client)
    assert client.get("/profile/").status_code == 200


def test_one_time_password_can_log_out(client_as: Callable[..., Client]) -> None:
    client = client_as(Role.VIEWER)
    User.objects.update(must_change_password=True)
    assert client.post("/logout/")["Location"] == "/login/"


def test_admin_has_no_password_page_of_its_own(client_as: Callable[..., Client]) -> None:
    assert client_as(Role.ADMIN).get("/admin/password_change/")["Location"] == "/profile/password/"
