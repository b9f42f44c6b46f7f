"""`manage.py afs_job`: do one job that a worker has leased. Workers start it; people never need to."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from afsweb.core.jobs.child import run_child


class Command(BaseCommand):
    help = "Do one job that a worker has leased. Workers start this."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("job", type=UUID)
        parser.add_argument("lease", type=UUID)

    def handle(self, *_args: Any, job: UUID, lease: UUID, **_options: Any) -> None:
        sys.exit(run_child(job, lease))
