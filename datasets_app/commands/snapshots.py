"""`afs snapshot …`: build, list, show, card, diff, export, archive, restore, delete."""

from __future__ import annotations

import argparse
from pathlib import Path

from afsweb.core.history import history_of
from afsweb.core.jobs.waiting import follow
from afsweb.core.models import EventSource
from afsweb.core.naming import find_named
from afsweb.core.uses import uses_of
from afsweb.terminal import (
    Verbs,
    add_limit,
    add_noun,
    add_yes,
    clip,
    confirm,
    print_table,
    say,
    share,
    whole,
    words,
    write_out,
)
from datasets_app.commands.cards import say_difference
from datasets_app.commands.finding import find_domain, find_snapshot, find_source
from datasets_app.commands.writing import add_format, write_samples
from datasets_app.exchange.exporting import first_entries, snapshot_entries
from datasets_app.exchange.exports import Writing
from datasets_app.exchange.formats import WRITTEN
from datasets_app.exchange.formats.chat import CHAT
from datasets_app.models import Export, ReviewQueue, Snapshot, Split
from datasets_app.search.filters import SampleFilter
from datasets_app.snapshots.balance import Balance
from datasets_app.snapshots.building import Plan, delete_snapshot, set_archived, start_snapshot
from datasets_app.snapshots.card import card_of, made
from datasets_app.snapshots.choosing import Filter, Selection, filter_of
from datasets_app.snapshots.diff import Change, Diff, Row
from datasets_app.snapshots.forms import LARGEST_SEED

SHIFTS = 5  # labels of a distribution that a diff shows


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
    card = _named(verbs.add_parser("card", help="its card: what a person must know before they train on it"))
    card.add_argument("--output", type=Path, help="the file to write; standard output unless given")
    card.set_defaults(run=card_command)
    diff = _named(verbs.add_parser("diff", help="what became of it in another"))
    diff.add_argument("other", help="the newer one")
    add_limit(diff, 5)
    diff.set_defaults(run=diff_command)
    _add_export(verbs.add_parser("export", help="write it in a format"))


def _add_build(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", type=words(200))
    parser.add_argument("--domain", help="such as asm65816; samples of every domain unless given")
    parser.add_argument("--view", help="those that a saved view of the samples finds")
    found = "those that a filter of the list of samples finds, such as kind=register_fact; may be given again"
    parser.add_argument("--where", action="append", default=[], type=condition, metavar="FIELD=VALUE", help=found)
    parser.add_argument("--golden", action="store_true", help="golden samples only")
    parser.add_argument("--source", action="append", default=[], help="from this source only; may be given again")
    parser.add_argument("--cap", type=whole(1, 2**31 - 1), help="at most so many of each kind of a domain")
    parser.add_argument("--times", type=share(1, 1e9), help="at most so many times as many as the smallest kind has")
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


def condition(text: str) -> tuple[str, str]:
    """An argument such as kind=register_fact: a field of the filter of the samples and its value."""
    name, _, value = text.partition("=")
    known = sorted(set(SampleFilter.base_fields) - {"state"})
    if name not in known or not value:
        raise argparse.ArgumentTypeError(f"write FIELD=VALUE with one of {', '.join(known)}")
    return name, value


def build_command(arguments: argparse.Namespace) -> int:
    """Build a snapshot and wait for it."""
    selection = Selection(_filter(arguments), tuple(find_source(name).pk for name in arguments.source))
    balance = Balance(arguments.cap, arguments.times)
    plan = Plan(arguments.name, selection, arguments.validation, arguments.seed, balance)
    snapshot = start_snapshot(plan, by=None, via=EventSource.CLI)
    ended_well = follow(snapshot.job)
    snapshot.refresh_from_db()
    if ended_well:
        say(f"{snapshot.name}: {snapshot.train_count:,} to train, {snapshot.validation_count:,} to validate")
        say(f"sha256 {snapshot.sha256}  {snapshot.get_absolute_url()}")
    return 0 if ended_well else 1


def _filter(arguments: argparse.Namespace) -> Filter:
    """The filter of the view, with what the other words ask for put over it."""
    asked: Filter = dict(arguments.where)
    if arguments.domain:
        asked["domain"] = find_domain(arguments.domain).slug
    if arguments.golden:
        asked["golden"] = "yes"
    view = find_named(ReviewQueue.objects.filter(is_archived=False), arguments.view) if arguments.view else None
    return (filter_of(view.query) if view else {}) | asked


def list_command(arguments: argparse.Namespace) -> None:
    snapshots = Snapshot.objects.select_related("domain", "job").filter(is_archived=arguments.archived).order_by("-pk")
    for snapshot in snapshots[: arguments.limit]:
        figures = f"{snapshot.train_count:>9,} to train {snapshot.validation_count:>7,} to validate"
        say(f"{snapshot.uuid}  {_state(snapshot):10} {_domain(snapshot):10} {figures}  {snapshot.name}")


def show_command(arguments: argparse.Namespace) -> None:
    snapshot = find_snapshot(arguments.snapshot)
    archived = ", archived" if snapshot.is_archived else ""
    domain = snapshot.domain or "several domains"
    say(f"{snapshot.name}: {_state(snapshot)}{archived}, {domain}  {snapshot.get_absolute_url()}")
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
    for sentence in made(snapshot):
        say(sentence)
    figures = f"{snapshot.train_count:,} to train, {snapshot.validation_count:,} to validate"
    say(f"{figures}, {snapshot.gate_accepted_count:,} accepted by the gate alone")


def card_command(arguments: argparse.Namespace) -> None:
    """Print the card, or write it."""
    write_out(card_of(find_snapshot(arguments.snapshot)).encode(), arguments.output)


def diff_command(arguments: argparse.Namespace) -> None:
    """Say what became of one snapshot in another."""
    diff = Diff.of(find_snapshot(arguments.snapshot), find_snapshot(arguments.other))
    print_table([(Change(name).label if name in Change else "the same", f"{n:,}") for name, n in diff.counts.items()])
    for shifts in diff.shifts():
        if shifts.distance:
            say(f"{shifts.title}: {shifts.distance:.1%} shifted")
            for shift in shifts.rows[:SHIFTS]:
                say(f"  {shift.old_share:7.1%} -> {shift.new_share:7.1%}  {clip(shift.label, 80)}")
    for change in Change:
        for row in diff.page(change).rows[: arguments.limit]:
            say(f"{change}  sample {row.entry.sample_id}  {_where(row)}  {clip(row.entry.version.instruction, 80)}")
            for difference in row.differences if change == Change.EDITED else ():
                say_difference(difference)


def _where(row: Row) -> str:
    return " -> ".join(dict.fromkeys(entry.split for entry in (row.old, row.new) if entry))


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


def _domain(snapshot: Snapshot) -> str:
    return snapshot.domain.slug if snapshot.domain else "several"


def _state(snapshot: Snapshot) -> str:
    return "broken off" if snapshot.is_stuck else snapshot.get_state_display()
