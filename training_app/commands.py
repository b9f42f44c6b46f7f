"""`afs base`, `afs recipe`, `afs train`, `afs ask`: training from the command line."""

from __future__ import annotations

import argparse
import json
from typing import Any

from afsweb.core.models import EventSource


def add_commands(subparsers: Any) -> None:
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


def _base(arguments: argparse.Namespace) -> int:
    from datasets_app.models import Domain
    from training_app.base_models import build_tiny_base

    base = build_tiny_base(Domain.objects.get(slug=arguments.domain), by=None, source=EventSource.CLI)
    print(f"{base}: {'has its weights' if base.weights else 'is being built'}  {base.get_absolute_url()}")
    return 0


def _recipe(arguments: argparse.Namespace) -> int:
    from training_app.backends.params import LoraParams
    from training_app.models import BaseModel
    from training_app.recipes import save_recipe

    base = BaseModel.objects.get(model_id=arguments.base)
    params = LoraParams(**json.loads(arguments.params)).model_dump(mode="json")
    print(save_recipe(arguments.name, base, params, by=None, source=EventSource.CLI))
    return 0


def _train(arguments: argparse.Namespace) -> int:
    from datasets_app.models import Snapshot
    from training_app.launch import launch_run
    from training_app.models import Recipe

    recipe = Recipe.objects.filter(name=arguments.recipe).order_by("-number").first()
    if recipe is None:
        raise Recipe.DoesNotExist
    run = launch_run(
        recipe,
        Snapshot.objects.get(name=arguments.snapshot),
        name=arguments.name,
        by=None,
        seed=arguments.seed,
        source=EventSource.CLI,
    )
    print(f"{run}: queued  {run.get_absolute_url()}")
    return 0


def _ask(arguments: argparse.Namespace) -> int:
    from training_app.asking import ask_version
    from training_app.models import ModelVersion

    name, _, number = arguments.version.partition(":")
    versions = ModelVersion.objects.filter(name=name, **({"number": int(number)} if number else {}))
    job = ask_version(versions.order_by("-number")[0], arguments.question, by=None)
    print(f"asked; the answer comes to {job.get_absolute_url()}")
    return 0
