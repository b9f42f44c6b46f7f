"""Who acts in a command that needs a person: a terminal knows nobody, so whoever sits there says it."""

from __future__ import annotations

import argparse

from afsweb.core.jobs.text import storable
from afsweb.core.models import Role, User
from afsweb.refusal import Refusal


class NobodyMay(Refusal):
    """Nobody may do this yet: it needs a person with the role {role}. `afs user create NAME --role {role}` adds one."""


class SayWho(Refusal):
    """Say who does this with --as NAME: {names} may."""


class NobodyOfThatName(Refusal):
    """Nobody who may log in is named “{name}”. `afs user list` shows the names."""


class RoleTooLow(Refusal):
    """This needs the role {role}, and {name} is a {theirs}. `afs user role {name} {role}` gives it."""


def add_as(parser: argparse.ArgumentParser, role: Role) -> None:
    """Let `--as` say who acts. It may stand before and after a verb, so an absent one overwrites nothing."""
    text = f"who does it; needed when more than one person has the role {role.label}"
    parser.add_argument("--as", dest="person", metavar="NAME", default=argparse.SUPPRESS, help=text)


def acting(arguments: argparse.Namespace, role: Role) -> User:
    """The person of `--as`, or the only active one who has `role`.

    Raises NobodyMay, SayWho, NobodyOfThatName, RoleTooLow.
    """
    called = getattr(arguments, "person", None)
    if called is not None:
        return _named(called, role)
    roles = [one for one in Role if one.rank >= role.rank]
    may = list(User.objects.filter(is_active=True, role__in=roles).order_by("username")[:6])
    if not may:
        raise NobodyMay(role=role.value)
    if len(may) > 1:
        raise SayWho(names=", ".join(user.username for user in may[:5]) + (" and others" if len(may) > 5 else ""))
    return may[0]


def _named(called: str, role: Role) -> User:
    user = User.objects.filter(username=storable(called), is_active=True).first()
    if user is None:
        raise NobodyOfThatName(name=called)
    if not user.has_role(role):
        raise RoleTooLow(role=role.value, name=user.username, theirs=user.get_role_display())
    return user
