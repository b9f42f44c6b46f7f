"""Looking through texts. Plain functions; no row is read or written here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
_WRITTEN = {
    "aws": "AWS",
    "github": "GitHub",
    "gitlab": "GitLab",
    "ibm_cloud": "IBM Cloud",
    "ibm_storage": "IBM storage",
}
_WRITTEN |= {"npm": "npm", "openai": "OpenAI", "pypi": "PyPI", "sendgrid": "SendGrid", "softlayer": "SoftLayer"}
KINDS: dict[str, str] = {
    one.kind: f"{_WRITTEN.get(one.kind, one.kind.replace('_', ' ').title())} key" for one in DETECTORS
} | {
    "password_in_address": "password in a web address",
    "json_web_token": "JSON web token",
    "private_key": "private key",
    "named_password": "password",
    **PERSONAL,
}
Place = tuple[int, int, str]
"""From and to in a text, and the kind of secret there."""
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
    keys, personal = _places(text, find_keys(text)), _places(text, find_personal(text))
    apart = [one for one in personal if not any(_overlap(one, key) for key in keys)]
    return [
        Found(field, text.count("\n", 0, start) + 1, kind, text[start:end])
        for start, end, kind in sorted([*keys, *apart])
        if not any(_is_within((start, end), other) for other in (*keys, *apart))
    ]


def _places(text: str, found: Iterable[tuple[str, str]]) -> list[Place]:
    """Where each of them stands first."""
    return [(start := text.find(secret), start + len(secret), kind) for kind, secret in dict.fromkeys(found)]


def _overlap(one: Place, other: Place) -> bool:
    """Whether they share a sign: after a password in an address, the host looks like an e-mail address."""
    return one[0] < other[1] and other[0] < one[1]


def _is_within(span: tuple[int, int], other: Place) -> bool:
    """Whether a longer one holds it."""
    return span != other[:2] and other[0] <= span[0] and span[1] <= other[1]
