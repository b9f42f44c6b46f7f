"""How often a log-in may be tried: counted in Valkey, so all web processes count together.

Ten tries an hour for one account from one address, twenty for one address. An account is never locked for everyone, so
nobody can lock somebody else out. When Valkey is away nobody logs in: a page that cannot count would let guess without
end. Sessions live in Postgres and go on.
"""

from __future__ import annotations

import hashlib
import ipaddress
from functools import cache
from unicodedata import normalize

import redis
from django.conf import settings
from django.http import HttpRequest

from afsweb.accounts.errors import TooManyTries, TriesUnknown

HOUR = 3600
PER_ACCOUNT_AND_ADDRESS = 10
PER_ADDRESS = 20


@cache
def _store() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)


def client_address(request: HttpRequest) -> str:
    """Where a request comes from: the peer, or what the proxy in front of us saw. An IPv6 address counts as its /64."""
    peer = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        # The last entry is our own proxy's word; those before it are the client's, who may write what it likes.
        peer = request.headers.get("X-Forwarded-For", peer).rsplit(",", 1)[-1].strip()
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return "unknown"
    mapped = getattr(address, "ipv4_mapped", None)
    if address.version == 6 and mapped is None:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(mapped or address)


def count_try(account: str, address: str) -> None:
    """Count one try before its password is looked at. Raises TooManyTries, or TriesUnknown without Valkey."""
    pair, place = _keys(account, address)
    try:
        with _store().pipeline(transaction=True) as batch:
            for key in (pair, place):
                batch.incr(key)
                batch.expire(key, HOUR, nx=True)
                batch.ttl(key)
            pair_count, _, pair_left, place_count, _, place_left = batch.execute()
    except redis.RedisError as error:
        raise TriesUnknown from error
    if place_count > PER_ADDRESS:
        raise TooManyTries("from your address", place_left)
    if pair_count > PER_ACCOUNT_AND_ADDRESS:
        raise TooManyTries("for this account from your address", pair_left)


def forget_tries(account: str, address: str) -> None:
    """After a right password: the account starts again at none, and its try does not count against the address."""
    pair, place = _keys(account, address)
    try:
        with _store().pipeline(transaction=True) as batch:
            batch.delete(pair)
            batch.decr(place)
            batch.expire(place, HOUR, nx=True)
            batch.execute()
    except redis.RedisError as error:
        raise TriesUnknown from error


def _keys(account: str, address: str) -> tuple[str, str]:
    # Hashed: people type passwords into the name field, and Valkey's keys are no place for them.
    name = normalize("NFKC", account).casefold()
    pair = hashlib.sha256(f"{name}\n{address}".encode(errors="replace")).hexdigest()
    return f"afsweb:tries:account:{pair}", f"afsweb:tries:address:{address}"
