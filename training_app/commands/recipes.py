"""`afs recipe list`, `show`, `save`, `clone`, `diff`, `presets`, `archive`, `restore`: how to train."""

from __future__ import annotations

import argparse
import json
from functools import partial
from typing import Any

from pydantic import ValidationError

from afsweb.core.finding import find_called
from afsweb.core.jobs.text import storable
from afsweb.core.models import EventSource
from afsweb.terminal import Verbs, add_limit, add_noun, print_table, say, slug
from training_app.backends.params import TrainingParams, problems
from training_app.differences import Value, compare_settings
from training_app.errors import BadSettings, PresetNeedsBase
from training_app.models import Backend, BaseModel, Method, Recipe, TrainingRun
from training_app.presets.catalog import BY_SLUG, PRESETS, Preset
from training_app.presets.rows import base_of
from training_app.recipes import archive_recipe, save_recipe, settings_of
from training_app.rows import recipe_rows, run_rows, runs_with


def add_commands(nouns: Verbs) -> None:
    """Register `afs recipe`."""
    verbs = add_noun(nouns, "recipe", "recipes: how to train")
    listing = verbs.add_parser("list", help="the newest recipes in use")
    add_limit(listing)
    listing.set_defaults(run=list_recipes)
    _add_making(verbs)
    for name, run, text in (
        ("show", show_recipe, "every setting with its meaning, and the runs that used it"),
        ("archive", partial(archive, archived=True), "take a recipe out of the lists; its runs keep it"),
        ("restore", partial(archive, archived=False), "bring an archived recipe back"),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("recipe", help="its name, for the newest version, or name:number")
        verb.set_defaults(run=run)
    verbs.add_parser("presets", help="what guides recommend, each with its source").set_defaults(run=list_presets)
    diff = verbs.add_parser("diff", help="the settings in which two recipes, or presets, differ")
    diff.add_argument("one", help="a recipe's name, name:number or id, or the name of a preset")
    diff.add_argument("other")
    diff.add_argument("--all", action="store_true", help="those that are equal, too")
    diff.set_defaults(run=diff_recipes)


def _add_making(verbs: Verbs) -> None:
    save = verbs.add_parser("save", help="save the next version of a recipe")
    save.add_argument("name", type=slug)
    save.add_argument("--base", required=True, help="the base model's name")
    save.add_argument("--params", required=True, help="the settings as JSON, such as '{\"max_steps\": 400}'")
    save.add_argument("--method", choices=Method.values, default=Method.LORA)
    save.add_argument("--backend", choices=Backend.values, default=Backend.TRL)
    save.add_argument("--note", default="", help="where the settings come from")
    save.set_defaults(run=save_command)
    clone = verbs.add_parser("clone", help="save one of your own with the settings of another")
    clone.add_argument("name", type=slug, help="what yours is called")
    of = clone.add_mutually_exclusive_group(required=True)
    of.add_argument("--from-run", metavar="RUN", help="those that a run trained with")
    of.add_argument("--recipe", help="those of a recipe, by its name or name:number")
    of.add_argument("--preset", choices=list(BY_SLUG), help="those of a preset")
    clone.add_argument("--base", help="another base model")
    clone.add_argument("--params", default="{}", help="settings that are to be others, as JSON")
    clone.set_defaults(run=clone_command)


def list_recipes(arguments: argparse.Namespace) -> None:
    recipes = recipe_rows().filter(is_archived=False).order_by("-pk")[: arguments.limit]
    rows = [(f"{one.name}:{one.number}", one.get_method_display(), one.base_model, one.source) for one in recipes]
    print_table(rows, none="no recipe yet: `afs recipe save` makes one")


def show_recipe(arguments: argparse.Namespace) -> None:
    recipe = find_called(recipe_rows(), arguments.recipe)
    how = f"{recipe.get_method_display()} with {recipe.get_backend_display()} on {recipe.base_model}"
    say(f"{recipe}{' (archived)' if recipe.is_archived else ''}: {how}  {recipe.get_absolute_url()}")
    for title, settings in settings_of(recipe.params):
        say(f"\n{title}")
        print_table([(one.name, one.shown, "changed" if one.is_changed else "", one.meaning) for one in settings])
    print_table([("run", run, run.shown_state.label, run.snapshot) for run in runs_with(recipe)])


def save_command(arguments: argparse.Namespace) -> None:
    base = find_called(BaseModel.objects.all(), arguments.base, "model_id")
    params = read_params(arguments.params)
    _save(arguments.name, base, params, arguments.method, arguments.backend, storable(arguments.note)[:300])


def _save(name: str, base: BaseModel, params: dict[str, Any], method: str, backend: str, note: str) -> None:
    how = {"method": method, "backend": backend, "note": note}
    say(save_recipe(name, base, params, by=None, source=EventSource.CLI, **how))


def clone_command(arguments: argparse.Namespace) -> None:
    """Save a recipe with the settings of a run, a recipe or a preset, and what is given over them."""
    start, note = _start(arguments)
    base = find_called(BaseModel.objects.all(), arguments.base, "model_id") if arguments.base else _base_of(start)
    told = start.settings if isinstance(start, Preset) else start.params
    over = read_object(arguments.params)
    # Steps or epochs: one that is given takes the place of the other.
    other = {"epochs": "max_steps", "max_steps": "epochs"}
    left = {name: value for name, value in told.items() if not any(other.get(one) == name for one in over)}
    _save(arguments.name, base, read_params(json.dumps(left | over)), start.method, start.backend, note)


def _start(arguments: argparse.Namespace) -> tuple[Recipe | Preset, str]:
    """What is cloned, and what the clone says of where it comes from."""
    if arguments.preset:
        return BY_SLUG[arguments.preset], BY_SLUG[arguments.preset].note
    if arguments.from_run:
        run: TrainingRun = find_called(run_rows(), arguments.from_run)
        return run.recipe, f"cloned from {run.recipe} of the run {run}"[:300]
    recipe = find_called(recipe_rows(), arguments.recipe)
    return recipe, f"cloned from {recipe}"


def _base_of(start: Recipe | Preset) -> BaseModel:
    """The base to begin with. Raises PresetNeedsBase."""
    if isinstance(start, Recipe):
        return start.base_model
    base = base_of(start)
    if base is None:
        raise PresetNeedsBase(preset=start, base=start.base_id or "any base model")
    return base


def list_presets(_: argparse.Namespace) -> None:
    """Every preset, with where it comes from."""
    rows = [(one.slug, one.base_id or "any base", one.method.label, f"{one.source}, {one.dated}") for one in PRESETS]
    print_table(rows)


def diff_recipes(arguments: argparse.Namespace) -> None:
    """The settings of two side by side."""
    sides = [BY_SLUG.get(called) or find_called(recipe_rows(), called) for called in (arguments.one, arguments.other)]
    found = [one for one in compare_settings(sides) if arguments.all or one.differs]
    print_table(
        [("setting", *sides), *((one.name, *map(_cell, one.values)) for one in found)] if found else [], none=SAME
    )


def _cell(value: Value) -> str:
    return value.text if value.is_said else f"{value.text} (not said)"


SAME = "nothing differs: they would train the same"


def read_params(text: str) -> dict[str, Any]:
    """The settings that a JSON object gives, checked, with what it leaves out. Raises BadSettings."""
    try:
        params = TrainingParams(**read_object(text))
    except ValidationError as error:
        raise BadSettings(problems="; ".join(f"{name} {what}" for name, what in problems(error).items())) from None
    if any(name != storable(name) for name in (*params.target_modules, *params.modules_to_save, *params.trackers)):
        raise BadSettings(problems="the name of a layer holds what is no text")
    return params.model_dump(mode="json")


def read_object(text: str) -> dict[str, Any]:
    """The JSON object in `text`. Raises BadSettings."""
    try:
        told = json.loads(text)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise BadSettings(problems="they are no JSON object")
    return told


def archive(arguments: argparse.Namespace, *, archived: bool) -> None:
    recipe = find_called(Recipe.objects.all(), arguments.recipe)
    archive_recipe(recipe, archived, by=None, source=EventSource.CLI)
    say(f"{recipe} is {'archived' if archived else 'restored'}; {recipe.runs.count()} runs keep it")
