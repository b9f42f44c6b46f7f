"""One request to a webhook: to a public address, without following redirects, once, and no longer than it may take."""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from functools import cache
from urllib.parse import urlsplit

import httpcore
import httpx
from django.conf import settings

from afsweb.core.models import Channel
from afsweb.core.notifications.errors import NotAWebhook, NotDelivered
from afsweb.core.notifications.guarded import GuardedNetwork, Refused
from afsweb.core.notifications.payloads import Message, body_for, signed
from afsweb.core.sealing import unseal

SECONDS = 10.0
"""For all of it, from the look-up of the name to the end of the answer."""
LONGEST_ADDRESS = 500
GONE = (404, 410)
RETRY_AFTER_AT_MOST = 3600.0
# Nothing was sent yet when these are raised; after any other error the receiver may have all of it.
BEFORE_SENDING = (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout)


def check_address(address: str) -> str:
    """The address of a webhook as it will be kept. Raises NotAWebhook; where it leads is checked when it is used."""
    address = address.strip()
    if len(address) > LONGEST_ADDRESS:
        raise NotAWebhook(reason=f"it is longer than {LONGEST_ADDRESS} characters")
    if any(ord(sign) <= 32 or ord(sign) >= 127 for sign in address):
        raise NotAWebhook(reason="it has spaces or letters that an address cannot have")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise NotAWebhook(reason="its host or its port is none") from None
    if parts.scheme not in ("http", "https"):
        raise NotAWebhook(reason="it does not begin with https:// or http://")
    if not parts.hostname or port == 0:
        raise NotAWebhook(reason="it names no host")
    if parts.username is not None or parts.password is not None:
        raise NotAWebhook(reason="it has a name and a password before its host")
    return address


def post(channel: Channel, message: Message, network: httpcore.NetworkBackend | None = None) -> None:
    """Send the message to the channel's webhook. Raises NotDelivered."""
    body = body_for(channel.kind, message)
    headers = {"content-type": "application/json", "user-agent": f"afsweb/{settings.VERSION}"}
    if channel.secret is not None:
        headers |= signed(unseal(channel.secret), f"msg_{message.id.hex}", int(time.time()), body)
    assert channel.address is not None  # a constraint of the table
    network = network or GuardedNetwork(settings.WEBHOOK_NETWORKS, SECONDS)
    status, retry_after = _send(unseal(channel.address), headers, body, network)
    _judge(status, retry_after)


def _send(
    address: str, headers: Mapping[str, str], body: bytes, network: httpcore.NetworkBackend
) -> tuple[int, str | None]:
    """The status of the answer and its Retry-After; its body is nobody's to read."""
    try:
        with (
            httpcore.ConnectionPool(ssl_context=_tls(), network_backend=network, retries=0) as pool,
            pool.stream("POST", address, headers=_raw(address, headers, body), content=body) as answer,
        ):
            found = {name.lower(): value for name, value in answer.headers}
            return answer.status, found.get(b"retry-after", b"").decode("ascii", "replace") or None
    except Refused as error:
        raise NotDelivered(f"The address is refused: {error}.", is_final=True) from None
    except BEFORE_SENDING as error:
        raise NotDelivered(f"No connection: {error or type(error).__name__}.") from None
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
        reason = f"The connection broke before the answer came ({type(error).__name__})."
        raise NotDelivered(reason, is_unknown=True) from None


def _raw(address: str, headers: Mapping[str, str], body: bytes) -> list[tuple[bytes, bytes]]:
    """The headers as they are sent, with those that an HTTP client adds by itself."""
    every = {"host": urlsplit(address).netloc, "connection": "close", "content-length": str(len(body)), **headers}
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in every.items()]


def _judge(status: int, retry_after: str | None) -> None:
    """Raises NotDelivered unless the status says that it arrived."""
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise NotDelivered(f"It answered {status}, a redirect, which is not followed.", is_final=True)
    wait = float(retry_after) if retry_after and retry_after.isdecimal() and len(retry_after) < 7 else None
    after = min(wait, RETRY_AFTER_AT_MOST) if wait is not None else None
    raise NotDelivered(f"It answered {status}.", is_final=status in GONE, after=after)


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()
