"""`afs notifications`: what a person should know, and where they are told: `read`, `channels`, `choose`, `add` ….

The address of a webhook is a secret: it is read, never an argument.
"""

from __future__ import annotations

import argparse
import getpass
import sys

from django.views.decorators.debug import sensitive_variables

from afsweb.commands.checking import check
from afsweb.core.acting import acting, add_as
from afsweb.core.finding import find_row
from afsweb.core.models import Channel, ChannelKind, EventSource, NotificationKind, Role, User
from afsweb.core.notifications import mark_read, unread
from afsweb.core.notifications.channels import (
    APP,
    add_channel,
    channels_of,
    choose,
    delete_channel,
    kinds_for,
    send_test,
)
from afsweb.core.notifications.forms import ChannelForm
from afsweb.core.notifications.telling import shown
from afsweb.terminal import Verbs, add_limit, say

SHOWN = 20


def add_commands(subparsers: Verbs) -> None:
    mine = subparsers.add_parser("notifications", help="what you should know, and where you are told")
    add_as(mine, Role.VIEWER)
    mine.add_argument("--all", action="store_true", help="those that you have read, too")
    add_limit(mine, SHOWN)
    mine.set_defaults(run=list_command)
    verbs = mine.add_subparsers(metavar="VERB")
    reading = verbs.add_parser("read", help="mark notifications as read; all of them unless numbers are given")
    reading.add_argument("notifications", nargs="*", type=int, metavar="NUMBER")
    add_as(reading, Role.VIEWER)
    reading.set_defaults(run=read_command)
    _add_channel_verbs(verbs)


def _add_channel_verbs(verbs: Verbs) -> None:
    listing = verbs.add_parser("channels", help="where you are told, of what, and whether it works")
    listing.set_defaults(run=channels_command)
    choosing = verbs.add_parser("choose", help="say where you want to be told of one kind")
    choosing.add_argument("kind", choices=NotificationKind.values)
    choosing.add_argument("channels", nargs="*", metavar="CHANNEL", help=f"names of channels, and “{APP}” for the app")
    choosing.set_defaults(run=choose_command)
    adding = verbs.add_parser("add", help="add a channel; the address of a webhook is asked for, or standard input")
    adding.add_argument("kind", choices=ChannelKind.values)
    adding.add_argument("name")
    adding.set_defaults(run=add_command)
    for verb, run, text in (
        ("test", test_command, "send a test by a channel"),
        ("delete", delete_command, "forget a channel"),
    ):
        parser = verbs.add_parser(verb, help=text)
        parser.add_argument("channel")
        parser.set_defaults(run=run)
    for name in ("channels", "choose", "add", "test", "delete"):
        add_as(verbs.choices[name], Role.VIEWER)


def list_command(arguments: argparse.Namespace) -> None:
    user = acting(arguments, Role.VIEWER)
    rows = shown(user) if arguments.all else unread(user)
    for one in rows.order_by("-pk")[: arguments.limit]:
        state = "read" if one.read_at else "unread"
        say(f"{one.pk:>6}  {one.at:%Y-%m-%d %H:%M}  {state:6}  {one.text}\n{'':8}{one.link}")
    if not rows.exists():
        say("Nothing unread." if not arguments.all else "Nothing so far.")


def read_command(arguments: argparse.Namespace) -> None:
    count = mark_read(acting(arguments, Role.VIEWER), arguments.notifications or None)
    say(f"{count} marked as read")


def channels_command(arguments: argparse.Namespace) -> None:
    user = acting(arguments, Role.VIEWER)
    told = [kind.value for kind in kinds_for(user) if kind not in user.not_in_app]
    say(f"{APP:20} {'':8} {', '.join(told) or 'nothing'}")
    for channel in channels_of(user):
        say(f"{channel.name:20} {channel.kind:8} {', '.join(channel.kinds) or 'nothing'}")
        if channel.newest_state:
            stopped = "stopped: a test that arrives starts it again; " if channel.died_at else ""
            say(f"{'':30}{stopped}last: {channel.newest_state} {channel.newest_error}".rstrip())


def choose_command(arguments: argparse.Namespace) -> None:
    user = acting(arguments, Role.VIEWER)
    for name in arguments.channels:
        if name != APP:
            _find(user, name)
    kind = NotificationKind(arguments.kind)
    choose(user, {kind: arguments.channels}, source=EventSource.CLI)
    say(f"{kind.label}: told {', '.join(arguments.channels) or 'nowhere'}")


@sensitive_variables("address")
def add_command(arguments: argparse.Namespace) -> None:
    user, kind = acting(arguments, Role.VIEWER), ChannelKind(arguments.kind)
    address = "" if kind == ChannelKind.EMAIL else read_address()
    form = ChannelForm({"kind": kind.value, "name": arguments.name, "address": address})
    check(form)
    added = add_channel(user, kind, form.cleaned_data["name"], address, source=EventSource.CLI)
    say(f"“{added.channel}” is there: `choose` says what it tells you of, `test` sends a test")
    if added.secret:
        say(f"it signs with {added.secret}, which is shown now and never again")


def test_command(arguments: argparse.Namespace) -> None:
    channel = _find(acting(arguments, Role.VIEWER), arguments.channel)
    send_test(channel)
    say(f"a test of “{channel}” is on its way; `afs notifications channels` says how it went")


def delete_command(arguments: argparse.Namespace) -> None:
    channel = _find(acting(arguments, Role.VIEWER), arguments.channel)
    delete_channel(channel, source=EventSource.CLI)
    say(f"“{channel}” is forgotten")


def read_address() -> str:
    """The address that somebody types unseen, or the first line of standard input; empty when there is none."""
    if not sys.stdin.isatty():
        return sys.stdin.readline(10_000).strip()
    try:
        return getpass.getpass("Address of the webhook (it is not shown): ").strip()
    except EOFError:
        return ""


def _find(user: User, name: str) -> Channel:
    return find_row(Channel.objects.filter(person=user), name, name=name)
