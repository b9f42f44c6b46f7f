"""`afs answer list`, `confusion`, `score`: what a version said, what it was worth, what it took for what."""

from __future__ import annotations

import argparse

from afsweb.core.acting import acting, add_as
from afsweb.core.finding import find_row
from afsweb.core.jobs.text import storable
from afsweb.core.models import EventSource, Role
from afsweb.core.templatetags.afs import decimals
from afsweb.terminal import Verbs, add_limit, add_noun, clip, print_table, say, share, whole, words
from evals_app.commands.cases import said
from evals_app.commands.finding import WHICH, find_eval
from evals_app.compare.matrix import confusion_matrix
from evals_app.models import ResultState
from evals_app.people.scores import LONGEST_REASON, give_score, human_scores
from evals_app.results.answers import OUTCOMES, answer_rows

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
    confusion = verbs.add_parser("confusion", help="what was answered where something else was right")
    confusion.add_argument("eval", help=WHICH)
    add_limit(confusion)
    confusion.set_defaults(run=show_confusion)
    score = verbs.add_parser("score", help="say what an answer is worth: 0, 0.25, 0.5, 0.75 or 1")
    score.add_argument("eval", help=WHICH)
    score.add_argument("case", help="its key, as the list shows it")
    score.add_argument("value", type=share(0, 1))
    score.add_argument("--repeat", type=whole(1, 20), default=1, help="which of several answers to the case")
    score.add_argument("--reason", type=words(LONGEST_REASON))
    add_as(score, Role.REVIEWER)
    score.set_defaults(run=score_command)


def list_answers(arguments: argparse.Namespace) -> None:
    results = answer_rows(find_eval(arguments.eval), arguments.outcome, storable(arguments.category))
    rows = [
        (one.case.key, decimals(one.score), clip(one.case.question, QUESTION_WIDTH), said(one))
        for one in results.order_by("case__key", "repeat")[: arguments.limit]
    ]
    print_table(rows, none="no answer is like that")


def show_confusion(arguments: argparse.Namespace) -> None:
    matrix = confusion_matrix(find_eval(arguments.eval))
    place = {said: number for number, said in enumerate(matrix.said)}
    wrong = sorted((cell for cell in matrix.cells if not cell.is_right), key=lambda cell: place[cell.said])
    if matrix.collapse:
        say(matrix.collapse)
    rows = [(cell.said, f"where {cell.right} is right", f"{cell.count:,} answers") for cell in wrong]
    print_table(rows[: arguments.limit], none="nothing was taken for anything else")


def score_command(arguments: argparse.Namespace) -> None:
    run = find_eval(arguments.eval)
    answers = run.results.exclude(state=ResultState.PLANNED).select_related("case")
    result = find_row(answers, arguments.case, case__key=arguments.case, repeat=arguments.repeat - 1)
    by = acting(arguments, Role.REVIEWER)
    score = give_score(result, by, arguments.value, arguments.reason or "", EventSource.CLI)
    say(f"{result.case.key}: {by} gives it {score.value:g}; {human_scores(run)} answers of {run} are judged by people")
