"""`afs review`: one sample after the other with its evidence; and single decisions, for scripts."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from uuid import UUID, uuid4

from afsweb.core.acting import acting, add_as
from afsweb.core.models import EventSource, Role, User
from afsweb.terminal import Verbs, clean, say, words
from datasets_app.commands.editor import edit_in_editor
from datasets_app.commands.finding import find_domain, find_sample, find_source
from datasets_app.commands.queues import find_queue
from datasets_app.commands.sitting import Sitting, saved_words
from datasets_app.models import Decision, RejectReason, Review, Sample
from datasets_app.review.decisions import decide
from datasets_app.review.errors import NothingToUndo, ReviewError
from datasets_app.review.forms import LONGEST_NOTE
from datasets_app.review.leases import claim_one
from datasets_app.review.queue import Queue, Show, filtered
from datasets_app.review.undo import undo, undo_last

DECISIONS = (
    (Decision.ACCEPT, "accept samples"),
    (Decision.REJECT, "reject samples, with a reason"),
    (Decision.GOLDEN, "accept samples as examples to follow"),
    (Decision.UNGOLD, "take the gold away and leave samples accepted"),
    (Decision.SKIP, "show somebody else, or me later"),
    (Decision.FLAG, "flag samples for another pair of eyes"),
)


def add_commands(subparsers: Verbs) -> None:
    review = subparsers.add_parser("review", help="decide on samples, one after the other or by name")
    add_as(review, Role.REVIEWER)
    review.add_argument("--queue", help="a saved queue: its name or id; the filters below do not join it")
    review.add_argument("--domain", help="samples of this domain only")
    review.add_argument("--source", help="samples of this source only")
    review.add_argument("--kind", default="", help="samples of this kind only")
    review.add_argument("--show", choices=Show.values, default=Show.WAITING.value, help="which samples")
    review.add_argument("--sample", help="show this one first: its number or id")
    review.set_defaults(run=review_command)
    verbs = review.add_subparsers(metavar="VERB")
    for decision, text in DECISIONS:
        verb = _named(verbs.add_parser(decision.value, help=text), "+")
        verb.add_argument("--note", type=words(LONGEST_NOTE))
        verb.set_defaults(run=partial(decide_command, decision), reason="")
        if decision == Decision.REJECT:
            verb.add_argument("--reason", choices=RejectReason.values, required=True)
    undoing = _named(verbs.add_parser("undo", help="take decisions back; my newest unless samples are given"), "*")
    undoing.set_defaults(run=undo_command)
    editing = _named(verbs.add_parser("edit", help="edit a sample's text in $EDITOR"), None)
    editing.set_defaults(run=edit_command)


def _named(parser: argparse.ArgumentParser, count: str | None) -> argparse.ArgumentParser:
    parser.add_argument("samples" if count else "sample", nargs=count, metavar="SAMPLE", help="its number or id")
    add_as(parser, Role.REVIEWER)
    return parser


def review_command(arguments: argparse.Namespace) -> None:
    """The page's queue at the terminal."""
    user = acting(arguments, Role.REVIEWER)
    Sitting(user, _queue(arguments, user)).run(find_sample(arguments.sample) if arguments.sample else None)


def _queue(arguments: argparse.Namespace, user: User) -> Queue:
    """The saved queue that was named, or the one that the other words say."""
    show = Show(arguments.show)
    if arguments.queue:
        return Queue(find_queue(arguments.queue, user, to_review=True), show)
    query = {
        "domain": find_domain(arguments.domain).slug if arguments.domain else "",
        "source": str(find_source(arguments.source).uuid) if arguments.source else "",
        "kind": clean(arguments.kind),
    }
    return filtered(show, **query)


def decide_command(decision: Decision, arguments: argparse.Namespace) -> int:
    """Take one decision on each sample."""

    def act(user: User, sample: Sample, batch: UUID) -> str:
        assert sample.current is not None
        told = {"reason": arguments.reason, "note": arguments.note or "", "source": EventSource.CLI, "batch": batch}
        return saved_words(decide(user, sample.current, decision, revision=sample.revision, **told))

    return on_each(arguments, act)


def undo_command(arguments: argparse.Namespace) -> int:
    """Take back the newest decision on each sample, or the person's own newest one."""
    if arguments.samples:
        return on_each(arguments, _undo)
    undone = undo_last(acting(arguments, Role.REVIEWER), source=EventSource.CLI)
    say(f"Sample {undone.sample_id}: undone, it was: {undone.get_decision_display()}")
    return 0


def _undo(user: User, sample: Sample, _batch: UUID) -> str:
    newest = Review.objects.select_related("reviewer").filter(sample=sample, undone_at__isnull=True).order_by("-pk")
    review = newest.first()
    if review is None:
        raise NothingToUndo
    return f"undone, it was: {undo(user, review, source=EventSource.CLI).get_decision_display()}"


def edit_command(arguments: argparse.Namespace) -> int:
    """Edit one sample's text; 1 when it was not saved."""
    user, sample = acting(arguments, Role.REVIEWER), find_sample(arguments.sample)
    assert sample.current is not None
    claim_one(sample, user)
    saved = edit_in_editor(user, sample.current)
    if saved:
        say(f"Sample {sample.pk}: saved as version {saved.number}; it waits for review again")
    return 0 if saved else 1


def on_each(arguments: argparse.Namespace, act: Callable[[User, Sample, UUID], str]) -> int:
    """Do it with every sample, each in a transaction of its own; 1 when one of them was left alone."""
    user = acting(arguments, Role.REVIEWER)
    samples, batch, status = [find_sample(called) for called in arguments.samples], uuid4(), 0
    for sample in samples:
        try:
            say(f"Sample {sample.pk}: {act(user, sample, batch)}")
        except ReviewError as error:
            print(clean(f"afs: sample {sample.pk}: {error}"), file=sys.stderr)
            status = 1
    return status
