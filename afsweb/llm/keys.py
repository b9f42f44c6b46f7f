"""Provider keys: encrypted with AFS_FIELD_KEY before they reach the database, shown masked, never logged."""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from afsweb.core.models import ProviderKey, User
from afsweb.refusal import Refusal


class KeysCannotBeKept(Refusal):
    """AFS_FIELD_KEY is not set, or is no key. Set it to what `afs key` prints; `make run` and `make demo` do that."""


class KeyCannotBeRead(Refusal):
    """This key was encrypted with another AFS_FIELD_KEY. Put that one back, or enter the provider's key again."""


def _cipher() -> Fernet:
    try:
        return Fernet(settings.FIELD_KEY)
    except ValueError:
        raise KeysCannotBeKept from None


@sensitive_variables("secret")
def save_key(name: str, provider: str, secret: str, *, by: User) -> ProviderKey:
    """Keep `secret` under `name`, replacing an older one of that name. Raises KeysCannotBeKept."""
    key, _ = ProviderKey.objects.update_or_create(
        name=name,
        defaults={
            "provider": provider,
            "secret": _cipher().encrypt(secret.encode()),
            "last_four": secret[-4:] if len(secret) >= 12 else "",
            "created_by": by,
        },
    )
    return key


def reveal(key: ProviderKey) -> str:
    """The provider's key in clear, for the client that is about to use it. Raises KeysCannotBeKept, KeyCannotBeRead."""
    try:
        return _cipher().decrypt(bytes(key.secret)).decode()
    except InvalidToken:
        raise KeyCannotBeRead from None
