"""`afs worker`: take jobs on this machine until asked to stop."""

from __future__ import annotations

import argparse

from django.conf import settings

from afsweb.core.jobs.worker import Worker, read_queues
from afsweb.terminal import Verbs


def add_commands(subparsers: Verbs) -> None:
    worker = subparsers.add_parser("worker", help="take jobs on this machine, one at a time, until Ctrl-C")
    known = ", ".join(settings.QUEUES)
    worker.add_argument("--queues", default=known, help=f"what to take, with commas between; unless given {known}")
    worker.add_argument("--name", default="worker", help="a word for this worker among those of the machine")
    worker.set_defaults(run=worker_command)


def worker_command(arguments: argparse.Namespace) -> None:
    Worker(settings.HOST_NAME, read_queues(arguments.queues), arguments.name).run()
