"""`afs run diagnose`, `compare`, `note`: what a run's curves say, runs side by side, a person's words on a run."""

from __future__ import annotations

import argparse

from afsweb.core.finding import find_called
from afsweb.core.models import EventSource
from afsweb.core.templatetags.afs import decimals
from afsweb.terminal import Verbs, print_table, say
from training_app.curves.comparing import Side, differing, find_runs, sides_of
from training_app.curves.reading import read_curves
from training_app.diagnosis.diagnosing import diagnose
from training_app.notes import write_notes
from training_app.rows import run_rows

RANKS_NOTHING = (
    "Loss alone never ranks models: of two earlier trainings the one at loss 0.51 answered 13 % right, the one at 0.67 "
    "answered 44 %. `afs compare` compares what they answer."
)


def add_verbs(verbs: Verbs) -> None:
    """Register these verbs of `afs run`."""
    diagnose_verb = verbs.add_parser("diagnose", help="what its curves and answers say is wrong, and what may help")
    diagnose_verb.add_argument("run_name", metavar="run")
    diagnose_verb.set_defaults(run=diagnose_command)
    compare = verbs.add_parser("compare", help="runs side by side: the settings that differ, the ends of their curves")
    compare.add_argument("runs", nargs="+", metavar="run", help="two or more, each by its name or its id")
    compare.set_defaults(run=compare_command)
    note = verbs.add_parser("note", help="put a text in the place of its notes")
    note.add_argument("run_name", metavar="run")
    note.add_argument("text")
    note.set_defaults(run=note_command)


def diagnose_command(arguments: argparse.Namespace) -> None:
    run = find_called(run_rows(), arguments.run_name)
    diagnosis = diagnose(run, run.texts.order_by("step", "position"))
    for finding in diagnosis.findings:
        say(f"{finding.kind}: {finding.text} Since step {finding.since:,}.")
        for sentence in finding.evidence:
            say(f"  {sentence}")
        for remedy in finding.remedies:
            say(f"  may help: {remedy.text}  {remedy.address(run.recipe)}")
    looked = f"{diagnosis.steps:,} steps, {diagnosis.validations:,} validations and {diagnosis.answers:,} answers"
    say(f"looked at {looked}" if diagnosis.findings else f"nothing found in {looked}")


def compare_command(arguments: argparse.Namespace) -> None:
    named = [find_called(run_rows(), called) for called in arguments.runs]
    runs = find_runs([str(run.uuid) for run in named])
    curves = read_curves([run.pk for run in runs])
    table = differing(runs)
    for name, values in table.items():
        print_table([(name, *values)])
    print_table([_ends(side) for side in sides_of(runs, curves, table)])
    say(RANKS_NOTHING)


def _ends(side: Side) -> tuple[object, ...]:
    overfits = f"overfits since step {side.overfits.since:,}" if side.overfits else "no overfitting seen"
    return (
        side.run,
        side.run.state_word,
        f"training {decimals(side.train, 3)}",
        f"validation {decimals(side.validation, 3)}, best {decimals(side.best, 3)}",
        overfits if side.validation is not None else "no validation",
    )


def note_command(arguments: argparse.Namespace) -> None:
    run = find_called(run_rows(), arguments.run_name)
    write_notes(run, arguments.text, None, source=EventSource.CLI)
    say(f"{run}: the notes are saved")
