"""`afs case list`, `show`: the questions of a suite."""

from __future__ import annotations

import argparse

from afsweb.core.finding import find_row
from afsweb.core.jobs.text import storable
from afsweb.core.templatetags.afs import decimals
from afsweb.terminal import Verbs, add_limit, add_noun, clip, print_table, say
from evals_app.commands.finding import find_suite
from evals_app.models import Case, Result
from evals_app.results.answers import answers_to

WIDTH = 120


def add_commands(nouns: Verbs) -> None:
    """Register `afs case`."""
    verbs = add_noun(nouns, "case", "the questions of a suite")
    listing = verbs.add_parser("list", help="a suite's cases")
    listing.add_argument("suite", help="its slug, for the newest version, or slug:number")
    listing.add_argument("--category", help="of this category only")
    add_limit(listing)
    listing.set_defaults(run=list_cases)
    show = verbs.add_parser("show", help="what is asked, what a right answer shows, and what versions answered")
    show.add_argument("suite", help="its slug, for the newest version, or slug:number")
    show.add_argument("case", help="its key, as the list shows it")
    add_limit(show)
    show.set_defaults(run=show_case)


def list_cases(arguments: argparse.Namespace) -> None:
    cases = find_suite(arguments.suite).cases.order_by("key")
    if arguments.category:
        cases = cases.filter(category=storable(arguments.category))
    rows = [(case.key, case.category, case.cluster, clip(case.question, WIDTH)) for case in cases[: arguments.limit]]
    print_table(rows, none="no such case")


def show_case(arguments: argparse.Namespace) -> None:
    suite = find_suite(arguments.suite)
    case = find_row(Case.objects.filter(suite=suite), arguments.case, key=arguments.case)
    print_table([("case", case.key), ("suite", suite), ("category", case.category), ("fact", case.cluster)])
    for message in case.messages:
        say(f"\n{message['role']}: {message['content']}")
    say("\na right answer shows")
    print_table((f"  {name}", value) for name, value in case.expected.items())
    say("\nanswers, newest first")
    answers = answers_to(case).order_by("-pk")[: arguments.limit]
    print_table(
        [(f"  {one.run.version}", decimals(one.score), said(one)) for one in answers],
        none="  none: no version was asked",
    )


def said(result: Result | None) -> str:
    """An answer on one line, or why there is none."""
    if result is None:
        return ""
    return clip(result.answer or result.error or "(it said nothing)", WIDTH)
