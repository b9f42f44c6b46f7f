"""What is written to each kind of channel, and how a webhook is signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from afsweb.core.models import ChannelKind, Notification
from afsweb.env import running

SECRET_PREFIX = "whsec_"
DISCORD_LONGEST = 2000  # characters (https://discord.com/developers/docs/resources/webhook)


@dataclass(frozen=True)
class Message:
    """One notification, with addresses that lead here from anywhere."""

    id: UUID
    kind: str
    at: datetime
    text: str
    url: str

    @classmethod
    def of(cls, notification: Notification, delivery: UUID) -> Message:
        return cls(delivery, notification.kind, notification.at, notification.text, hub_url() + notification.link)


def hub_url() -> str:
    """The address under which people open this hub, without a slash at its end; empty when nobody said it."""
    address: str = settings.PUBLIC_URL or running(settings.HOME_DIR).get("AFS_ADDRESS", "")
    return address.rstrip("/")


def generic(message: Message) -> dict[str, object]:
    """Our own: what happened, when, one sentence and the page that it is about."""
    data = {"text": message.text, "url": message.url}
    return {"type": message.kind, "timestamp": message.at.isoformat(), "id": str(message.id), "data": data}


def slack(message: Message) -> dict[str, object]:
    """Slack's: text where &, < and > are written as entities, so that nothing in it calls people or hides a link."""
    text = message.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {"text": f"{text}\n{message.url}"}


def discord(message: Message) -> dict[str, object]:
    """Discord's: text that may name @everyone and yet calls nobody."""
    return {"content": f"{message.text}\n{message.url}"[:DISCORD_LONGEST], "allowed_mentions": {"parse": []}}


PAYLOADS: dict[str, Callable[[Message], dict[str, object]]] = {
    ChannelKind.WEBHOOK: generic,
    ChannelKind.SLACK: slack,
    ChannelKind.DISCORD: discord,
}


def body_for(kind: str, message: Message) -> bytes:
    """The body of the request to a webhook of this kind."""
    return json.dumps(PAYLOADS[kind](message), ensure_ascii=False, separators=(",", ":")).encode()


def make_secret() -> str:
    """A new secret to sign with: 32 random bytes."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signed(secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers by which a receiver knows that the body is ours and new (https://www.standardwebhooks.com).

    The signature is the HMAC-SHA256 of `id.timestamp.body` by the bytes of the secret; `timestamp` in Unix seconds.
    """
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    digest = hmac.new(key, b".".join((message_id.encode(), str(timestamp).encode(), body)), hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
