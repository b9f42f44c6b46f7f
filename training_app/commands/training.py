"""`afs train`: a run of a recipe on a snapshot, or of settings on a dataset, as the guides' scripts are called."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.text import slugify
from pydantic import ValidationError

from afsweb.core.artifacts import artifact_path
from afsweb.core.finding import find_called
from afsweb.core.models import EventSource, Host, HostState
from afsweb.terminal import Verbs, say, slug, whole, words
from datasets_app.commands.finding import find_domain
from datasets_app.models import Snapshot
from training_app.backends.params import TrainingParams, problems
from training_app.commands.datasets import snapshot_of
from training_app.commands.runs import say_launched
from training_app.errors import BadSettings, BaseNotSaid, NothingToTrainOn, OutputTaken, RunHasNoName
from training_app.launch import launch_run
from training_app.models import BaseModel, Method, Recipe, TrainingRun
from training_app.presets.catalog import OURS
from training_app.recipes import save_recipe
from training_app.rows import recipe_rows

DOMAIN = "asm65816"
# A setting of a recipe, and what the guides' scripts call it.
FLAGS: dict[str, tuple[str, ...]] = {
    "epochs": ("epochs", "num_epochs"),
    "batch_size": ("batch_size",),
    "gradient_accumulation": ("gradient_accumulation_steps",),
    "learning_rate": ("learning_rate",),
    "rank": ("lora_r",),
    "alpha": ("lora_alpha",),
}
SWITCHES = {"fp16": ("precision", "fp16"), "gradient_checkpointing": ("gradient_checkpointing", "on")}


def add_commands(nouns: Verbs) -> None:
    """Register `afs train`."""
    train = nouns.add_parser("train", help="launch a training run")
    train.add_argument("name", nargs="?", type=slug, help="the version will be called so; the output's name without it")
    train.add_argument("--recipe", help="its name, for the newest version, or name:number")
    train.add_argument("--snapshot", help="its name, for the newest of that name, or its id")
    train.add_argument("--host", help="the name of the machine; any that is free unless given")
    train.add_argument("--seed", type=whole(0, 2**32 - 1), default=0, help="the same seed repeats the run")
    train.add_argument("--reason", type=words(300), help="why to train although a gate stops it")
    train.add_argument("--wait", action="store_true", help="until it ends, with its progress; Ctrl-C leaves it running")
    _add_scripts_flags(train)
    train.set_defaults(run=train_command)


def _add_scripts_flags(train: argparse.ArgumentParser) -> None:
    train.add_argument(
        "--dataset",
        nargs="+",
        metavar="DATASET",
        help="a file, a folder, a pattern or a snapshot",
    )
    train.add_argument("--domain", default=DOMAIN, help=f"what the dataset is about; {DOMAIN} unless given")
    _add(train, ("output", "output_dir"), type=Path, help="a folder for the adapter; waits for the end")
    _add(train, ("base_model",), help="instead of a recipe: the base model")
    for setting, flags in FLAGS.items():
        read: Callable[[str], Any] = float if setting in ("epochs", "learning_rate") else int
        _add(train, flags, dest=setting, type=read, help=f"the recipe's {setting}")
    for flag in SWITCHES:
        _add(train, (flag,), action="store_true", help=f"the recipe's {SWITCHES[flag][0]}: {SWITCHES[flag][1]}")


def _add(parser: argparse.ArgumentParser, flags: tuple[str, ...], **more: Any) -> None:
    """A flag under all its names, with underscores and with hyphens."""
    spelled = [f"--{flag.replace('_', mark)}" for flag in flags for mark in "-_"]
    parser.add_argument(*dict.fromkeys(spelled), **{"dest": flags[0], **more})


def train_command(arguments: argparse.Namespace) -> int:
    """Launch it; with an output wait for it, and put the adapter there."""
    name, output = _name(arguments), arguments.output
    if output is not None:
        check_free(output)
    if not arguments.snapshot and not arguments.dataset:
        raise NothingToTrainOn
    how = _how(arguments)
    host = find_called(Host.objects.filter(state=HostState.ACTIVE), arguments.host) if arguments.host else None
    snapshot = _snapshot(arguments, name)
    run = launch_run(
        how if isinstance(how, Recipe) else how.save(name, snapshot),
        snapshot,
        name=name,
        by=None,
        host=host,
        seed=arguments.seed,
        reason=arguments.reason or "",
        source=EventSource.CLI,
    )
    status = say_launched(run, wait=arguments.wait or output is not None)
    if status == 0 and output is not None:
        put_adapter(TrainingRun.objects.select_related("adapter").get(pk=run.pk), output)
    return status


def _name(arguments: argparse.Namespace) -> str:
    name = arguments.name or (slugify(arguments.output.name)[:64] if arguments.output else "")
    if not name:
        raise RunHasNoName
    return str(name)


def _snapshot(arguments: argparse.Namespace, name: str) -> Snapshot:
    if arguments.dataset:
        return snapshot_of(arguments.dataset, find_domain(arguments.domain), name)
    return find_called(Snapshot.objects.filter(is_archived=False), arguments.snapshot)


@dataclass(frozen=True)
class How:
    """The settings of a recipe that is made for this run."""

    base: BaseModel
    method: str
    params: dict[str, Any]
    is_ours: bool

    def save(self, name: str, snapshot: Snapshot) -> Recipe:
        """The recipe, under the run's name. Of ours the best state is kept only where something tells which it is."""
        no_judge = {"keep": "last"} if self.is_ours and not snapshot.validation_count else {}
        told = {"method": self.method, "note": "afs train"}
        return save_recipe(name, self.base, self.params | no_judge, by=None, source=EventSource.CLI, **told)


