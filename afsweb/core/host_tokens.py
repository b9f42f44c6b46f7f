"""What a machine shows to the hub over HTTP: a random token, of which the hub keeps the sha256 alone."""

from __future__ import annotations

import hashlib
import secrets

from django.http import HttpRequest

from afsweb.core.models import Host, HostState

PREFIX = "afs-host-"
SCHEME = "Bearer "


def give_token(host: Host) -> str:
    """A new token of `host`, which nobody can read again; the one before it counts no more."""
    token = PREFIX + secrets.token_urlsafe(32)
    host.token_sha256 = sha256_of(token)
    host.save(update_fields=["token_sha256"])
    return token


def host_of(request: HttpRequest) -> Host | None:
    """The machine whose token the request carries, unless it is revoked."""
    token = request.headers.get("Authorization", "")
    if not token.startswith(SCHEME + PREFIX):
        return None
    rows = Host.objects.exclude(state=HostState.REVOKED)
    return rows.filter(token_sha256=sha256_of(token.removeprefix(SCHEME))).first()


def sha256_of(token: str) -> str:
    """How a token is kept: it is 32 random bytes, so a plain hash of it tells nothing and is found by an index."""
    return hashlib.sha256(token.encode()).hexdigest()
