"""People: made, given a role, switched off and on, given a new password. Each change leaves a line of history."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import transaction

from afsweb.accounts.errors import LastAdmin
from afsweb.core.history import record
from afsweb.core.models import EventSource, Role, User

# Without the letters and figures that people confuse when they read a password aloud.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def make_password() -> str:
    """A one-time password of 99 bits, in groups: k7m2p-9rtxa-..."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(4))


@transaction.atomic
def add_person(
    username: str, role: Role, *, by: User | None, source: EventSource = EventSource.UI, **names: str
) -> tuple[User, str]:
    """A new person and the one-time password that is shown once. `names`: first_name, last_name, email.

    Raises ValidationError for a name that is none.
    """
    password = make_password()
    person = User(username=username, role=role, must_change_password=True, **names)
    person.set_password(password)
    person.clean_fields()
    person.save()
    record("create", person, actor=by, source=source, after={"username": username, "role": role.value})
    return person, password


def change_role(person: User, role: Role, *, by: User | None, source: EventSource = EventSource.UI) -> None:
    """Give a person another role. Raises LastAdmin."""
    _change(person, "change role", by=by, source=source, role=role.value)


def switch_off(person: User, *, by: User | None, source: EventSource = EventSource.UI) -> None:
    """Let a person no longer in; what they did stays. Raises LastAdmin."""
    _change(person, "switch off", by=by, source=source, is_active=False)


def switch_on(person: User, *, by: User | None, source: EventSource = EventSource.UI) -> None:
    """Let a person in again, with the password and the role they had."""
    _change(person, "switch on", by=by, source=source, is_active=True)


@transaction.atomic
def reset_password(person: User, *, by: User | None, source: EventSource = EventSource.UI) -> str:
    """A new one-time password, shown once. The old one and every open session end."""
    password = make_password()
    person.set_password(password)
    person.must_change_password = True
    person.save()
    record("reset password", person, actor=by, source=source)
    return password


@transaction.atomic
def _change(person: User, verb: str, *, by: User | None, source: EventSource, **fields: Any) -> None:
    # All admins are locked, in one order: two admins who remove each other at the same moment would leave none.
    admins = list(User.objects.filter(role=Role.ADMIN, is_active=True).order_by("pk").select_for_update())
    person.refresh_from_db()
    before = {name: getattr(person, name) for name in fields}
    if before == fields:
        return
    for name, value in fields.items():
        setattr(person, name, value)
    if admins == [person] and not (person.is_active and person.role == Role.ADMIN):
        person.refresh_from_db()
        raise LastAdmin(name=person.username)
    person.save()
    record(verb, person, actor=by, source=source, before=before, after=fields)
