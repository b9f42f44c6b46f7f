"""`afs history`: who changed what, and undo of any of its lines."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from afsweb.core.acting import acting, add_as
from afsweb.core.finding import find_row, read_uuid
from afsweb.core.models import Event, EventSource, Role, User
from afsweb.core.templatetags.afs import duration
from afsweb.pages import page_before
from afsweb.terminal import Verbs, add_limit, clean, clip, say, whole
from datasets_app.commands.finding import find_sample
from datasets_app.commands.moment import moment
from datasets_app.history.entries import Entry, entries_of
from datasets_app.history.filters import LARGEST_ID, narrow
from datasets_app.review.errors import ChangedSince, ReviewError
from datasets_app.review.undo import take_back


class NoSuchBatch(ReviewError):
    """“{called}” is no id of an action: the address of its page ends with it."""


def add_commands(subparsers: Verbs) -> None:
    history = subparsers.add_parser("history", help="who changed what; undo of any line")
    history.add_argument("--who", metavar="NAME", help="what this person did")
    history.add_argument("--verb", help="such as accept, archive, undo")
    history.add_argument("--about", help="a sort of row, such as datasets.source")
    history.add_argument("--sample", help="all that became of it: its number or id")
    history.add_argument("--way", choices=EventSource.values, help="which way it was done")
    history.add_argument("--since", type=moment, help="such as 2026-11-26T14:00, in UTC unless it says")
    history.add_argument("--until", type=moment)
    history.add_argument("--batch", metavar="ID", help="the lines of one action on many")
    history.add_argument("--before", type=whole(1, LARGEST_ID), help="older ones than the line of this number")
    add_limit(history)
    history.set_defaults(run=history_command)
    undoing = history.add_subparsers(metavar="VERB").add_parser("undo", help="take back what these lines say")
    undoing.add_argument("lines", nargs="+", type=whole(1, LARGEST_ID), metavar="LINE", help="its number")
    add_as(undoing, Role.REVIEWER)
    undoing.set_defaults(run=undo_command)


def history_command(arguments: argparse.Namespace) -> None:
    page = page_before(narrow(Event.objects.all(), _wanted(arguments)), str(arguments.before or ""), arguments.limit)
    for entry in entries_of(page.rows, None):
        _say(entry)
    if page.next_cursor:
        print(f"there are older ones: --before {page.next_cursor}", file=sys.stderr)


def undo_command(arguments: argparse.Namespace) -> int:
    """Take back each line, in the order they are given; 1 when one of them stays."""
    user, status = acting(arguments, Role.REVIEWER), 0
    for number in arguments.lines:
        event = find_row(Event.objects.select_related("actor"), str(number), pk=number)
        try:
            take_back(user, event, source=EventSource.CLI)
            say(f"Line {number}: undone")
        except ReviewError as error:
            print(clean(f"afs: line {number}: {error}"), file=sys.stderr)
            for entry in entries_of(error.later, None) if isinstance(error, ChangedSince) else ():
                _say(entry)
            status = 1
    return status


def _wanted(arguments: argparse.Namespace) -> dict[str, Any]:
    told = {name: getattr(arguments, name) for name in ("verb", "about", "since", "until")}
    told |= {"source": arguments.way}
    if arguments.who:
        told["who"] = find_row(User.objects.all(), arguments.who, username=arguments.who)
    if arguments.sample:
        told["sample"] = find_sample(arguments.sample).pk
    if arguments.batch:
        told["batch"] = read_uuid(arguments.batch)
        if told["batch"] is None:
            raise NoSuchBatch(called=arguments.batch)
    return {name: clean(value) if isinstance(value, str) else value for name, value in told.items() if value}


def _say(entry: Entry) -> None:
    event = entry.event
    who = event.actor or event.get_source_display()
    took = f"took {duration(entry.seconds)}" if entry.seconds is not None else ""
    told = "; ".join(part for part in ("undone" if entry.is_undone else "", entry.changes, event.reason, took) if part)
    say(f"{event.pk:>9}  {event.at:%Y-%m-%d %H:%M:%S}  {who}  {event.verb}  {entry.label}  {clip(told, 160)}".rstrip())
