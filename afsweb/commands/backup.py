"""Backups from the terminal: `afs backup [FOLDER]`, `afs backups list`, `afs backups verify FOLDER`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from django.conf import settings
from django.template.defaultfilters import filesizeformat

from afsweb.backup.contents import check
from afsweb.core.backups.keeping import back_up, verify_backup, write_down_check
from afsweb.core.jobs.actions import Actor
from afsweb.core.models import Backup, EventSource
from afsweb.terminal import Steps, Verbs, add_limit, add_noun, clean, say

SHOWN = 20


def add_commands(subparsers: Verbs) -> None:
    making = subparsers.add_parser("backup", help="keep everything in a new folder, while people go on working")
    making.add_argument("folder", nargs="?", type=Path, help="where backups go; AFS_BACKUP_DIR unless given")
    making.set_defaults(run=backup_command)
    verbs = add_noun(subparsers, "backups", "the backups that were made")
    listing = verbs.add_parser("list", help="when, how large, whether whole")
    add_limit(listing, SHOWN)
    listing.set_defaults(run=list_command)
    verifying = verbs.add_parser("verify", help="read every byte of one")
    verifying.add_argument("folder", type=Path, help="the backup's folder")
    verifying.set_defaults(run=verify_command)


def backup_command(arguments: argparse.Namespace) -> int:
    backup = back_up(arguments.folder or settings.BACKUP_DIR, Actor(None, EventSource.CLI), Steps())
    held = f"{backup.row_count:,} rows and {backup.artifact_count:,} artifacts, {filesizeformat(backup.size_bytes)}"
    say(f"{backup.place}\n{held}, all read back")
    if backup.missing_count:
        some = f"{backup.missing_count} artifact{'s were' if backup.missing_count > 1 else ' was'}"
        print(f"afs: {some} damaged or gone already, and is not in it.", file=sys.stderr)
    return 1 if backup.missing_count else 0


def list_command(arguments: argparse.Namespace) -> None:
    for backup in Backup.objects.order_by("-pk")[: arguments.limit]:
        state = "not to be used" if backup.problem else "whole" if backup.is_whole else "incomplete"
        size, verified = filesizeformat(backup.size_bytes), f"verified {backup.verified_at:%Y-%m-%d}"
        say(f"{backup.created_at:%Y-%m-%d %H:%M}  {state:14}  {size:>10}  {verified}  {backup.place}")
    if not Backup.objects.exists():
        say("None was made yet: afs backup makes one.")


def verify_command(arguments: argparse.Namespace) -> int:
    folder = arguments.folder.absolute()
    backup = Backup.objects.filter(place=str(folder)).order_by("-pk").first()
    if backup is None:
        contents = check(folder, Steps())
        say(f"{folder}: whole, made {contents.made_at:%Y-%m-%d %H:%M} by version {contents.version}")
        return 0
    problem = verify_backup(backup, Steps())
    write_down_check(backup, problem)
    if problem:
        print(f"afs: {clean(problem)}", file=sys.stderr)
        return 1
    say(f"{folder}: whole")
    return 0
