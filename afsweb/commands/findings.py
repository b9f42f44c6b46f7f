"""What checks found wrong, from the terminal: `afs finding list`."""

from __future__ import annotations

import argparse

from afsweb.core.findings import open_findings
from afsweb.core.models import Finding
from afsweb.terminal import Verbs, add_limit, add_noun, say


def add_commands(subparsers: Verbs) -> None:
    verbs = add_noun(subparsers, "finding", "what checks found wrong in what is stored")
    listing = verbs.add_parser("list", help="what is wrong now, and what to do; exit status 1 when there is something")
    listing.add_argument("--settled", action="store_true", help="what is right again")
    add_limit(listing)
    listing.set_defaults(run=list_command)


def list_command(arguments: argparse.Namespace) -> int:
    rows = Finding.objects.filter(settled_at__isnull=False) if arguments.settled else open_findings()
    shown = list(rows.order_by("-pk")[: arguments.limit])
    for one in shown:
        say(f"{one.created_at:%Y-%m-%d %H:%M}  {one.check_name}: {one.text}")
        say(f"{'':18}{one.advice}  {one.url}".rstrip())
    if not shown:
        say("nothing")
    return 1 if shown and not arguments.settled else 0
