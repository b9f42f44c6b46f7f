"""`afs sample purge`: a sample's texts go from everywhere they are kept."""

from __future__ import annotations

import argparse

from django.db import transaction

from afsweb.core.jobs.waiting import follow
from afsweb.core.models import EventSource
from afsweb.terminal import add_yes, confirm, say
from datasets_app.commands.finding import find_sample
from datasets_app.purge.looking import Breaks, what_breaks
from datasets_app.purge.purging import start_purge


def add_purge(parser: argparse.ArgumentParser) -> None:
    """The arguments of `afs sample purge`."""
    parser.add_argument("sample", help="its number or id")
    add_yes(parser)
    parser.set_defaults(run=purge_command)


def purge_command(arguments: argparse.Namespace) -> int:
    """Say what breaks, ask, do it and wait. Raises NoSuchRow, NotConfirmed, PurgeMustWait."""
    sample = find_sample(arguments.sample)
    _say_breaks(what_breaks(sample))
    confirm(f"Purge sample {sample.pk} for good?", yes=arguments.yes)
    with transaction.atomic():
        job = start_purge(sample, str(sample.pk), by=None, via=EventSource.CLI)
    if not follow(job):
        return 1
    say(f"Sample {sample.pk}: purged")
    return 0


def _say_breaks(breaks: Breaks) -> None:
    for what, count in breaks.counts.items():
        say(f"{count:>9,}  {what} go")
    for snapshot, uses in breaks.snapshots:
        named = ", ".join(f"{use.kind} {use.name}" for use in uses) or "nothing trained on it"
        say(f"snapshot {snapshot}: its files go, nothing trains on it again ({named})")
    if breaks.more_snapshots:
        say(f"and {breaks.more_snapshots:,} more snapshots")
    for export in breaks.exports:
        holds = "holds it" if export.is_known else "may hold it"  # type: ignore[attr-defined]
        say(f"export {export}: {holds}, so its files go")
    if breaks.more_exports:
        say(f"and {breaks.more_exports:,} more exports")
    if breaks.files:
        say(f"{breaks.files:,} sets of files go, {breaks.bytes:,} bytes")
