"""`afs source …`: where samples came from, and what to do with all of them; `afs gate` and `afs rescore`."""

from __future__ import annotations

import argparse

from afsweb.core.history import history_of
from afsweb.core.jobs.waiting import follow
from afsweb.core.models import EventSource, Job
from afsweb.refusal import Refusal
from afsweb.terminal import Verbs, add_limit, add_noun, add_yes, confirm, say
from datasets_app.commands import importing
from datasets_app.commands.finding import find_domain, find_source
from datasets_app.commands.importing import named
from datasets_app.exchange.rejects import group_rejects
from datasets_app.exchange.sources import archive_source, count_samples, dependents_of, restore_source, undo_source
from datasets_app.models import Source, SourceState
from datasets_app.quality.examine import SourceGone, examine
from datasets_app.quality.gate import count_decisions, let_gate_decide


class CannotTurn(Refusal):
    """“{source}” is {state}: only a source in use can be archived, and only an archived one brought back."""


def add_commands(subparsers: Verbs) -> None:
    verbs = add_noun(subparsers, "source", "where samples came from")
    listing = verbs.add_parser("list", help="the sources")
    listing.add_argument("--state", choices=SourceState.values)
    listing.add_argument("--domain", help="such as asm65816")
    add_limit(listing)
    listing.set_defaults(run=list_command)
    importing.add_commands(subparsers, verbs)
    for parser in (
        verbs.add_parser("gate", help="let the gate decide what is open in it"),
        subparsers.add_parser("gate", help="the same as `afs source gate`"),
    ):
        named(parser).set_defaults(run=gate_command)
        parser.add_argument("--reject", action="store_true", help="reject what fails instead of leaving it to people")
    _add_actions(verbs)
    rescore = subparsers.add_parser("rescore", help="examine all samples of a domain anew under the current gate")
    rescore.add_argument("domain", help="such as asm65816")
    rescore.set_defaults(run=rescore_command)


def _add_actions(verbs: Verbs) -> None:
    for name, run, text in (
        ("show", show_command, "what came of it, why lines were not taken, what hangs on it"),
        ("examine", examine_command, "examine all its samples anew"),
        ("restore", restore_command, "bring an archived one back; its samples wait for review again"),
    ):
        named(verbs.add_parser(name, help=text)).set_defaults(run=run)
    for name, run, text in (
        ("archive", archive_command, "archive it with all its samples"),
        ("undo", undo_command, "delete all its samples for good"),
    ):
        parser = named(verbs.add_parser(name, help=text))
        add_yes(parser)
        parser.set_defaults(run=run)


def list_command(arguments: argparse.Namespace) -> None:
    sources = Source.objects.select_related("domain").order_by("-pk")
    sources = sources.filter(state=arguments.state) if arguments.state else sources
    sources = sources.filter(domain=find_domain(arguments.domain)) if arguments.domain else sources
    for source in sources[: arguments.limit]:
        figures = f"{source.imported:>9,} imported {source.rejected:>7,} rejected"
        say(f"{source.uuid}  {_state(source):10} {source.domain.slug:10} {figures}  {source.name}")


def show_command(arguments: argparse.Namespace) -> None:
    source = find_source(arguments.source)
    say(f"{source.name}: {_state(source)}, {source.get_kind_display()}, {source.domain}  {source.get_absolute_url()}")
    by = source.created_by or "command line"
    say(f"added {source.created_at:%Y-%m-%d %H:%M} by {by}, licence {source.licence or '—'}")
    if source.sha256:
        say(f"file of {source.size_bytes:,} bytes, {source.lines:,} lines, sha256 {source.sha256}")
    hanging = dependents_of(source)
    counts = ", ".join(f"{count:,} {state}" for state, count in count_samples(source).items())
    say(f"{hanging.samples:,} samples: {counts}; {hanging.golden:,} golden")
    if source.state == SourceState.ACTIVE:
        gate = count_decisions(source)
        say(f"undecided: {gate.passes:,} pass the gate, {gate.fails:,} fail, {gate.unscored:,} are not scored yet")
    for snapshot in hanging.snapshots:
        say(f"held by the snapshot {snapshot}  {snapshot.get_absolute_url()}")
    _say_rejects(source)
    for event in history_of(source)[:20]:
        say(f"  {event.at:%Y-%m-%d %H:%M}  {event.verb} by {event.actor or event.get_source_display()}")


