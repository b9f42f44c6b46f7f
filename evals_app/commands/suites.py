"""`afs suite list`, `show`, `make`, `describe`, `scaling`, `archive`, `restore`: sets of questions."""

from __future__ import annotations

import argparse
from functools import partial

from django.db.models import Count

from afsweb.core.archiving import set_archived
from afsweb.core.jobs.text import storable
from afsweb.core.models import EventSource
from afsweb.terminal import Verbs, add_limit, add_noun, print_table, say, whole
from evals_app.authoring.describing import describe_suite
from evals_app.commands import looping, scaling, suite_files
from evals_app.commands.finding import find_suite
from evals_app.models import Purpose, Suite
from evals_app.register_suite import DIRECTIONS, areas, make_register_suite, registers_of
from evals_app.rows import scored_runs
from evals_app.scorers.of_suite import scorers_of
from evals_app.suites import categories_of


def add_commands(nouns: Verbs) -> None:
    """Register `afs suite`."""
    verbs = add_noun(nouns, "suite", "sets of questions")
    listing = verbs.add_parser("list", help="the newest suites in use")
    listing.add_argument("--archived", action="store_true", help="the archived ones instead")
    add_limit(listing)
    listing.set_defaults(run=list_suites)
    _add_make(verbs)
    scaling.add_verb(verbs)
    suite_files.add_verbs(verbs)
    looping.add_suite_verbs(verbs)
    _add_describe(verbs)
    for name, run, text in (
        ("show", show_suite, "a suite's categories, and what versions scored on it"),
        ("archive", partial(archive, archived=True), "take a suite out of what can be run"),
        ("restore", partial(archive, archived=False), "bring an archived suite back"),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("suite", help="its slug, for the newest version, or slug:number")
        verb.set_defaults(run=run)


def _add_make(verbs: Verbs) -> None:
    make = verbs.add_parser("make", help="make register questions of the 65816 domain, or say which version has them")
    make.add_argument("name", type=_name)
    make.add_argument("--areas", nargs="+", default=[], choices=areas(), metavar="AREA", help=", ".join(areas()))
    make.add_argument("--registers", default="", help="names or addresses; they go before --areas")
    make.add_argument("--directions", nargs="+", default=["name"], choices=tuple(DIRECTIONS))
    make.add_argument("--seed", type=whole(0, 2**31), default=0)
    make.add_argument("--description", default="")
    make.set_defaults(run=make_command)


def _add_describe(verbs: Verbs) -> None:
    verb = verbs.add_parser("describe", help="change what a suite is called, says of itself and is asked for")
    verb.add_argument("suite", help="its slug, for the newest version, or slug:number")
    verb.add_argument("--name", type=_name, help="of all its versions; its slug stays")
    verb.add_argument("--description")
    verb.add_argument("--purpose", choices=Purpose.values, help="another one makes a version with the same cases")
    verb.set_defaults(run=describe_command)


def describe_command(arguments: argparse.Namespace) -> None:
    suite = find_suite(arguments.suite)
    suite = describe_suite(
        suite,
        name=arguments.name or suite.name,
        description=suite.description if arguments.description is None else storable(arguments.description),
        purpose=Purpose(arguments.purpose or suite.purpose),
        by=None,
        source=EventSource.CLI,
    )
    say(f"{suite.slug}:{suite.number}  {suite.name}, asked for {suite.get_purpose_display()}")


def make_command(arguments: argparse.Namespace) -> None:
    suite = make_register_suite(
        arguments.name,
        registers_of(arguments.registers, arguments.areas),
        seed=arguments.seed,
        directions=arguments.directions,
        description=storable(arguments.description),
        by=None,
        source=EventSource.CLI,
    )
    say(f"{suite.slug}:{suite.number}  {suite.cases.count()} cases  {suite.get_absolute_url()}")


def list_suites(arguments: argparse.Namespace) -> None:
    suites = Suite.objects.filter(is_archived=arguments.archived).annotate(case_count=Count("cases"))
    rows = [
        (f"{one.slug}:{one.number}", f"{one.case_count:,} cases", f"{one.name}, scored by {one.scorer}")
        for one in suites.order_by("-pk")[: arguments.limit]
    ]
    print_table(rows, none="no such suite" if arguments.archived else "no suite yet: `afs suite make` makes one")


def show_suite(arguments: argparse.Namespace) -> None:
    suite = find_suite(arguments.suite)
    facts = suite.cases.values("cluster").distinct().count()
    print_table(
        [
            ("suite", f"{suite.slug}:{suite.number}{' (archived)' if suite.is_archived else ''}"),
            ("name", suite.name),
            ("domain", suite.domain),
            ("purpose", suite.get_purpose_display()),
            ("scorers", ", ".join(f"{scorer.title} {scorer.version}" for scorer in scorers_of(suite))),
            ("cases", f"{suite.cases.count():,} about {facts:,} facts, sha256 {suite.sha256[:16]}…"),
            *((f"  {name}", f"{count:,}") for name, count in categories_of(suite)),
            *(
                ("scored", f"{run.score:.3f}, {run.low:.3f} to {run.high:.3f}  {run.version}")
                for run in scored_runs(suite)
            ),
            ("page", suite.get_absolute_url()),
        ]
    )


def archive(arguments: argparse.Namespace, *, archived: bool) -> None:
    suite = find_suite(arguments.suite)
    set_archived(suite, archived, by=None, source=EventSource.CLI)
    say(f"{suite} is {'archived' if archived else 'restored'}; its evaluations stay as they are")


def _name(text: str) -> str:
    if not any(sign.isalnum() for sign in text) or len(text) > 200:
        raise argparse.ArgumentTypeError("a name needs a letter or a digit, and has at most 200 characters")
    return storable(text.strip())
