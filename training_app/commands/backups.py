"""`afs version backups` and `recover`: the days of the models' backup, and a version's files back from one."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from django.template.defaultfilters import filesizeformat

from afsweb.core.finding import find_called
from afsweb.core.models import ModelBackup
from afsweb.terminal import Verbs, add_limit, say
from training_app.backup.putting_back import put_back
from training_app.models import ModelVersion


def add_verbs(verbs: Verbs) -> None:
    """Register the verbs of `afs version` about backups."""
    listing = verbs.add_parser("backups", help="the days of the model backup, newest first")
    add_limit(listing)
    listing.set_defaults(run=list_backups)
    recover = verbs.add_parser("recover", help="put a version's files back from the model backup")
    recover.add_argument("version", help="such as veran-registers:2")
    recover.add_argument(
        "--day", type=date.fromisoformat, help="such as 2026-11-26; the newest that has it unless given"
    )
    recover.add_argument("--into", type=Path, help="a new folder; the hub's own store unless given")
    recover.set_defaults(run=recover_version)


def list_backups(arguments: argparse.Namespace) -> None:
    rows = list(ModelBackup.objects.order_by("-day").defer("contents")[: arguments.limit])
    for one in rows:
        state = "over" if one.removed_at else "not whole" if one.missing else "read back"
        said = f"{one.count} file sets, {filesizeformat(one.size_bytes)}, {filesizeformat(one.new_bytes)} new"
        say(f"{one.day}  {state:10} {said}; restored to try: {one.restored or 'nothing'}")
        for text in one.missing:
            say(f"            {text}")
    if not rows:
        say("There is none yet: AFS_MODEL_BACKUP names the folder, `afs schedule run 'Model backup'` makes one.")


def recover_version(arguments: argparse.Namespace) -> None:
    version = find_called(ModelVersion.objects.all(), arguments.version)
    place = put_back(version, arguments.day, arguments.into)
    say(f"{version}: its files are verified in {place}")
