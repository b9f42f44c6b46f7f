"""`afs recipe list`, `show`, `save`, `archive`, `restore`: how to train."""

from __future__ import annotations

import argparse
import json
from functools import partial

from pydantic import ValidationError

from afsweb.core.archiving import set_archived
from afsweb.core.finding import find_called
from afsweb.core.jobs.text import storable
from afsweb.core.models import EventSource
from afsweb.terminal import Verbs, add_limit, add_noun, print_table, say, slug
from training_app.backends.params import LoraParams, problems
from training_app.errors import BadSettings
from training_app.models import BaseModel, Recipe
from training_app.recipes import save_recipe, settings_of
from training_app.rows import recipe_rows, runs_with


def add_commands(nouns: Verbs) -> None:
    """Register `afs recipe`."""
    verbs = add_noun(nouns, "recipe", "recipes: how to train")
    listing = verbs.add_parser("list", help="the newest recipes in use")
    add_limit(listing)
    listing.set_defaults(run=list_recipes)
    save = verbs.add_parser("save", help="save the next version of a recipe")
    save.add_argument("name", type=slug)
    save.add_argument("--base", required=True, help="the base model's name")
    save.add_argument("--params", required=True, help="the settings as JSON, such as '{\"max_steps\": 400}'")
    save.add_argument("--note", default="", help="where the settings come from")
    save.set_defaults(run=save_command)
    for name, run, text in (
        ("show", show_recipe, "every setting with its meaning, and the runs that used it"),
        ("archive", partial(archive, archived=True), "take a recipe out of the lists; its runs keep it"),
        ("restore", partial(archive, archived=False), "bring an archived recipe back"),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("recipe", help="its name, for the newest version, or name:number")
        verb.set_defaults(run=run)


def list_recipes(arguments: argparse.Namespace) -> None:
    recipes = recipe_rows().filter(is_archived=False).order_by("-pk")[: arguments.limit]
    rows = [(f"{one.name}:{one.number}", one.get_method_display(), one.base_model, one.source) for one in recipes]
    print_table(rows, none="no recipe yet: `afs recipe save` makes one")


def show_recipe(arguments: argparse.Namespace) -> None:
    recipe = find_called(recipe_rows(), arguments.recipe)
    how = f"{recipe.get_method_display()} with {recipe.get_backend_display()} on {recipe.base_model}"
    say(f"{recipe}{' (archived)' if recipe.is_archived else ''}: {how}  {recipe.get_absolute_url()}")
    print_table(settings_of(recipe))
    print_table([("run", run, run.shown_state.label, run.snapshot) for run in runs_with(recipe)])


def save_command(arguments: argparse.Namespace) -> None:
    base = find_called(BaseModel.objects.all(), arguments.base, "model_id")
    params = read_params(arguments.params)
    say(
        save_recipe(arguments.name, base, params, by=None, note=storable(arguments.note)[:300], source=EventSource.CLI),
    )


def read_params(text: str) -> dict[str, object]:
    """The settings that a JSON object gives, checked, with what it leaves out. Raises BadSettings."""
    try:
        params = LoraParams(**json.loads(text))
    except ValidationError as error:
        raise BadSettings(problems="; ".join(f"{name} {what}" for name, what in problems(error).items())) from None
    except (ValueError, TypeError):
        raise BadSettings(problems="they are no JSON object") from None
    if any(name != storable(name) for name in (*params.target_modules, *params.modules_to_save)):
        raise BadSettings(problems="the name of a layer holds what is no text")
    return params.model_dump(mode="json")


def archive(arguments: argparse.Namespace, *, archived: bool) -> None:
    recipe = find_called(Recipe.objects.all(), arguments.recipe)
    set_archived(recipe, archived, by=None, source=EventSource.CLI)
    say(f"{recipe} is {'archived' if archived else 'restored'}; {recipe.runs.count()} runs keep it")
