from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from afsweb.core.models import Event, Role, User


def test_profile_is_saved_and_recorded(client_as: Callable[..., Client], viewer: User) -> None:
    client = client_as(viewer)
    fields = {"first_name": "Ada", "last_name": "L", "email": "ada@example.org"}
    assert client.post("/profile/", fields)["Location"] == "/profile/"
    viewer.refresh_from_db()
    assert (viewer.first_name, viewer.email) == ("Ada", "ada@example.org")
    assert Event.objects.get(verb="edit profile").after == {"fields": ["first_name", "last_name", "email"]}


@pytest.mark.parametrize("theme", ["system", "light", "dark"])
def test_theme_is_on_every_page(client_as: Callable[..., Client], viewer: User, theme: str) -> None:
    User.objects.update(theme=theme)
    assert f'data-theme="{theme}"' in client_as(viewer).get("/profile/").content.decode()


def test_bad_values_are_refused_on_their_fields(client_as: Callable[..., Client], viewer: User) -> None:
    page = client_as(viewer).post("/profile/", {"email": "nobody"})
    assert page.status_code == 200
    assert set(page.context["form"].errors) == {"email"}
    viewer.refresh_from_db()
    assert viewer.email == ""


def test_role_cannot_be_taken(client_as: Callable[..., Client], viewer: User) -> None:
    client_as(viewer).post("/profile/", {"role": "admin", "is_superuser": "on"})
    viewer.refresh_from_db()
    assert viewer.role == Role.VIEWER
    assert not viewer.is_superuser
