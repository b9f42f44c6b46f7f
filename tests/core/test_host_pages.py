"""The pages of machines: what they say of each, and what admins do there."""

from __future__ import annotations

import re

import pytest
from django.db.models.functions import Now
from django.test import Client
from pytest_django import DjangoAssertNumQueries as AssertQueries

from afsweb.core.joining.invites import find_invite
from afsweb.core.models import Host, HostInvite, HostState, Role
from tests.conftest import ClientAs
from tests.core.conftest import make_host

pytestmark = pytest.mark.django_db

CARD = {
    "name": "RTX 5060 Ti",
    "memory_total": 16311,
    "memory_free": 15800,
    "temperature": 41,
    "used": 3,
    "driver": "580.95",
}
FINDINGS = [
    {"check": "postgres", "level": "ok", "text": "It answers.", "fix": ""},
    {"check": "disk", "level": "bad", "text": "0.5 GiB are free.", "fix": "Delete what is not needed."},
]


@pytest.fixture
def admin(client_as: ClientAs) -> Client:
    return client_as(Role.ADMIN)


@pytest.fixture
def studio() -> Host:
    host = make_host("studio")
    told = {"gpus": [CARD], "findings": FINDINGS, "checked_at": Now(), "seen_at": Now(), "disk_total_bytes": 1 << 40}
    Host.objects.filter(pk=host.pk).update(**told)
    return host


def text(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def test_the_list_shows_gpus_and_what_is_to_put_right(admin: Client, studio: Host) -> None:
    page = text(admin, "/hosts/")
    for words in ("studio", "alive", "RTX 5060 Ti", "15,800 MiB free, 41 °C", "1 to put right", "Invite a machine"):
        assert words in page


def test_a_machine_shows_its_cards_and_each_fix(admin: Client, studio: Host) -> None:
    page = text(admin, studio.get_absolute_url())
    for words in ("16,311 MiB", "580.95", "0.5 GiB are free.", "Delete what is not needed.", "Revoke studio"):
        assert words in page
    assert page.index("0.5 GiB are free.") < page.index("It answers.")


def test_viewers_look_and_invite_nobody(client_as: ClientAs, studio: Host) -> None:
    viewer = client_as(Role.VIEWER)
    assert "Invite a machine" not in text(viewer, "/hosts/")
    assert "Revoke studio" not in text(viewer, studio.get_absolute_url())
    assert viewer.post("/hosts/invite/", {"name": "x"}).status_code == 403


def test_a_disk_that_nobody_looked_at_has_no_size(client_as: ClientAs, studio: Host) -> None:
    viewer, size = client_as(Role.VIEWER), re.compile(r"\b0\sbytes")
    assert not size.search(text(viewer, "/hosts/") + text(viewer, studio.get_absolute_url()))
    Host.objects.update(disk_free_bytes=0)
    assert size.search(text(viewer, "/hosts/")) and size.search(text(viewer, studio.get_absolute_url()))


def test_a_token_is_shown_once(admin: Client) -> None:
    page = admin.post("/hosts/invite/", {"name": "studio"})
    (token,) = set(re.findall(r"afs-join-[\w-]+", page.content.decode()))
    assert "afs join http://testserver " in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert find_invite(token).host_name == "studio"
    listed = text(admin, "/hosts/")
    assert token not in listed
    assert "“studio” is invited since" in listed


@pytest.mark.parametrize("name", ["", "two words", "a" * 51])
def test_a_bad_name_is_refused_beside_its_field(admin: Client, name: str) -> None:
    page = admin.post("/hosts/invite/", {"name": name})
    assert page.status_code == 200
    assert "errorlist" in page.content.decode()
    assert not HostInvite.objects.exists()


def test_the_name_of_the_hub_is_refused(admin: Client, studio: Host) -> None:
    assert "choose another name" in admin.post("/hosts/invite/", {"name": "studio"}).content.decode()


def test_revoking_is_said(admin: Client, studio: Host) -> None:
    page = admin.post(f"/hosts/{studio.uuid}/revoke/", follow=True).content.decode()
    assert "studio is shut out. Jobs given back to the line: 0." in page
    assert "Invite it anew" in page
    studio.refresh_from_db()
    assert studio.state == HostState.REVOKED


def test_revoked_machines_are_listed_when_asked_for(admin: Client) -> None:
    make_host("gone", state=HostState.REVOKED)
    make_host("there")
    assert "gone" not in text(admin, "/hosts/")
    assert "gone" in text(admin, "/hosts/?revoked=1")


def test_queries_do_not_grow_with_machines(admin: Client, django_assert_max_num_queries: AssertQueries) -> None:
    for number in range(30):
        make_host(f"host-{number}")
    with django_assert_max_num_queries(9):
        admin.get("/hosts/")
