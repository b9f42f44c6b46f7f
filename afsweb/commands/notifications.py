"""`afs notifications`: what a person should know, and `read` to mark it as read."""

from __future__ import annotations

import argparse

from afsweb.core.acting import acting, add_as
from afsweb.core.models import Notification, Role
from afsweb.core.notifications import mark_read, unread
from afsweb.terminal import Verbs, add_limit, say

SHOWN = 20


def add_commands(subparsers: Verbs) -> None:
    mine = subparsers.add_parser("notifications", help="what you should know: mentions, answers, approvals that wait")
    add_as(mine, Role.VIEWER)
    mine.add_argument("--all", action="store_true", help="those that you have read, too")
    add_limit(mine, SHOWN)
    mine.set_defaults(run=list_command)
    verbs = mine.add_subparsers(metavar="VERB")
    reading = verbs.add_parser("read", help="mark notifications as read; all of them unless numbers are given")
    reading.add_argument("notifications", nargs="*", type=int, metavar="NUMBER")
    add_as(reading, Role.VIEWER)
    reading.set_defaults(run=read_command)


def list_command(arguments: argparse.Namespace) -> None:
    user = acting(arguments, Role.VIEWER)
    rows = Notification.objects.filter(person=user) if arguments.all else unread(user)
    for one in rows.order_by("-pk")[: arguments.limit]:
        state = "read" if one.read_at else "unread"
        say(f"{one.pk:>6}  {one.at:%Y-%m-%d %H:%M}  {state:6}  {one.text}\n{'':8}{one.link}")
    if not rows.exists():
        say("Nothing unread." if not arguments.all else "Nothing so far.")


def read_command(arguments: argparse.Namespace) -> None:
    count = mark_read(acting(arguments, Role.VIEWER), arguments.notifications or None)
    say(f"{count} marked as read")
