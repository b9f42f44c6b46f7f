"""Letting a machine in, and shutting it out."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from afsweb.core.history import record
from afsweb.core.host_tokens import give_token
from afsweb.core.jobs.actions import Actor
from afsweb.core.jobs.leases import put_back
from afsweb.core.jobs.ring import ring
from afsweb.core.joining.bells import bell_host, bell_url, drop_bell_user, make_bell_user
from afsweb.core.joining.errors import BellAway, BellUserStays
from afsweb.core.joining.invites import find_invite, use_invite
from afsweb.core.joining.roles import database_host, database_url, drop_role, make_role
from afsweb.core.models import EventSource, Host, HostInvite, HostState, Job, JobState

REVOKED = "Put back in the line: its host was revoked."


def join(token: str, reached_at: str) -> dict[str, str]:
    """Let the machine in that shows the token of an invitation; what it gets is its settings, by their names.

    `reached_at` is the host by which the machine reaches the hub: it finds servers of the hub's own there. Raises
    InviteUnknown, BellAway, RolesNotAllowed; then the token still counts, if it did.
    """
    invite = find_invite(token)
    host, _ = Host.objects.get_or_create(name=invite.host_name)
    passwords = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    # Before the transaction, and harmless without it: nobody knows the password of a user that was left over.
    make_bell_user(host.account, passwords[1])
    drop_role(host.account)  # one that joins again loses what it had
    with transaction.atomic():
        host_token = _let_in(host, invite, passwords[0])
    given = {
        "AFS_HOST_NAME": host.name,
        "AFS_HOST_TOKEN": host_token,
        "AFS_FINDING_KEY": settings.FINDING_KEY,
        "DATABASE_URL": database_url(host.account, passwords[0], _seen_from(reached_at, database_host())),
        "REDIS_URL": bell_url(host.account, passwords[1], _seen_from(reached_at, bell_host())),
    }
    return given | ({"AFS_FIELD_KEY": settings.FIELD_KEY} if invite.may_use_keys and settings.FIELD_KEY else {})


def _let_in(host: Host, invite: HostInvite, password: str) -> str:
    use_invite(invite, host)
    before = {"state": host.state}
    changes = {"state": HostState.ACTIVE, "joined_at": Now(), "may_use_keys": invite.may_use_keys}
    Host.objects.filter(pk=host.pk).update(**changes)
    make_role(host.account, password, may_use_keys=invite.may_use_keys)
    record("join", host, actor=invite.created_by, source=EventSource.CLI, before=before, after={"state": "active"})
    return give_token(host)


def _seen_from(reached_at: str, host: str) -> str:
    """The host of a server of the hub, for a machine that reaches the hub itself at `reached_at`."""
    found = reached_at if _is_loopback(host) else host
    return f"[{found}]" if ":" in found and not found.startswith("[") else found


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def revoke(host: Host, actor: Actor) -> int:
    """Shut the machine out for good, until it is invited anew; returns how many of its jobs were given back.

    May be done again. Raises BellUserStays when all but its Valkey user is gone.
    """
    with transaction.atomic():
        Host.objects.filter(pk=host.pk).update(state=HostState.REVOKED, token_sha256=None)
        if host.state != HostState.REVOKED:
            before, after = {"state": host.state}, {"state": HostState.REVOKED.value}
            record("revoke", host, actor=actor.user, source=actor.source, before=before, after=after)
    drop_role(host.account)
    freed = _unpin(host) + _give_back(Job.objects.filter(host=host, state=JobState.LEASED))
    try:
        drop_bell_user(host.account)
    except BellAway as error:
        raise BellUserStays(host=host.name, reason=error) from None
    return freed


def _give_back(jobs: Iterable[Job]) -> int:
    """Its children can write no more; the attempt does not count."""
    given_back = 0
    for job in jobs:
        if job.lease and put_back(job, job.lease, REVOKED):
            given_back += 1
            ring(job)
    return given_back


def _unpin(host: Host) -> int:
    """Let others do what only this machine was to do; how many of them wait."""
    pinned = Job.objects.filter(pinned_host=host)
    pinned.filter(state=JobState.LEASED).update(pinned_host=None)
    return pinned.filter(state=JobState.QUEUED).update(pinned_host=None)
