"""People from the terminal: `afs user list`, `show`, `create`, `role`, `password`, `deactivate`, `activate`.

And the first admin.
"""

from __future__ import annotations

import argparse
import secrets

from django.core.exceptions import ValidationError

from afsweb.accounts.people import add_person, change_role, reset_password, switch_off, switch_on
from afsweb.commands.checking import NotSaved
from afsweb.core.history import history_of
from afsweb.core.jobs.text import storable
from afsweb.core.models import EventSource, Role, User
from afsweb.refusal import Refusal
from afsweb.terminal import Verbs, add_noun, say

NAMES = ("first_name", "last_name", "email")


class PersonNamedSo(Refusal):
    """There is a person named “{name}” already: pick another name."""


class NobodyNamedSo(Refusal):
    """Nobody is named “{name}”: `afs user list` shows the names."""


def add_commands(subparsers: Verbs) -> None:
    people = add_noun(subparsers, "user", "people and their roles")
    create = people.add_parser("create", help="add a person and print a one-time password")
    create.add_argument("name")
    create.add_argument("--role", choices=Role.values, default=Role.VIEWER.value)
    for name in NAMES:
        create.add_argument(f"--{name.replace('_', '-')}", default="")
    create.set_defaults(run=create_command)
    for verb, run, text in (
        ("show", show_command, "a person's role, and what was done to the account"),
        ("password", password_command, "give a person a new one-time password"),
        ("deactivate", deactivate_command, "let a person no longer in; what they did stays"),
        ("activate", activate_command, "let a person in again"),
    ):
        parser = people.add_parser(verb, help=text)
        parser.add_argument("name")
        parser.set_defaults(run=run)
    role = people.add_parser("role", help="give a person another role")
    role.add_argument("name")
    role.add_argument("role", choices=Role.values)
    role.set_defaults(run=role_command)
    people.add_parser("list", help="list the people").set_defaults(run=list_command)


def create_command(arguments: argparse.Namespace) -> None:
    if User.objects.filter(username=storable(arguments.name)).exists():
        raise PersonNamedSo(name=arguments.name)
    try:
        names = {name: getattr(arguments, name) for name in NAMES}
        print_password(arguments.name, create(arguments.name, Role(arguments.role), **names))
    except ValidationError as error:
        raise NotSaved(problems=" ".join(error.messages)) from None


def password_command(arguments: argparse.Namespace) -> None:
    print_password(arguments.name, reset_password(find(arguments.name), by=None, source=EventSource.CLI))


def role_command(arguments: argparse.Namespace) -> None:
    change_role(find(arguments.name), Role(arguments.role), by=None, source=EventSource.CLI)
    say(f"{arguments.name} is now {arguments.role}")


def deactivate_command(arguments: argparse.Namespace) -> None:
    person = find(arguments.name)
    switch_off(person, by=None, source=EventSource.CLI)
    say(f"{person.username} can no longer log in; what they did stays")


def activate_command(arguments: argparse.Namespace) -> None:
    person = find(arguments.name)
    switch_on(person, by=None, source=EventSource.CLI)
    say(f"{person.username} can log in again")


def show_command(arguments: argparse.Namespace) -> None:
    person = find(arguments.name)
    state = "may log in" if person.is_active else "may not log in"
    say(f"{person.username}: {person.get_role_display()}, {state}, there since {person.date_joined:%Y-%m-%d}")
    say(f"{person.get_full_name()}  {person.email}".strip() or "no name given")
    say(f"last here {person.last_login:%Y-%m-%d %H:%M}" if person.last_login else "never logged in")
    for event in history_of(person)[:20]:
        say(f"  {event.at:%Y-%m-%d %H:%M}  {event.verb} by {event.actor or event.get_source_display()}")


def list_command(_: argparse.Namespace) -> None:
    for user in User.objects.order_by("username"):
        say(f"{user.username:24} {user.role:10} {'' if user.is_active else 'may not log in'}".rstrip())


def greet_admin() -> None:
    """Make an admin unless there is one; say how to log in while the one-time password was not used."""
    name, password = ensure_admin()
    if password:
        print_password(name, password)
    elif User.objects.filter(username=name, must_change_password=True).exists():
        print(f"log in as {name} with the password of the first start (lost? `afs user password {name}`)", flush=True)


def ensure_admin() -> tuple[str, str | None]:
    """The name of an admin, and the one-time password if there was none and one had to be made."""
    admin = User.objects.filter(role=Role.ADMIN, is_active=True).order_by("pk").first()
    if admin:
        return admin.username, None
    name = next(name for name in ("admin", f"admin-{secrets.token_hex(3)}") if not User.objects.filter(username=name))
    return name, create(name, Role.ADMIN)


def create(name: str, role: Role, **names: str) -> str:
    """Add a person; return the one-time password. Raises ValidationError for a name that is none."""
    return add_person(name, role, by=None, source=EventSource.CLI, **names)[1]


def find(name: str) -> User:
    user = User.objects.filter(username=storable(name)).first()
    if user is None:
        raise NobodyNamedSo(name=name)
    return user


def print_password(name: str, password: str) -> None:
    print(f"log in as {name} with the one-time password {password}", flush=True)
