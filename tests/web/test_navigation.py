from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from afsweb import navigation
from afsweb.core.models import Role
from tests.web import loop


def links(client: Client, url: str = "/profile/") -> dict[str, str]:
    """What the navigation of a page shows: label -> count."""
    sections = client.get(url).context["navigation"]()
    return {f"{section.label} {link.label}".strip(): link.count for section in sections for link in section.links}


@pytest.mark.parametrize("entry", list(navigation.entries()), ids=lambda entry: entry.url_name)
def test_every_entry_has_its_page(entry: navigation.Entry, client_as: Callable[..., Client]) -> None:
    assert client_as(entry.role).get(reverse(entry.url_name)).status_code == 200


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_only_what_opens(role: Role, client_as: Callable[..., Client]) -> None:
    client = client_as(role)
    sections = client.get("/profile/").context["navigation"]()
    shown = [link.url for section in sections for link in section.links]
    assert [url for url in shown if client.get(url).status_code != 200] == []
    may = [reverse(entry.url_name) for entry in navigation.entries() if role.rank >= entry.role.rank]
    assert shown == may


def test_where_we_are_is_marked(client_as: Callable[..., Client]) -> None:
    client = client_as(Role.ADMIN)
    for url, label in (("/", "Dashboard"), ("/people/", "People"), ("/people/new/", "People")):
        sections = client.get(url).context["navigation"]()
        assert [link.label for section in sections for link in section.links if link.is_here] == [label]


def test_what_waits_is_counted_up_to_a_cap(client_as: Callable[..., Client]) -> None:
    client = client_as(Role.REVIEWER)
    assert links(client)["Data Review"] == ""
    loop.add_source(2)
    assert links(client)["Data Review"] == "2"
    loop.add_source(1000, "more.jsonl")
    assert links(client)["Data Review"] == "999+"


def test_page_without_a_person_has_no_navigation(client: Client, db: None) -> None:
    page = client.get("/login/").content.decode()
    assert 'class="nav"' not in page


def test_admin_link_is_for_staff(client_as: Callable[..., Client]) -> None:
    assert 'href="/admin/"' not in client_as(Role.VIEWER).get("/profile/").content.decode()
    assert 'href="/admin/"' in client_as(Role.REVIEWER).get("/profile/").content.decode()
