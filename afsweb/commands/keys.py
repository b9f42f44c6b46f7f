"""Provider keys from the terminal: `afs key list`, `set`, `delete`. A key is read, never given as an argument."""

from __future__ import annotations

import argparse
import getpass
import sys

from django.views.decorators.debug import sensitive_variables

from afsweb.commands.checking import check
from afsweb.core.acting import acting, add_as
from afsweb.core.models import EventSource, ProviderKey, Role
from afsweb.core.naming import find_named
from afsweb.llm.forms import OVER_THE_NETWORK, KeyForm
from afsweb.llm.keys import forget_key, save_key
from afsweb.terminal import Verbs, add_noun, say


def add_commands(subparsers: Verbs) -> None:
    verbs = add_noun(subparsers, "key", "providers' keys")
    verbs.add_parser("list", help="the keys, masked").set_defaults(run=list_command)
    keep = verbs.add_parser("set", help="keep a key, or replace one: asked for, or read from standard input")
    keep.add_argument("name", help="what you call it, such as “my Gemini key”")
    keep.add_argument("--provider", choices=[value for value, _ in OVER_THE_NETWORK], required=True)
    add_as(keep, Role.ADMIN)
    keep.set_defaults(run=set_command)
    delete = verbs.add_parser("delete", help="forget a key that no endpoint uses")
    delete.add_argument("name")
    delete.set_defaults(run=delete_command)


def list_command(_: argparse.Namespace) -> None:
    for key in ProviderKey.objects.select_related("created_by").order_by("name"):
        kept = f"{key.created_at:%Y-%m-%d} by {key.created_by}"
        say(f"{key.name:32} {key.get_provider_display():24} …{key.last_four or '????'}  {kept}")


@sensitive_variables("form", "secret")
def set_command(arguments: argparse.Namespace) -> None:
    by = acting(arguments, Role.ADMIN)
    form = KeyForm({"name": arguments.name, "provider": arguments.provider, "secret": read_secret()})
    check(form)
    key = save_key(**form.cleaned_data, by=by, source=EventSource.CLI)
    say(f"“{key.name}” is kept, encrypted")


def delete_command(arguments: argparse.Namespace) -> None:
    key = find_named(ProviderKey.objects.all(), arguments.name)
    forget_key(key, by=None, source=EventSource.CLI)
    say(f"“{key.name}” is forgotten")


@sensitive_variables("secret")
def read_secret() -> str:
    """The key that somebody types unseen, or the first line of standard input; empty when there is none."""
    if not sys.stdin.isatty():
        return sys.stdin.readline(10_000).strip()
    try:
        return getpass.getpass("Key (it is not shown): ").strip()
    except EOFError:
        return ""
