"""`afs suite scaling`: what size and what data bought on a suite."""

from __future__ import annotations

import argparse

from afsweb.core.finding import find_called
from afsweb.core.templatetags.afs import number
from afsweb.terminal import Verbs, print_table, say
from evals_app.commands.finding import find_suite
from evals_app.models import EvalRun
from evals_app.scaling.advice import advise
from evals_app.scaling.points import NOTHING, Curve, by_data, by_size, recipes_in, scored_on
from training_app.models import Recipe
from training_app.rows import recipe_rows


def add_verb(verbs: Verbs) -> None:
    """Register it."""
    scaling = verbs.add_parser("scaling", help="whether more data or a larger model is worth its price")
    scaling.add_argument("suite", help="its slug, for the newest version, or slug:number")
    scaling.add_argument("--recipe", help="of the learning curve; else the one that trained most versions")
    scaling.add_argument("--plain", action="store_true", help="sizes of bases as they are, not of what was trained")
    scaling.set_defaults(run=scaling_command)


def scaling_command(arguments: argparse.Namespace) -> None:
    runs = scored_on(find_suite(arguments.suite))
    recipe = _recipe(arguments.recipe, runs)
    size, data = by_size(runs, plain=arguments.plain), by_data(runs, recipe) if recipe else NOTHING
    _print("base parameters", size)
    _print(f"rows under {recipe}" if recipe else "rows", data)
    say(advise(size.line, data.line).text)


def _recipe(called: str | None, runs: list[EvalRun]) -> Recipe | None:
    """The recipe that is called so, else the one that trained most of the versions."""
    return find_called(recipe_rows(), called) if called else next(iter(recipes_in(runs)), None)


def _print(what: str, curve: Curve) -> None:
    for one in curve.scored:
        score = f"{one.point.score:.2f} ({one.point.low:.2f} to {one.point.high:.2f})"
        print_table([(f"{number(int(one.point.size))} {what}", one.version, score)])
