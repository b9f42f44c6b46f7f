"""`afs sample bulk`: one action on all samples that the filters choose, or on those that are named, and its undo."""

from __future__ import annotations

import argparse
from typing import NoReturn

from afsweb.core.acting import acting, add_as
from afsweb.core.finding import find_row, read_uuid
from afsweb.core.jobs.waiting import follow
from afsweb.core.models import EventSource, Role, User
from afsweb.terminal import add_yes, confirm, say, words
from datasets_app.bulk import running
from datasets_app.bulk.drafting import Wish, draft
from datasets_app.bulk.errors import BadBulk, ChangedLater
from datasets_app.bulk.verbs import KEPT, REASONS
from datasets_app.commands.filters import add_filters, wanted_of
from datasets_app.commands.finding import find_sample
from datasets_app.models import BulkAction, BulkVerb, RejectReason, SampleState
from datasets_app.review.forms import LONGEST_NOTE


def add_bulk(parser: argparse.ArgumentParser) -> None:
    """The arguments of `afs sample bulk`."""
    parser.add_argument("action", nargs="?", choices=BulkVerb.values)
    parser.add_argument("samples", nargs="*", metavar="SAMPLE", help="these ones, instead of what the filters choose")
    parser.add_argument("--reason", choices=RejectReason.values, default="", help="why they are rejected")
    parser.add_argument("--tag", type=words(48), help="the tag to put on or to take off")
    parser.add_argument("--to", metavar="NAME", help="the person to assign them to; nobody unless given")
    parser.add_argument("--note", type=words(LONGEST_NOTE))
    parser.add_argument("--dry-run", action="store_true", help="say what would become of them, and change nothing")
    parser.add_argument("--undo", metavar="ID", help="undo the whole action of this id, as in its page's address")
    parser.add_argument("--but-changed", action="store_true", help="with --undo: leave alone what was changed later")
    add_filters(parser)
    add_yes(parser)
    add_as(parser, Role.REVIEWER)
    parser.set_defaults(run=bulk_command)


def bulk_command(arguments: argparse.Namespace) -> int:
    """Preview, ask, do it and wait; or undo."""
    user = acting(arguments, Role.REVIEWER)
    if arguments.undo:
        return _undo(arguments, user)
    if not arguments.action:
        raise BadBulk(problem=f"say what to do: {', '.join(BulkVerb.values)}.")
    action = draft(_wish(arguments), by=user, via=EventSource.CLI)
    _say_preview(action)
    if arguments.dry_run or not action.previewed:
        action.delete()
        return 0
    confirm(f"{action}?", yes=arguments.yes)
    running.confirm(action, user, EventSource.CLI)
    ended_well = follow(action.job)
    action.refresh_from_db()
    say(f"{action.done:,} of {action.previewed:,} done  {action.get_absolute_url()}")
    _say_counts(action.left_out, REASONS, "left alone")
    return 0 if ended_well else 1


def _wish(arguments: argparse.Namespace) -> Wish:
    picked = [find_sample(called).uuid for called in arguments.samples] or None
    wanted = wanted_of(arguments)
    if picked and wanted:
        raise BadBulk(problem="name samples or give filters, not both.")
    people = User.objects.filter(is_active=True)
    to = find_row(people, arguments.to, username=arguments.to) if arguments.to else None
    note, tag = arguments.note or "", arguments.tag or ""
    return Wish(BulkVerb(arguments.action), wanted, picked, arguments.reason, note, tag, to)


def _say_preview(action: BulkAction) -> None:
    say(str(action))
    for state, count in action.forecast["states"].items():
        say(f"{count:>9,}  {SampleState(state).label}")
    _say_counts(action.forecast["left_out"], REASONS, "stay as they are")


def _undo(arguments: argparse.Namespace, user: User) -> int:
    uuid = read_uuid(arguments.undo)
    actions = BulkAction.objects.select_related("created_by", "job", "undo_job", "assignee")
    action = find_row(actions, arguments.undo, uuid=uuid) if uuid else _no_action(arguments.undo)
    try:
        job = running.start_undo(action, user, EventSource.CLI, exact=not arguments.but_changed)
    except ChangedLater as error:
        for one in error.first:
            say(f"sample {one.number}: {one.change}")
        raise
    ended_well = follow(job)
    action.refresh_from_db()
    say(f"{action.undone:,} of {action.done:,} put back as they were")
    _say_counts(action.kept, KEPT, "not put back")
    return 0 if ended_well else 1


def _no_action(called: str) -> NoReturn:
    raise BadBulk(problem=f"“{called}” is no id. The address of the action's page ends with it.")


def _say_counts(counts: dict[str, int], labels: dict[str, str], fate: str) -> None:
    for reason, count in counts.items():
        say(f"{count:>9,}  {fate}: {labels[reason]}")
