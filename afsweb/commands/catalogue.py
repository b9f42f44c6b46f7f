"""What there is, from the terminal: `afs catalogue show`, `watched`, `adopt`."""

from __future__ import annotations

import argparse

from django.template.defaultfilters import filesizeformat

from afsweb.core.finding import find_called
from afsweb.core.jobs.actions import Actor
from afsweb.core.jobs.waiting import follow
from afsweb.core.models import EventSource, WatchedItem
from afsweb.core.templatetags.afs import ago
from afsweb.terminal import Verbs, add_limit, add_noun, say
from afsweb.upkeep.catalogue.listing import LISTED, items_of, newest_total, read_subject
from afsweb.upkeep.watched.adopting import adopt
from afsweb.upkeep.watched.listing import watched_items
from datasets_app.commands.finding import find_domain


def add_commands(subparsers: Verbs) -> None:
    verbs = add_noun(subparsers, "catalogue", "what datasets and models there are, and how they grow")
    show = verbs.add_parser("show", help="the items of a subject, as counted last")
    show.add_argument("subject", choices=[subject.value for subject in LISTED], nargs="?", default="samples")
    add_limit(show)
    show.set_defaults(run=show_command)
    watched = verbs.add_parser("watched", help="what lies in watched folders and nobody manages")
    watched.add_argument("--all", action="store_true", help="what is managed, too")
    add_limit(watched)
    watched.set_defaults(run=watched_command)
    adopting = verbs.add_parser("adopt", help="take a watched file or model in, and wait for it")
    adopting.add_argument("item", help="its path, or its id")
    adopting.add_argument("--domain", help="of samples, such as asm65816")
    adopting.set_defaults(run=adopt_command)


def show_command(arguments: argparse.Namespace) -> None:
    subject = read_subject(arguments.subject)
    total = newest_total(subject)
    if total is None:
        say("Nothing was counted yet: `afs schedule run Catalogue` does it now.")
        return
    say(f"{subject.label}: {total.count:,} in all, {filesizeformat(total.size_bytes)}, looked {ago(total.at)}")
    for item in items_of(subject).order_by("-pk")[: arguments.limit]:
        grown = "new" if item.grown is None else f"{item.count_grown:+,}, {item.grown:+,} bytes {ago(item.changed_at)}"
        size = filesizeformat(item.size_bytes)
        say(f"{item.count:>12,} {size:>10}  {item.name}  ({grown})  {item.sha256[:12]}".rstrip())


def watched_command(arguments: argparse.Namespace) -> None:
    items = list(watched_items(every=arguments.all).order_by("-pk")[: arguments.limit])
    for item in items:
        state = item.managed_url or item.problem or ("being taken in" if item.is_busy else "")
        what = f"{item.get_kind_display():14} {filesizeformat(item.size_bytes):>10}"
        say(f"{item.uuid}  {what}  {item.host}: {item}  {state}".rstrip())
    if not items:
        say("nothing; AFS_WATCH of a machine names the folders that it watches")


def adopt_command(arguments: argparse.Namespace) -> int:
    item = find_called(WatchedItem.objects.filter(gone_at__isnull=True), arguments.item, by="path")
    domain = find_domain(arguments.domain) if arguments.domain else None
    ended_well = follow(adopt(item, domain, Actor(None, EventSource.CLI)))
    item.refresh_from_db()
    if ended_well:
        say(f"{item}: {item.managed_url}")
    return 0 if ended_well else 1
