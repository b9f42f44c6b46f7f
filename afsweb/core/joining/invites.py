"""Invitations: the token that a machine joins with, which nobody can read again."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from afsweb.core.history import record
from afsweb.core.host_tokens import sha256_of
from afsweb.core.jobs.actions import Actor
from afsweb.core.joining.errors import HubIsAHost, InviteUnknown, NoSuchHostName
from afsweb.core.models import Host, HostInvite, HostState

PREFIX = "afs-join-"
LASTS = timedelta(hours=1)
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,49}")  # a worker's name begins with it, and has 100 characters


def invite(name: str, actor: Actor, *, may_use_keys: bool = False) -> str:
    """A token that lets one machine join as `name` within an hour. Raises NoSuchHostName, HubIsAHost.

    A machine that joined before, or was revoked, joins anew with it: what it had then counts no more.
    """
    if not NAME.fullmatch(name):
        raise NoSuchHostName(name=name[:60])
    known = Host.objects.filter(name=name).first()
    if known and known.joined_at is None and known.state != HostState.REVOKED:
        raise HubIsAHost(host=name)
    token = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        row = HostInvite.objects.create(
            host_name=name, may_use_keys=may_use_keys, token_sha256=sha256_of(token), created_by=actor.user
        )
        record("invite", row, actor=actor.user, source=actor.source, after={"name": name, "may_use_keys": may_use_keys})
    return token


def find_invite(token: str) -> HostInvite:
    """The invitation of `token`, if it still counts. Raises InviteUnknown."""
    found = open_invites().filter(token_sha256=sha256_of(token)).first()
    if found is None:
        raise InviteUnknown
    return found


def use_invite(row: HostInvite, host: Host) -> None:
    """Take an invitation for `host`, in the transaction that lets it in. Raises InviteUnknown: somebody was faster."""
    if not open_invites().filter(pk=row.pk).update(used_at=Now(), host=host):
        raise InviteUnknown


def open_invites() -> QuerySet[HostInvite]:
    """Those that a machine can still join with."""
    return HostInvite.objects.filter(used_at=None, created_at__gt=Now() - LASTS)
