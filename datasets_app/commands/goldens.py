"""`afs golden …`: samples to be followed, and who approved them. Making one golden is `afs review golden`."""

from __future__ import annotations

import argparse

from afsweb.core.acting import acting, add_as
from afsweb.core.models import EventSource, Role
from afsweb.terminal import Verbs, add_limit, add_noun, clip, say
from datasets_app.commands.finding import find_domain, find_sample
from datasets_app.golden.curating import approve, renew, take_back
from datasets_app.golden.listing import Row, described, listed_goldens
from datasets_app.golden.standing import Standing


def add_commands(subparsers: Verbs) -> None:
    verbs = add_noun(subparsers, "golden", "samples to be followed, and who approved them")
    listing = verbs.add_parser("list", help="the newest approvals")
    listing.add_argument("--standing", choices=Standing.values)
    listing.add_argument("--domain", help="such as asm65816")
    listing.add_argument("--used", choices=("yes", "no"), help="in a snapshot")
    add_limit(listing)
    add_as(listing, Role.VIEWER)
    listing.set_defaults(run=list_command)
    for name, run, text in (
        ("approve", approve_command, "approve a sample's text as golden"),
        ("take-back", take_back_command, "take the gold, or the first approval, away"),
        ("renew", renew_command, "say that what must be looked at again is still to be followed"),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("sample", help="its number or id")
        add_as(verb, Role.REVIEWER)
        verb.set_defaults(run=run)


def list_command(arguments: argparse.Namespace) -> None:
    wanted = {name: value for name in ("standing", "used") if (value := getattr(arguments, name))}
    if arguments.domain:
        wanted["domain"] = find_domain(arguments.domain)
    keys = listed_goldens(wanted).order_by("-pk").values_list("pk", flat=True)[: arguments.limit]
    for row in described(list(keys), acting(arguments, Role.VIEWER)):
        _say_row(row)


def _say_row(row: Row) -> None:
    golden = row.golden
    people = " and ".join(str(one) for one in (golden.first_by, golden.second_by) if one)
    question = clip(golden.question, 60)  # type: ignore[attr-defined]
    say(f"{golden.sample_id:>8}  {row.standing.label:26} {people:24} {question}")
    for reason in row.reasons:
        say(f"          {reason}")


def approve_command(arguments: argparse.Namespace) -> None:
    """Raises NoSuchRow, and what `decide` raises."""
    sample = find_sample(arguments.sample)
    taken = approve(acting(arguments, Role.REVIEWER), sample, sample.revision, source=EventSource.CLI)
    say("approved; a second person must follow" if taken.waits else "approved: it is golden")


def take_back_command(arguments: argparse.Namespace) -> None:
    """Raises NoSuchRow, and what `decide` raises."""
    sample = find_sample(arguments.sample)
    take_back(acting(arguments, Role.REVIEWER), sample, sample.revision, source=EventSource.CLI)
    say("it is golden no more, and stays accepted")


def renew_command(arguments: argparse.Namespace) -> None:
    """Raises NoSuchRow, NotGolden, and what `decide` raises."""
    sample = find_sample(arguments.sample)
    renew(acting(arguments, Role.REVIEWER), sample, sample.revision, source=EventSource.CLI)
    say("it is still to be followed")
