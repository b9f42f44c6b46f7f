"""`afs base`, `afs recipe`, `afs train`, `afs ask`: training from the command line."""

from __future__ import annotations

import argparse
import json

from pydantic import ValidationError

from afsweb.core.finding import find_row
from afsweb.core.models import EventSource
from datasets_app.models import Domain, Snapshot
from training_app.asking import ask_version
from training_app.backends.params import LoraParams, problems
from training_app.base_models import build_tiny_base
from training_app.errors import BadSettings
from training_app.launch import launch_run
from training_app.models import BaseModel, ModelVersion, Recipe
from training_app.recipes import save_recipe


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register this app's sub-commands."""
    base = subparsers.add_parser("base", help="build the tiny base model of a domain")
    base.add_argument("domain", help="such as asm65816")
    base.set_defaults(run=_base)
    recipe = subparsers.add_parser("recipe", help="save the next version of a recipe")
    recipe.add_argument("name")
    recipe.add_argument("--base", required=True, help="the base model's id")
    recipe.add_argument("--params", required=True, help="the settings as JSON")
    recipe.set_defaults(run=_recipe)
    train = subparsers.add_parser("train", help="launch a run")
    train.add_argument("name")
    train.add_argument("--recipe", required=True, help="a recipe's name: its newest version")
    train.add_argument("--snapshot", required=True, help="a snapshot's name")
    train.add_argument("--seed", type=int, default=0)
    train.set_defaults(run=_train)
    ask = subparsers.add_parser("ask", help="ask a model version a question")
    ask.add_argument("version", help="such as veran-registers or veran-registers:2")
    ask.add_argument("question")
    ask.set_defaults(run=_ask)


def _base(arguments: argparse.Namespace) -> None:
    domain = find_row(Domain.objects.all(), arguments.domain, slug=arguments.domain)
    base = build_tiny_base(domain, by=None, source=EventSource.CLI)
    print(f"{base}: {'has its weights' if base.weights else 'is being built'}  {base.get_absolute_url()}")


def _recipe(arguments: argparse.Namespace) -> None:
    base = find_row(BaseModel.objects.all(), arguments.base, model_id=arguments.base)
    try:
        params = LoraParams(**json.loads(arguments.params)).model_dump(mode="json")
    except ValidationError as error:
        raise BadSettings(problems="; ".join(f"{name} {what}" for name, what in problems(error).items())) from None
    except (ValueError, TypeError):
        raise BadSettings(problems="they are no JSON object") from None
    print(save_recipe(arguments.name, base, params, by=None, source=EventSource.CLI))


def _train(arguments: argparse.Namespace) -> None:
    run = launch_run(
        find_row(Recipe.objects.all(), arguments.recipe, name=arguments.recipe),
        find_row(Snapshot.objects.all(), arguments.snapshot, name=arguments.snapshot),
        name=arguments.name,
        by=None,
        seed=arguments.seed,
        source=EventSource.CLI,
    )
    print(f"{run}: queued  {run.get_absolute_url()}")


def _ask(arguments: argparse.Namespace) -> None:
    name, _, number = arguments.version.partition(":")
    versions = ModelVersion.objects.filter(number=number) if number.isdecimal() else ModelVersion.objects.all()
    job = ask_version(find_row(versions, arguments.version, name=name), arguments.question, by=None)
    print(f"asked; the answer comes to {job.get_absolute_url()}")
