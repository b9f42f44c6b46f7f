"""`manage.py afs_worker`: take jobs on this machine until asked to stop."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from afsweb.core.jobs.errors import NoSuchQueue
from afsweb.core.jobs.worker import Worker, read_queues


class Command(BaseCommand):
    help = "Take jobs on this machine, one at a time, until asked to stop (Ctrl-C or SIGTERM)."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--queues", default=",".join(settings.QUEUES), help="what to take, with commas between")
        parser.add_argument("--host", default=settings.HOST_NAME, help="this machine's name; jobs are pinned to it")
        parser.add_argument("--name", default="worker", help="a word for this worker among those of the machine")

    def handle(self, *_args: Any, queues: str, host: str, name: str, **_options: Any) -> None:
        try:
            names = read_queues(queues)
        except NoSuchQueue as error:
            raise CommandError(str(error)) from None
        os.environ["AFS_HOST_NAME"] = host  # the jobs that it starts say which machine has their files
        Worker(host, names, name).run()
