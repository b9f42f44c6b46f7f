"""`afs flag …`: samples that somebody wants another pair of eyes on. Flagging one is `afs review flag`."""

from __future__ import annotations

import argparse

from afsweb.core.acting import acting, add_as
from afsweb.core.models import EventSource, Role
from afsweb.terminal import Verbs, add_limit, add_noun, clip, say, words
from datasets_app.commands.finding import find_sample
from datasets_app.flags.flags import LONGEST_WORD, FlagClosed, resolve
from datasets_app.models import open_flags


def add_commands(subparsers: Verbs) -> None:
    verbs = add_noun(subparsers, "flag", "samples flagged for another pair of eyes")
    listing = verbs.add_parser("list", help="the open flags, newest first")
    add_limit(listing)
    listing.set_defaults(run=list_command)
    resolving = verbs.add_parser("resolve", help="settle the newest open flag of a sample, with a word")
    resolving.add_argument("sample", help="its number or id")
    resolving.add_argument("word", type=words(LONGEST_WORD), help="what came of it")
    add_as(resolving, Role.REVIEWER)
    resolving.set_defaults(run=resolve_command)


def list_command(arguments: argparse.Namespace) -> None:
    flags = open_flags().select_related("reviewer", "version").defer("version__search").order_by("-pk")
    for flag in flags[: arguments.limit]:
        note = f": {clip(flag.note, 80)}" if flag.note else ""
        say(f"{flag.sample_id:>8}  {clip(flag.version.instruction, 60):60}  {flag.reviewer}{note}")


def resolve_command(arguments: argparse.Namespace) -> None:
    """Raises NoSuchRow, FlagClosed, NeedsAWord."""
    sample = find_sample(arguments.sample)
    flag = open_flags().filter(sample=sample).select_related("reviewer", "sample").order_by("-pk").first()
    if flag is None:
        raise FlagClosed
    resolve(acting(arguments, Role.REVIEWER), flag, arguments.word, source=EventSource.CLI)
    say("resolved")
