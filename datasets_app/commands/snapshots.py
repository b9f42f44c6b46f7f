"""`afs snapshot …`: build, list, show, export, archive, restore, delete; `afs export` is a short form."""

from __future__ import annotations

import argparse

from afsweb.core.history import history_of
from afsweb.core.jobs.waiting import follow
from afsweb.core.models import EventSource
from afsweb.core.uses import uses_of
from afsweb.terminal import Verbs, add_limit, add_noun, add_yes, clip, confirm, say, share, whole, words
from datasets_app.commands.finding import find_domain, find_snapshot, find_source
from datasets_app.commands.writing import add_format, write_samples
from datasets_app.exchange.exporting import first_entries, snapshot_entries
from datasets_app.exchange.exports import Writing
from datasets_app.exchange.formats import WRITTEN
from datasets_app.exchange.formats.chat import CHAT
from datasets_app.exchange.forms import LARGEST_SEED
from datasets_app.exchange.snapshots import Plan, Selection, delete_snapshot, set_archived, start_snapshot
from datasets_app.models import Export, Snapshot, Source, Split


def add_commands(subparsers: Verbs) -> None:
    verbs = add_noun(subparsers, "snapshot", "what a run trains on")
    _add_build(verbs.add_parser("build", help="build one of the accepted samples of a domain, and wait for it"))
    listing = verbs.add_parser("list", help="the snapshots")
    listing.add_argument("--archived", action="store_true", help="those in the archive instead")
    add_limit(listing)
    listing.set_defaults(run=list_command)
    for name, run, text in (
        ("show", show_command, "what is in it, how it was chosen, what uses it"),
        ("archive", archive_command, "put it where no new run offers it"),
        ("restore", restore_command, "take it out of the archive"),
    ):
        _named(verbs.add_parser(name, help=text)).set_defaults(run=run)
    delete = _named(verbs.add_parser("delete", help="delete one that nothing trained on"))
    add_yes(delete)
    delete.set_defaults(run=delete_command)
    _add_export(verbs.add_parser("export", help="write it in a format"))
    _add_export(subparsers.add_parser("export", help="the same as `afs snapshot export`"))


def _add_build(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", type=words(200))
    parser.add_argument("--domain", required=True, help="such as asm65816")
    parser.add_argument("--golden", action="store_true", help="golden samples only")
    parser.add_argument("--source", action="append", default=[], help="from this source only; may be given again")
    parser.add_argument("--validation", type=share(0, 0.5), default=0.05, help="share to validate with, 0 to 0.5")
    parser.add_argument("--seed", type=whole(0, LARGEST_SEED), default=0)
    parser.set_defaults(run=build_command)


def _add_export(parser: argparse.ArgumentParser) -> None:
    _named(parser)
    add_format(parser, CHAT.key)
    parser.add_argument("--split", choices=Split.values)
    parser.set_defaults(run=export_command)


def _named(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("snapshot", help="its name or its id in the address of its page")
    return parser


def build_command(arguments: argparse.Namespace) -> int:
    """Build a snapshot and wait for it."""
    domain = find_domain(arguments.domain)
    selection = Selection(arguments.golden, tuple(find_source(name).pk for name in arguments.source))
    plan = Plan(arguments.name, domain, selection, arguments.validation, arguments.seed)
    snapshot = start_snapshot(plan, by=None, via=EventSource.CLI)
    ended_well = follow(snapshot.job)
    snapshot.refresh_from_db()
    if ended_well:
        say(f"{snapshot.name}: {snapshot.train_count:,} to train, {snapshot.validation_count:,} to validate")
        say(f"sha256 {snapshot.sha256}  {snapshot.get_absolute_url()}")
    return 0 if ended_well else 1


def list_command(arguments: argparse.Namespace) -> None:
    snapshots = Snapshot.objects.select_related("domain", "job").filter(is_archived=arguments.archived).order_by("-pk")
    for snapshot in snapshots[: arguments.limit]:
        figures = f"{snapshot.train_count:>9,} to train {snapshot.validation_count:>7,} to validate"
        say(f"{snapshot.uuid}  {_state(snapshot):10} {snapshot.domain.slug:10} {figures}  {snapshot.name}")


def show_command(arguments: argparse.Namespace) -> None:
    snapshot = find_snapshot(arguments.snapshot)
    archived = ", archived" if snapshot.is_archived else ""
    say(f"{snapshot.name}: {_state(snapshot)}{archived}, {snapshot.domain}  {snapshot.get_absolute_url()}")
    say(f"built {snapshot.created_at:%Y-%m-%d %H:%M} by {snapshot.created_by or 'command line'}, seed {snapshot.seed}")
    if snapshot.error:
        say(f"It could not be built: {snapshot.error}")
    _say_content(snapshot)
    for use in uses_of(snapshot):
        say(f"used by {use.kind} {use.name}  {use.url}".rstrip())
    for split, entries in first_entries(snapshot):
        say(f"first of {split.label}" if entries else f"nothing in {split.label}")
        for entry in entries:
            say(f"  {entry.version.sample_id:>8}  {clip(entry.version.instruction, 100)}")
    for event in history_of(snapshot)[:20]:
        say(f"  {event.at:%Y-%m-%d %H:%M}  {event.verb} by {event.actor or event.get_source_display()}")


def _say_content(snapshot: Snapshot) -> None:
    sources = Source.objects.filter(pk__in=snapshot.query.get("source_ids", ())).values_list("name", flat=True)
    golden = ", golden ones only" if snapshot.query.get("golden_only") else ""
    say(f"accepted samples{golden}, of {', '.join(sources) or 'every source'}")
    figures = f"{snapshot.train_count:,} to train, {snapshot.validation_count:,} to validate"
    say(f"{figures}, {snapshot.gate_accepted_count:,} accepted by the gate alone")
    if snapshot.sha256:
        say(f"sha256 {snapshot.sha256}")


def export_command(arguments: argparse.Namespace) -> None:
    """Write a snapshot, or one split of it."""
    snapshot, form = find_snapshot(arguments.snapshot), WRITTEN[arguments.format]
    split = Split(arguments.split) if arguments.split else None
    snapshot_entries(snapshot)  # refuses what is not ready
    write_samples(Writing(None, Export(name=snapshot.name, snapshot=snapshot)), form, arguments.output, split)


def archive_command(arguments: argparse.Namespace) -> None:
    _set_archived(arguments, True)


def restore_command(arguments: argparse.Namespace) -> None:
    _set_archived(arguments, False)


def _set_archived(arguments: argparse.Namespace, archived: bool) -> None:
    snapshot = find_snapshot(arguments.snapshot)
    set_archived(snapshot, archived, by=None, via=EventSource.CLI)
    say(f"{snapshot.name}: {'in the archive' if archived else 'in use'}")


def delete_command(arguments: argparse.Namespace) -> None:
    """Say what depends on it; ask, when nothing does, and delete it."""
    snapshot = find_snapshot(arguments.snapshot)
    uses = uses_of(snapshot)
    for use in uses:
        say(f"used by {use.kind} {use.name}  {use.url}".rstrip())
    if not uses:
        say(f"“{snapshot.name}”: nothing trained on it; its {snapshot.count:,} samples and its stored files stay")
        confirm("Delete it?", yes=arguments.yes)
    delete_snapshot(snapshot, by=None, via=EventSource.CLI)
    say(f"{snapshot.name}: deleted")


def _state(snapshot: Snapshot) -> str:
    return "broken off" if snapshot.is_stuck else snapshot.get_state_display()