def _how(arguments: argparse.Namespace) -> Recipe | How:
    """The recipe named, or the settings given over its or ours. Raises NoSuchRow, BaseNotSaid, BadSettings."""
    over = _given(arguments)
    start = find_called(recipe_rows().filter(is_archived=False), arguments.recipe) if arguments.recipe else None
    if start is not None and not over and not arguments.base_model:
        return start
    base = start.base_model if start and not arguments.base_model else _base(arguments.base_model)
    params = _checked({**(start.params if start else OURS.settings), **over}, over, base)
    return How(base, start.method if start else Method.LORA, params, is_ours=start is None)


def _given(arguments: argparse.Namespace) -> dict[str, Any]:
    """The settings that the words give."""
    told = {setting: getattr(arguments, setting) for setting in FLAGS}
    switched = {setting: value for flag, (setting, value) in SWITCHES.items() if getattr(arguments, flag)}
    return {setting: value for setting, value in told.items() if value is not None} | switched


def _base(called: str | None) -> BaseModel:
    """The base of that name, or the only one that has weights. Raises NoSuchRow, BaseNotSaid."""
    if called:
        return find_called(BaseModel.objects.all(), called, "model_id")
    ready = list(BaseModel.objects.filter(weights__isnull=False)[:11])
    if len(ready) != 1:
        known = ", ".join(map(str, ready)) or "none yet: `afs base fetch` brings one"
        raise BaseNotSaid(known=known)
    return ready[0]


def _checked(told: dict[str, Any], over: dict[str, Any], base: BaseModel) -> dict[str, Any]:
    """The settings as a recipe keeps them. Raises BadSettings."""
    if "epochs" in over:
        told["max_steps"] = None
    if base.context_tokens:
        told["max_length"] = min(told["max_length"], base.context_tokens)
    try:
        return TrainingParams(**told).model_dump(mode="json")
    except ValidationError as error:
        raise BadSettings(problems="; ".join(f"{name} {what}" for name, what in problems(error).items())) from None


def check_free(output: Path) -> None:
    """Raise OutputTaken before anything is trained for a folder that cannot be written."""
    output = output.expanduser()
    if output.exists() and not output.is_dir():
        raise OutputTaken(path=output, what="is a file")
    if output.is_dir() and any(output.iterdir()):
        raise OutputTaken(path=output, what="is not empty")
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputTaken(path=output, what=f"cannot be made ({error.strerror})") from None


def put_adapter(run: TrainingRun, output: Path) -> None:
    """Copy the run's adapter to `output`, and say so."""
    if run.adapter is not None:
        shutil.copytree(artifact_path(run.adapter), output.expanduser(), dirs_exist_ok=True)
        say(f"its adapter is in {output}")
