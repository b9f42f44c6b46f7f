"""Evaluation from the terminal, one file a noun: `afs suite`, `case`, `eval`, `answer`, `compare`, `comparison`,
`rubric`, `judge`, `duel`."""

from __future__ import annotations

from afsweb.terminal import Verbs
from evals_app.commands import (
    answers,
    cases,
    comparing,
    comparisons,
    duels,
    evaluations,
    gates,
    judges,
    looping,
    rubrics,
    suites,
)


def add_commands(nouns: Verbs) -> None:
    """Register this app's sub-commands."""
    for noun in (suites, cases, answers, comparing, comparisons, rubrics, judges, duels, gates):
        noun.add_commands(nouns)
    verbs = evaluations.add_commands(nouns)
    gates.add_verbs(verbs)
    looping.add_eval_verbs(verbs)
