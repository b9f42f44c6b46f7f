"""What never stands in a log: secrets, and the values of rows that Postgres quotes in its errors.

Two nets: the secrets that this process was started with, word for word, and patterns of those that it meets later
(keys of providers, tokens, addresses of webhooks, passwords in URLs). What has no form that is known, such as a
password alone in the middle of a sentence, is not found: nothing may log it in the first place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

GONE = "••••"
SHORTEST = 8  # characters; a shorter one would black out words
# What stands before the secret, which stays, is group 1.
PATTERNS = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        (r"()-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
        (r"(://)[^/\s:@'\"]*:[^/\s'\"]+(?=@)", 0),
        (r"(hooks\.slack\.com/(?:services|workflows)/|discord(?:app)?\.com/api/webhooks/)[^\s'\"]+", re.IGNORECASE),
        (r"((?:proxy-)?authorization['\"]?\s*[:=]\s*['\"]?)(?:[a-z]+\s+)?[^\s'\",;]+", re.IGNORECASE),
        (r"(\b(?:bearer|basic)\s+)[a-z0-9._~+/=-]{8,}", re.IGNORECASE),
        (r"(\b(?:set-)?cookie['\"]?\s*[:=]\s*['\"]?)[^\r\n'\"]+", re.IGNORECASE),
        (
            r"(\b[a-z_.-]*(?:password|passwd|secret|token|api[_-]?key|sessionid)['\"]?\s*[:=]\s*['\"]?)[^\s'\",;&]{4,}",
            re.IGNORECASE,
        ),
        (r"([?&](?:key|sig|signature|code)=)[^\s&'\"]+", re.IGNORECASE),
        (r"()\bafs-[a-z]+-[\w-]{16,}", 0),
        (r"()\b(?:whsec_[\w+/=]{16,}|AIza[\w-]{20,}|sk-[\w-]{16,}|hf_\w{16,}|gh[pousr]_\w{20,})", 0),
        (r"()\b(?:xox[abeoprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|glpat-[\w-]{16,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]+)", 0),
        # “Key (username)=(ann) already exists”: the values of a row, which may be a person's name.
        (r"(\bKey \([^)]*\)=)\([^\n]*?\)(?= already| is | conflicts|$)", re.MULTILINE),
        (r"(Failing row contains )\([^\n]*\)", 0),
    )
)

_known: list[str] = []


def keep_out(secrets: Iterable[str]) -> None:
    """From now on these never stand in a log; those of less than `SHORTEST` characters are left to the patterns."""
    _known[:] = sorted({*_known, *(one for one in secrets if len(one) >= SHORTEST)}, key=len, reverse=True)


def redact(text: str) -> str:
    """`text` without secrets."""
    for secret in _known:
        text = text.replace(secret, GONE)
    for pattern in PATTERNS:
        text = pattern.sub(rf"\g<1>{GONE}", text)
    return text
