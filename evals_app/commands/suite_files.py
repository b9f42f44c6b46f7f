"""`afs suite import`, `export`, `shipped`, `from-goldens`, `changes`: where suites come from and go to."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from afsweb.core.finding import find_row
from afsweb.core.jobs.text import storable
from afsweb.core.models import EventSource
from afsweb.refusal import Refusal
from afsweb.terminal import CannotWrite, Verbs, add_limit, clean, print_table, say, whole
from datasets_app.models import Domain
from evals_app.authoring.changes import KINDS, changed_cases, count_changes
from evals_app.commands.finding import find_suite
from evals_app.files import own
from evals_app.files.importing import check_lost, facts_of, make_from_file, revise_from_file
from evals_app.files.reading import read_cases
from evals_app.from_samples.drafting import What
from evals_app.from_samples.suites import WHAT, make_from_samples
from evals_app.models import Purpose, Suite
from evals_app.scorers import SCORERS
from evals_app.shipped.making import make_shipped


class CannotRead(Refusal):
    """{path} cannot be read: {reason}. Name another file."""


def add_verbs(verbs: Verbs) -> None:
    """Register them under `afs suite`."""
    _add_import(verbs)
    export = verbs.add_parser("export", help="print a suite as lines of JSON, which import reads without loss")
    export.add_argument("suite", help="its slug, for the newest version, or slug:number")
    export.add_argument("--to", metavar="FILE", help="write them there instead")
    export.set_defaults(run=export_command)
    shipped = verbs.add_parser("shipped", help="make the suites that come with the house, where they are not there yet")
    shipped.set_defaults(run=shipped_command)
    samples = verbs.add_parser("from-goldens", help="make a case of each golden of a domain, or of each edit")
    samples.add_argument("domain", help="its slug, such as asm65816")
    samples.add_argument("--name", default="", help="of the suite; the same name makes its next version")
    samples.add_argument("--edits", action="store_true", help="of edits that made an answer better instead")
    samples.set_defaults(run=from_goldens)
    changes = verbs.add_parser("changes", help="which cases changed since the version before, or another one")
    changes.add_argument("suite", help="its slug, for the newest version, or slug:number")
    changes.add_argument("--since", type=whole(1, 10**8), metavar="NUMBER", help="the version before unless given")
    add_limit(changes)
    changes.set_defaults(run=changes_command)


def _add_import(verbs: Verbs) -> None:
    verb = verbs.add_parser("import", help="make a suite of a file's cases, or the next version of the one called so")
    verb.add_argument("file", help="lines of JSON, or promptfoo's YAML; - for standard input")
    verb.add_argument("--slug", default="", help="what it is called in commands; of its name unless given")
    verb.add_argument("--name", default="")
    verb.add_argument("--domain", default="", help="its slug; what the file says, else asm65816")
    verb.add_argument("--purpose", default="", choices=Purpose.values)
    verb.add_argument("--scorer", default="", choices=tuple(SCORERS), help="of the cases that name none")
    verb.add_argument("--keep", action="store_true", help="the other cases that the suite has, where it is there")
    verb.add_argument("--without", action="store_true", help="leave out what has no counterpart here")
    verb.set_defaults(run=import_command)


def import_command(arguments: argparse.Namespace) -> None:
    found = read_cases(_read(arguments.file), arguments.file)
    check_lost(found, may_lose=arguments.without)
    for lost in found.lost:
        print(clean(f"left out: {lost}"), file=sys.stderr)
    names = ("slug", "name", "domain", "purpose", "scorer")
    given = {name: storable(getattr(arguments, name)) for name in names}
    if given["slug"] and not given["name"] and "name" not in found.facts:
        given["name"] = given["slug"]
    slug = facts_of(found, given)["slug"]
    there = Suite.objects.select_related("domain").filter(slug=slug).order_by("-number").first()
    if there:
        suite = revise_from_file(there, found, keeps=arguments.keep, by=None, source=EventSource.CLI)
    else:
        suite = make_from_file(found, given, by=None, source=EventSource.CLI)
    say_made(suite)


def export_command(arguments: argparse.Namespace) -> None:
    lines = own.write(find_suite(arguments.suite))
    if not arguments.to:
        # As they are: a program reads them.
        sys.stdout.writelines(lines)
        return
    try:
        Path(arguments.to).write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise CannotWrite(path=arguments.to, reason=error.strerror) from None
    say(f"written: {arguments.to}")


def shipped_command(_arguments: argparse.Namespace) -> None:
    for suite in make_shipped(None, EventSource.CLI):
        say_made(suite)


def from_goldens(arguments: argparse.Namespace) -> None:
    domain = find_row(Domain.objects.all(), arguments.domain, slug=arguments.domain)
    what: What = "edits" if arguments.edits else "goldens"
    name = storable(arguments.name.strip()) or f"From {WHAT[what]} of {domain.slug}"
    suite, drafted = make_from_samples(domain, what, name=name, by=None, source=EventSource.CLI)
    for reason, count in drafted.left.items():
        say(f"{count} gave no case: {reason}")
    say_made(suite)


def changes_command(arguments: argparse.Namespace) -> None:
    suite = find_suite(arguments.suite)
    since = arguments.since or max(suite.number - 1, 1)
    old = find_row(Suite.objects.filter(slug=suite.slug), f"{suite.slug}:{since}", number=since)
    counts = count_changes(old, suite)
    say(f"{suite} since version {old.number}: " + ", ".join(f"{count} {kind}" for kind, count in counts.items()))
    for kind in KINDS:
        cases = changed_cases(old, suite, kind).order_by("key")[: arguments.limit]
        print_table((kind, case.key, case.category) for case in cases)


def say_made(suite: Suite) -> None:
    """One line: which version it is."""
    say(f"{suite.slug}:{suite.number}  {suite.cases.count()} cases  {suite.get_absolute_url()}")


def _read(path: str) -> bytes:
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise CannotRead(path=path, reason=error.strerror) from None
