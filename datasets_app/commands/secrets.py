"""`afs secret …`: what looks like a secret or like personal data in a text, and deciding on it."""

from __future__ import annotations

import argparse

from afsweb.core.acting import acting, add_as
from afsweb.core.finding import find_row, read_uuid
from afsweb.core.models import EventSource, Role
from afsweb.terminal import Verbs, add_limit, add_noun, say
from datasets_app.comments.places import place_words
from datasets_app.models import Resolution, SecretFinding
from datasets_app.secrets.deciding import CHOICES, resolve
from datasets_app.secrets.guard import open_findings
from datasets_app.secrets.scanning import KINDS


def add_commands(subparsers: Verbs) -> None:
    verbs = add_noun(subparsers, "secret", "what looks like a secret or like personal data in a text")
    listing = verbs.add_parser("list", help="what is held back, newest first; never the secret itself")
    listing.add_argument("--kind", choices=sorted(KINDS))
    add_limit(listing)
    listing.set_defaults(run=list_command)
    deciding = verbs.add_parser("resolve", help="let a finding pass")
    deciding.add_argument("finding", help="its id, as `list` shows it")
    deciding.add_argument("how", choices=[one.value for one in CHOICES])
    deciding.add_argument("--equal", action="store_true", help="equal ones in other samples too, and those that come")
    add_as(deciding, Role.REVIEWER)
    deciding.set_defaults(run=resolve_command)


def list_command(arguments: argparse.Namespace) -> None:
    found = open_findings().order_by("-pk")
    for one in (found.filter(kind=arguments.kind) if arguments.kind else found)[: arguments.limit]:
        place = f"sample {one.sample_id}, {place_words(one.field, one.line)}"
        say(f"{one.uuid}  {KINDS.get(one.kind, one.kind):24}  {one.excerpt:32}  {place}")


def resolve_command(arguments: argparse.Namespace) -> None:
    """Raises NoSuchRow, FindingSettled, and what `acting` raises."""
    finding = find_row(SecretFinding.objects.all(), arguments.finding, uuid=read_uuid(arguments.finding))
    how, person = Resolution(arguments.how), acting(arguments, Role.REVIEWER)
    count = resolve(finding, how, by=person, equal_too=arguments.equal, via=EventSource.CLI)
    say(f"{count:,} passed: {how.label}")
