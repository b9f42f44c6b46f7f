"""`afs answer list`: what a version said in an evaluation, and what it earned."""

from __future__ import annotations

import argparse

from afsweb.core.jobs.text import storable
from afsweb.core.templatetags.afs import decimals
from afsweb.terminal import Verbs, add_limit, add_noun, clip, print_table
from evals_app.answers import OUTCOMES, answer_rows
from evals_app.commands.cases import said
from evals_app.commands.finding import WHICH, find_eval

QUESTION_WIDTH = 60


def add_commands(nouns: Verbs) -> None:
    """Register `afs answer`."""
    verbs = add_noun(nouns, "answer", "the answers of an evaluation")
    listing = verbs.add_parser("list", help="an evaluation's answers with their scores")
    listing.add_argument("eval", help=WHICH)
    listing.add_argument("--outcome", choices=tuple(OUTCOMES), default="", help="only these")
    listing.add_argument("--category", default="", help="of this category only")
    add_limit(listing)
    listing.set_defaults(run=list_answers)


def list_answers(arguments: argparse.Namespace) -> None:
    results = answer_rows(find_eval(arguments.eval), arguments.outcome, storable(arguments.category))
    rows = [
        (one.case.key, decimals(one.score), clip(one.case.question, QUESTION_WIDTH), said(one))
        for one in results.order_by("case__key", "repeat")[: arguments.limit]
    ]
    print_table(rows, none="no answer is like that")
