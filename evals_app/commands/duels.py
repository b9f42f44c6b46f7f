"""`afs duel show`: how strong versions are by people's blind picks."""

from __future__ import annotations

import argparse

from afsweb.core.templatetags.afs import percent
from afsweb.terminal import Verbs, add_noun, print_table, say
from evals_app.commands.finding import find_suite
from evals_app.duels.table import suite_table


def add_commands(nouns: Verbs) -> None:
    """Register `afs duel`."""
    verbs = add_noun(nouns, "duel", "blind picks between two versions' answers")
    show = verbs.add_parser(
        "show", help="how strong versions are by all duels of a suite, and whether a side is favoured"
    )
    show.add_argument("suite", help="its slug, for the newest version, or slug:number")
    show.set_defaults(run=show_duels)


def show_duels(arguments: argparse.Namespace) -> None:
    suite = find_suite(arguments.suite)
    table = suite_table(suite)
    rows = [
        (
            one.version,
            f"{one.strength.won} won, {one.strength.lost} lost, {one.strength.tied} tied",
            f"beats a middling one {percent(one.strength.chance)}",
            f"{percent(one.strength.low)} to {percent(one.strength.high)}",
        )
        for one in table.ranked
    ]
    print_table(rows, none=f"nobody picked between answers to {suite} yet")
    if rows and not table.is_joined:
        say("some of these never met: their strengths say nothing about each other")
    if table.side:
        say(
            f"{table.duels} picks by {table.people}; the left one {percent(table.side.share)} of {table.side.picked}, "
            f"{percent(table.side.low)} to {percent(table.side.high)}"
        )
