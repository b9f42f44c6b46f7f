"""`afs run tensorboard`: the curves of a run in TensorBoard, on the machine that trains it."""

from __future__ import annotations

import argparse
import shlex
import subprocess

from django.conf import settings

from afsweb.core.finding import find_called
from afsweb.terminal import Verbs, say
from training_app.backends.trl import work_dir
from training_app.errors import NoTensorBoardFiles
from training_app.rows import run_rows
from training_app.trainer.trackers import TENSORBOARD


def add_verb(verbs: Verbs) -> None:
    """Register it under `afs run`."""
    verb = verbs.add_parser("tensorboard", help="how to look at its curves in TensorBoard, on the machine that trains")
    verb.add_argument("run_name", metavar="run", help="its name, for the newest of that name, or its id")
    verb.add_argument("--serve", action="store_true", help="start it, until Ctrl-C")
    verb.set_defaults(run=tensorboard)


def tensorboard(arguments: argparse.Namespace) -> int:
    run = find_called(run_rows(), arguments.run_name)
    folder = work_dir(run) / TENSORBOARD
    if not folder.is_dir():
        raise NoTensorBoardFiles(run=run, host=run.host or "no machine yet")
    command = [settings.TRAINER_PYTHON, "-m", "tensorboard.main", "--logdir", str(folder)]
    say(shlex.join(command))
    return subprocess.call(command) if arguments.serve else 0
