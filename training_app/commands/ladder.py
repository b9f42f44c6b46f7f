"""`afs run lighter`: the recipes that need less memory than a run that ran out of it."""

from __future__ import annotations

import argparse

from afsweb.core.finding import find_called
from afsweb.core.models import EventSource
from afsweb.terminal import Verbs, say
from training_app.ladder.clones import lighter_recipes, prepare_lighter
from training_app.models import TrainingRun
from training_app.rows import run_rows


def add_verb(verbs: Verbs) -> None:
    """Register it under `afs run`."""
    verb = verbs.add_parser("lighter", help="recipes that need less memory than a run that ran out of it")
    verb.add_argument("run_name", metavar="run", help="its name, for the newest of that name, or its id")
    verb.add_argument("kind", nargs="?", choices=("rank", "8bit", "4bit", "base"), help="save this one; nothing runs")
    verb.set_defaults(run=lighter)


def lighter(arguments: argparse.Namespace) -> None:
    run = find_called(run_rows(), arguments.run_name)
    if arguments.kind:
        recipe = prepare_lighter(run, arguments.kind, None, EventSource.CLI)
        say(f"{recipe} is saved: afs train {run.name} --recipe {recipe.name}:{recipe.number} --snapshot {run.snapshot}")
        return
    offers = lighter_recipes(run)
    for one in offers:
        say(f"{one.kind}  {one.text}")
    if not offers:
        say("nothing to offer: only a run that failed for want of memory has such recipes")


def story(run: TrainingRun) -> list[tuple[str, object]]:
    """What changed when memory ran out, for `afs run show`."""
    return [("out of memory", f"{rung.what} ({rung.said_by})") for rung in run.rungs.all()]
