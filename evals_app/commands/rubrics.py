"""`afs rubric list`, `show`, `make`: what judges are told to look for."""

from __future__ import annotations

import argparse
from pathlib import Path

from afsweb.core.models import EventSource
from afsweb.terminal import Verbs, add_limit, add_noun, print_table, say
from evals_app.errors import RubricRefused
from evals_app.judging.files import read_rubric, write_rubric
from evals_app.judging.rubrics import find_rubric, make_rubric
from evals_app.models import Rubric


def add_commands(nouns: Verbs) -> None:
    """Register `afs rubric`."""
    verbs = add_noun(nouns, "rubric", "what judges are told to look for")
    listing = verbs.add_parser("list", help="every version of every rubric")
    add_limit(listing)
    listing.set_defaults(run=list_rubrics)
    show = verbs.add_parser("show", help="criteria, safety rules and anchors")
    show.add_argument("rubric", help="its slug, for the newest version, or slug:number")
    show.add_argument("--json", action="store_true", help="as the file that makes it")
    show.set_defaults(run=show_rubric)
    make = verbs.add_parser(
        "make", help="make the next version of a rubric from a JSON file, or say which version it is"
    )
    make.add_argument("file", type=Path)
    make.set_defaults(run=make_command)


def list_rubrics(arguments: argparse.Namespace) -> None:
    rows = [
        (one.reference, f"{len(one.criteria)} criteria", f"{len(one.safety)} safety rules", one.name)
        for one in Rubric.objects.order_by("-pk")[: arguments.limit]
    ]
    print_table(rows, none="no rubric yet: `afs rubric make FILE` makes one")


def show_rubric(arguments: argparse.Namespace) -> None:
    rubric = find_rubric(arguments.rubric)
    if arguments.json:
        say(write_rubric(rubric))
        return
    print_table([("rubric", rubric.reference), ("name", rubric.name), ("page", rubric.get_absolute_url())])
    print_table((f"  {one['name']}", f"weight {one['weight']:g}", one["text"]) for one in rubric.criteria)
    print_table((f"  {one['name']}", "must not be broken", one["text"]) for one in rubric.safety)
    print_table((f"  {one['key']}", f"anchor, people gave it {one['mark']:g}", one["answer"]) for one in rubric.anchors)


def make_command(arguments: argparse.Namespace) -> None:
    try:
        text = arguments.file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RubricRefused(reason=f"{arguments.file} cannot be read ({error})") from None
    rubric, is_new = make_rubric(read_rubric(text), by=None, source=EventSource.CLI)
    say(f"{rubric.reference}  {'made' if is_new else 'there already'}  {rubric.get_absolute_url()}")
