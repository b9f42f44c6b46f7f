"""Provider keys: encrypted with AFS_FIELD_KEY before they reach the database, shown masked, never logged."""

from __future__ import annotations

from django.db import transaction
from django.db.models import ProtectedError
from django.views.decorators.debug import sensitive_variables

from afsweb.core.history import record
from afsweb.core.models import EventSource, ProviderKey, User
from afsweb.core.sealing import KeysCannotBeKept, SealIsAnothers, seal, unseal
from afsweb.refusal import Refusal

__all__ = ["KeyCannotBeRead", "KeyInUse", "KeysCannotBeKept", "forget_key", "reveal", "save_key"]


class KeyCannotBeRead(Refusal):
    """This key was encrypted with another AFS_FIELD_KEY. Put that one back, or enter the provider's key again."""


class KeyInUse(Refusal):
    """“{key}” is used by {endpoints}. Choose another key there first."""


@sensitive_variables("secret")
def save_key(name: str, provider: str, secret: str, *, by: User, source: EventSource = EventSource.UI) -> ProviderKey:
    """Keep `secret` under `name`, replacing an older one of that name. Raises KeysCannotBeKept."""
    kept = {
        "provider": provider,
        "secret": seal(secret),
        "last_four": secret[-4:] if len(secret) >= 12 else "",
        "created_by": by,
    }
    with transaction.atomic():
        key, _ = ProviderKey.objects.update_or_create(name=name, defaults=kept)
        after = {"name": key.name, "provider": key.provider, "last_four": key.last_four}
        record("save", key, actor=by, source=source, after=after)
    return key


def forget_key(key: ProviderKey, *, by: User | None, source: EventSource = EventSource.UI) -> None:
    """Delete a key for good. Raises KeyInUse while an endpoint uses it."""
    try:
        with transaction.atomic():
            record("delete", key, actor=by, source=source, before={"name": key.name})
            key.delete()
    except ProtectedError:
        names = ", ".join(key.endpoint_set.values_list("name", flat=True)[:5])
        raise KeyInUse(key=key.name, endpoints=names) from None


def reveal(key: ProviderKey) -> str:
    """The provider's key in clear, for the client that is about to use it. Raises KeysCannotBeKept, KeyCannotBeRead."""
    try:
        return unseal(key.secret)
    except SealIsAnothers:
        raise KeyCannotBeRead from None
