"""Secrets that the database keeps (keys of providers, addresses of channels): encrypted with AFS_FIELD_KEY."""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from afsweb.refusal import Refusal


class KeysCannotBeKept(Refusal):
    """AFS_FIELD_KEY is not set, or is no Fernet key. `make run` and `make demo` make one; see docs/settings.md."""


class SealIsAnothers(Refusal):
    """This was encrypted with another AFS_FIELD_KEY. Put that one back, or enter it again."""


@sensitive_variables("text")
def seal(text: str) -> bytes:
    """`text` as the database may keep it. Raises KeysCannotBeKept."""
    return _cipher().encrypt(text.encode())


def unseal(sealed: bytes | memoryview) -> str:
    """What was sealed, in clear. Raises KeysCannotBeKept, SealIsAnothers."""
    try:
        return _cipher().decrypt(bytes(sealed)).decode()
    except InvalidToken:
        raise SealIsAnothers from None


def _cipher() -> Fernet:
    try:
        return Fernet(settings.FIELD_KEY)
    except ValueError:
        raise KeysCannotBeKept from None
