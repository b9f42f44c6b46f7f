"""A token lets one machine join, within an hour, once; nobody can read it again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from afsweb.core.joining.errors import HubIsAHost, InviteUnknown, NoSuchHostName
from afsweb.core.joining.invites import find_invite, invite, open_invites, use_invite
from afsweb.core.models import Event, Host, HostInvite, HostState
from tests.core.conftest import make_host
from tests.joining.conftest import SOMEBODY

pytestmark = pytest.mark.django_db


def test_its_token_finds_it_and_is_not_kept() -> None:
    token = invite("studio", SOMEBODY)
    row = find_invite(token)
    assert row.host_name == "studio"
    assert token not in row.token_sha256
    assert Event.objects.get().verb == "invite"
    assert token not in str(Event.objects.values().get())


@pytest.mark.parametrize("token", ["", "afs-join-", "afs-join-guess"])
def test_another_token_is_refused(token: str) -> None:
    invite("studio", SOMEBODY)
    with pytest.raises(InviteUnknown, match="make a new one on the Hosts page"):
        find_invite(token)


def test_it_counts_for_an_hour() -> None:
    token = invite("studio", SOMEBODY)
    HostInvite.objects.update(created_at=Now() - timedelta(minutes=59))
    assert find_invite(token)
    HostInvite.objects.update(created_at=Now() - timedelta(minutes=61))
    with pytest.raises(InviteUnknown):
        find_invite(token)
    assert not open_invites().exists()


def test_it_counts_once(host: Host) -> None:
    row = find_invite(invite("studio", SOMEBODY))
    use_invite(row, host)
    with pytest.raises(InviteUnknown):
        use_invite(row, host)


@pytest.mark.parametrize("name", ["", "two words", "-x", "a" * 51, "ä", "x\ny", "a/b"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(NoSuchHostName, match="give 1 to 50 letters"):
        invite(name, SOMEBODY)


def test_the_hubs_own_name_is_refused() -> None:
    make_host("hub")
    with pytest.raises(HubIsAHost, match="choose another name"):
        invite("hub", SOMEBODY)


def test_a_revoked_machine_can_be_invited_anew() -> None:
    make_host("gone", state=HostState.REVOKED)
    assert find_invite(invite("gone", SOMEBODY)).host_name == "gone"


@pytest.fixture
def host() -> Host:
    return make_host("there")
