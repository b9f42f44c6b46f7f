"""`afs preference …`: which of two answers is better."""

from __future__ import annotations

import argparse
from pathlib import Path

from afsweb.core.acting import acting, add_as
from afsweb.core.finding import find_row, read_uuid
from afsweb.core.models import EventSource, Role
from afsweb.terminal import Verbs, add_limit, add_noun, clip, say
from datasets_app.commands.finding import find_sample
from datasets_app.commands.writing import write_lines
from datasets_app.models import PairOrigin, PreferencePair
from datasets_app.preferences.exporting import pair_lines
from datasets_app.preferences.forms import PairFilter
from datasets_app.preferences.pairs import choose, take_back


def add_commands(subparsers: Verbs) -> None:
    verbs = add_noun(subparsers, "preference", "which of two answers is better")
    listing = verbs.add_parser("list", help="the newest pairs that stand")
    listing.add_argument("--origin", choices=PairOrigin.values, default="")
    listing.add_argument("--state", choices=("usable", "waits", "taken-back"), default="")
    add_limit(listing)
    listing.set_defaults(run=list_command)
    choosing = verbs.add_parser("choose", help="say that a sample's answer is better than another's")
    choosing.add_argument("better", help="the number or id of a sample")
    choosing.add_argument("worse", help="that of another one which answers the same question")
    add_as(choosing, Role.REVIEWER)
    choosing.set_defaults(run=choose_command)
    taking = verbs.add_parser("take-back", help="let a pair count no longer")
    taking.add_argument("pair", help="its id, as `list` shows it")
    add_as(taking, Role.REVIEWER)
    taking.set_defaults(run=take_back_command)
    exporting = verbs.add_parser("export", help="the pairs to train on, as lines of JSON")
    exporting.add_argument("--plain", action="store_true", help="texts without roles; a system prompt does not fit")
    exporting.add_argument("--output", type=Path, help="the file to write; standard output unless given")
    exporting.set_defaults(run=export_command)


def list_command(arguments: argparse.Namespace) -> None:
    narrow = PairFilter({"origin": arguments.origin, "state": arguments.state})
    pairs = narrow.apply(PreferencePair.objects.all()).select_related("chosen", "rejected", "author").order_by("-pk")
    for pair in pairs[: arguments.limit]:
        who = pair.author.get_username() if pair.author else "import"
        say(f"{pair.uuid}  {pair.origin:6}  {who:12}  {clip(pair.chosen.instruction, 60)}")
        say(f"    {clip(pair.chosen.output, 90)}")
        say(f"    over {clip(pair.rejected.output, 85)}")


def choose_command(arguments: argparse.Namespace) -> None:
    """Raises NoSuchRow, TwoQuestions, SameAnswer, ChosenBefore, and what `acting` raises."""
    better, worse = (find_sample(called).current for called in (arguments.better, arguments.worse))
    assert better is not None
    assert worse is not None
    pair = choose(acting(arguments, Role.REVIEWER), better, worse, source=EventSource.CLI)
    say(f"kept as {pair.uuid}")


def take_back_command(arguments: argparse.Namespace) -> None:
    """Raises NoSuchRow, NotYourChoice."""
    pairs = PreferencePair.objects.select_related("author")
    pair = find_row(pairs, arguments.pair, uuid=read_uuid(arguments.pair))
    taken = take_back(acting(arguments, Role.REVIEWER), pair, source=EventSource.CLI)
    say("taken back" if taken else "it was taken back before")


def export_command(arguments: argparse.Namespace) -> None:
    write_lines(pair_lines(plain=arguments.plain), arguments.output)
