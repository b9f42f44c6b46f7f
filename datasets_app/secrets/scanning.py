"""Looking through texts. Plain functions; no row is read or written here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from datasets_app.secrets.keys import DETECTORS, find_keys
from datasets_app.secrets.personal import find_personal

# Grows with every change of what is looked for: what an older one looked through is looked through again.
EDITION = 1
PERSONAL = {
    "email": "e-mail address",
    "phone": "telephone number",
    "card": "card number",
    "iban": "bank account",
    "ip_address": "public network address",
}
KINDS: dict[str, str] = {one.kind: f"{one.kind.replace('_', ' ')} key" for one in DETECTORS} | {
    "password_in_address": "password in a web address",
    "json_web_token": "JSON web token",
    "private_key": "private key",
    "named_password": "password",
    **PERSONAL,
}
SHOWN, HIDDEN = 4, 8  # characters of a secret that its excerpt shows at most, and dots for the others
_SHOWN_FROM = 16  # characters; of shorter ones the first alone is shown


@dataclass(frozen=True)
class Found:
    """One secret in one field: what it is, in which line (from 1), and itself, which is never stored."""

    field: str
    line: int
    kind: str
    secret: str

    @property
    def excerpt(self) -> str:
        """The first characters and how many there are: enough to know it again, too little to use it."""
        shown = SHOWN if len(self.secret) >= _SHOWN_FROM and self.kind not in PERSONAL else 1
        return f"{self.secret[:shown]}{'•' * HIDDEN} ({len(self.secret)} characters)"


def find_secrets(texts: Mapping[str, str]) -> list[Found]:
    """What looks like a secret or like personal data in texts by field; each once per field and kind."""
    return [found for field, text in texts.items() for found in find_in(text, field)]


def find_in(text: str, field: str = "output") -> list[Found]:
    """The same in one text, from top to bottom; not what lies within another one."""
    places: dict[tuple[str, str], int] = {}
    for kind, secret in (*find_keys(text), *find_personal(text)):
        places.setdefault((kind, secret), text.find(secret))
    spans = [(start, start + len(secret)) for (_, secret), start in places.items()]
    return [
        Found(field, text.count("\n", 0, start) + 1, kind, secret)
        for (kind, secret), start in sorted(places.items(), key=lambda one: one[1])
        if not _is_inside((start, start + len(secret)), spans)
    ]


def _is_inside(span: tuple[int, int], spans: list[tuple[int, int]]) -> bool:
    """Whether a longer one holds it: the host of a web address with a password looks like an e-mail address."""
    return any(one != span and one[0] <= span[0] and span[1] <= one[1] for one in spans)