def _say_rejects(source: Source) -> None:
    for name, count in (source.job.result.get("ignored") or {} if source.job else {}).items():
        say(f"left out: the field {name} of {count:,} lines")
    for reason in group_rejects(source):
        say(f"{reason['count']:,} lines not taken: {reason['title']}")
        for reject in reason["lines"]:
            say(f"  line {reject.line}: {reject.message}")


def examine_command(arguments: argparse.Namespace) -> None:
    source = find_source(arguments.source)
    if source.state != SourceState.ACTIVE:
        raise SourceGone(source=source.name, state=source.get_state_display())
    _say_examined(source)


def rescore_command(arguments: argparse.Namespace) -> int:
    """Enqueue an examination of every source of a domain."""
    sources = Source.objects.filter(domain=find_domain(arguments.domain), state=SourceState.ACTIVE).order_by("pk")
    for source in sources:
        _say_examined(source)
    if not sources:
        say("there is no source to examine")
    return 0


def _say_examined(source: Source) -> None:
    say(f"{source.name}: {examine(source, None, again=True).get_absolute_url()}")


def gate_command(arguments: argparse.Namespace) -> int:
    """Let the gate decide, and wait for it."""
    job: Job = let_gate_decide(find_source(arguments.source), by=None, reject=arguments.reject)
    ended_well = follow(job)
    if ended_well:
        say(f"{job.result['accepted']:,} accepted, {job.result['rejected']:,} rejected by gate {job.result['gate']}")
    return 0 if ended_well else 1


def undo_command(arguments: argparse.Namespace) -> None:
    """Say what would go, ask, and delete it."""
    source = find_source(arguments.source)
    hanging = dependents_of(source)
    decided = f"with {hanging.reviews:,} decisions of people"
    say(f"“{source.name}”: {hanging.samples:,} samples, {decided}, are deleted for good")
    for snapshot in hanging.snapshots:
        say(f"held by the snapshot {snapshot}  {snapshot.get_absolute_url()}")
    if not hanging.snapshots:
        confirm("Delete them?", yes=arguments.yes)
    gone = undo_source(source, by=None, via=EventSource.CLI)
    say(f"{source.name}: undone, {gone:,} samples deleted")


def archive_command(arguments: argparse.Namespace) -> None:
    """Say what goes with it, ask, and archive it."""
    source = find_source(arguments.source)
    hanging = dependents_of(source)
    say(f"“{source.name}”: {hanging.samples:,} samples, {hanging.accepted:,} accepted, {hanging.golden:,} golden")
    say("no queue and no new snapshot takes archived samples; brought back, they wait for review again")
    confirm("Archive them?", yes=arguments.yes)
    count = archive_source(source, by=None, via=EventSource.CLI)
    _check_state(source, SourceState.ARCHIVED)
    say(f"{source.name}: archived, {count:,} samples put aside")


def restore_command(arguments: argparse.Namespace) -> None:
    source = find_source(arguments.source)
    count = restore_source(source, by=None, via=EventSource.CLI)
    _check_state(source, SourceState.ACTIVE)
    say(f"{source.name}: in use, {count:,} samples wait for review again")


def _check_state(source: Source, wanted: SourceState) -> None:
    source.refresh_from_db()
    if source.state != wanted:
        raise CannotTurn(source=source.name, state=source.get_state_display())


def _state(source: Source) -> str:
    return "broken off" if source.is_stuck else source.get_state_display()
