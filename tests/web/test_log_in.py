from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from afsweb.core.models import Role, User
from tests.conftest import PASSWORD


def try_password(client: Client, password: str = PASSWORD, **extra: str) -> Any:
    return client.post("/login/", {"username": "a-viewer", "password": password, **extra})


def test_right_password_opens_the_page_asked_for(client: Client, viewer: User) -> None:
    response = client.get("/profile/")
    assert response.status_code == 302
    assert response["Location"] == "/login/?next=/profile/"
    page = client.get(response["Location"])
    assert b'name="next" value="/profile/"' in page.content
    entered = try_password(client, next="/profile/")
    assert entered["Location"] == "/profile/"
    assert client.get("/profile/").status_code == 200


def test_without_a_wish_the_dashboard_opens(client: Client, viewer: User) -> None:
    assert try_password(client)["Location"] == "/"


@pytest.mark.parametrize("wish", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil.example"])
def test_next_never_leads_away(client: Client, viewer: User, wish: str) -> None:
    assert try_password(client, next=wish)["Location"] == "/"


def test_wrong_password_says_so_and_logs_nobody_in(client: Client, viewer: User) -> None:
    response = try_password(client, "wrong")
    assert response.status_code == 200
    assert "do not belong together" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_switched_off_account_stays_outside(client: Client, viewer: User) -> None:
    User.objects.update(is_active=False)
    assert "do not belong together" in try_password(client).content.decode()


def test_nul_in_the_name_is_an_error_on_the_form(client: Client, db: None) -> None:
    response = client.post("/login/", {"username": "a\x00b", "password": "x"})
    assert response.status_code == 200
    assert "Null characters are not allowed" in response.content.decode()


def test_fragment_sends_the_whole_page_to_the_log_in(client: Client, db: None) -> None:
    response = client.get("/running/", headers={"HX-Request": "true"})
    assert response.status_code == 204
    assert response["HX-Redirect"] == "/login/?next=/running/"


def test_logged_in_people_do_not_see_the_form(client_as: Callable[..., Client]) -> None:
    assert client_as(Role.VIEWER).get("/login/")["Location"] == "/"


def test_log_out_ends_the_session_and_needs_a_post(client_as: Callable[..., Client]) -> None:
    client = client_as(Role.VIEWER)
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/profile/").status_code == 302


def test_admin_has_no_log_in_of_its_own(client: Client, viewer: User) -> None:
    asked = client.get("/admin/", follow=True)
    assert asked.redirect_chain[-1][0] == "/login/?next=/admin/"
    tried = client.post("/admin/login/", {"username": "a-viewer", "password": PASSWORD})
    assert tried["Location"] == "/login/?next=/admin/"
    client.force_login(viewer)
    assert client.get("/admin/", follow=True).status_code == 403
