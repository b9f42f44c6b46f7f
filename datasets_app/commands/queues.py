"""`afs queue …`: saved queues of samples to review."""

from __future__ import annotations

import argparse
from typing import Any

from afsweb.core.acting import acting, add_as
from afsweb.core.finding import NoSuchRow
from afsweb.core.jobs.text import storable
from afsweb.core.models import EventSource, Role, User
from afsweb.core.naming import find_named
from afsweb.terminal import Verbs, add_limit, add_noun, print_table, say, share, whole, words
from datasets_app.models import Order, ReviewQueue
from datasets_app.review.agreement import agreement
from datasets_app.review.order import EXPLAINED
from datasets_app.review.progress import progress
from datasets_app.review.queue import COUNT_CAP, Queue, count_waiting
from datasets_app.review.queues import add_queue, archive_queue, change_queue, reviewable, visible


def add_commands(subparsers: Verbs) -> None:
    verbs = add_noun(subparsers, "queue", "what people review from: saved filters with an order")
    listing = verbs.add_parser("list", help="the queues")
    listing.add_argument("--archived", action="store_true", help="those out of use")
    add_limit(listing)
    listing.set_defaults(run=list_command)
    _named(verbs.add_parser("show", help="its rules, who has done what, how alike people judge")).set_defaults(
        run=show_command
    )
    adding = verbs.add_parser("add", help="make one")
    adding.add_argument("name", type=words(120))
    adding.set_defaults(run=add_command)
    editing = _named(verbs.add_parser("edit", help="change what is given"))
    editing.add_argument("--name", type=words(120))
    editing.set_defaults(run=edit_command)
    for parser in (adding, editing):
        _add_rules(parser)
    for verb, archived, text in (("archive", True, "take it out of use"), ("restore", False, "bring it back")):
        _named(verbs.add_parser(verb, help=text)).set_defaults(run=archive_command, archived=archived)
    for parser in (listing, adding):
        add_as(parser, Role.REVIEWER)


def _named(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("queue", help="its name or id")
    add_as(parser, Role.REVIEWER)
    return parser


def _add_rules(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--filter", action="append", metavar="FIELD=TEXT", help="a filter of the list of samples, as in its address"
    )
    parser.add_argument("--order", choices=Order.values, help="what comes first")
    parser.add_argument("--random", type=share(0, 1), help="share of the cards that are drawn at random")
    parser.add_argument("--repeat", type=share(0, 0.05), help="share of the cards that a person has judged before")
    parser.add_argument("--overlap", type=whole(1, 9), help="how many people judge each")
    parser.add_argument("--reviewer", action="append", metavar="NAME", help="who may review from it; none: everybody")
    parser.add_argument("--shared", action=argparse.BooleanOptionalAction, help="others see it")


def list_command(arguments: argparse.Namespace) -> None:
    queues = visible(acting(arguments, Role.REVIEWER)).filter(is_archived=arguments.archived).order_by("-pk")
    print_table(
        (
            (queue.uuid, queue.get_order_display(), f"{queue.overlap} each", str(queue.owner), queue.name)
            for queue in queues[: arguments.limit]
        ),
        none="there is no queue; `afs queue add NAME` makes one",
    )


def show_command(arguments: argparse.Namespace) -> None:
    user = acting(arguments, Role.REVIEWER)
    queue = find_queue(arguments.queue, user)
    say(f"{queue.name}: {queue.get_order_display()}, by {queue.owner}  {queue.get_absolute_url()}")
    say(f"filter: {' '.join(f'{name}={value}' for name, value in queue.query.items()) or 'none'}")
    say(EXPLAINED[Order(queue.order)])
    waiting = count_waiting(Queue(queue), user)
    say(f"{waiting:,}{'+' if waiting == COUNT_CAP else ''} wait for you; {queue.overlap} judge each")
    for one in progress(queue):
        seconds = "" if one.seconds is None else f", {one.seconds:.1f} s each"
        alike = one.consistency
        same = f", {alike.same} of {alike.n} the same when asked again" if alike else ""
        say(f"  {one.person}: {one.decided:,} decided, {one.passed:,} passed over{seconds}{same}")
    if queue.overlap > 1:
        _say_agreement(queue)


def _say_agreement(queue: ReviewQueue) -> None:
    found = agreement(queue)
    say(f"Krippendorff's alpha {_figure(found.alpha)} of {found.compared:,} samples that several people judged")
    say(f"Fleiss' kappa {_figure(found.fleiss)} of {found.complete:,} that all judged")
    for pair in found.pairs:
        say(f"  {' and '.join(pair.people)}: Cohen's kappa {_figure(pair.kappa)} of {pair.n:,}")


def add_command(arguments: argparse.Namespace) -> None:
    user = acting(arguments, Role.REVIEWER)
    rules = {"name": arguments.name} | _rules(arguments)
    queue = add_queue(user, reviewers=_people(arguments) or [], source=EventSource.CLI, **rules)
    say(f"{queue.name}: {queue.get_absolute_url()}")


def edit_command(arguments: argparse.Namespace) -> None:
    user = acting(arguments, Role.REVIEWER)
    queue = find_queue(arguments.queue, user)
    rules = _rules(arguments) | ({"name": arguments.name} if arguments.name else {})
    say(f"{change_queue(queue, user, reviewers=_people(arguments), source=EventSource.CLI, **rules).name}: changed")


def archive_command(arguments: argparse.Namespace) -> None:
    user = acting(arguments, Role.REVIEWER)
    queue = find_queue(arguments.queue, user)
    archive_queue(queue, user, archived=arguments.archived, source=EventSource.CLI)
    say(f"{queue.name}: {'archived' if arguments.archived else 'in use'}")


def find_queue(called: str, user: User, *, to_review: bool = False) -> ReviewQueue:
    """The queue of that name or id that `user` sees, or may review from. Raises NoSuchRow, SeveralRows."""
    return find_named(reviewable(user) if to_review else visible(user), called)


def _rules(arguments: argparse.Namespace) -> dict[str, Any]:
    """The rules that were given: fields of `queues.RULES`."""
    told = {
        "order": arguments.order,
        "random_share": arguments.random,
        "repeat_share": arguments.repeat,
        "overlap": arguments.overlap,
        "is_shared": arguments.shared,
    }
    if arguments.filter is not None:
        pairs = (storable(one).partition("=") for one in arguments.filter)
        told["query"] = {name: text for name, _, text in pairs if text}
    return {name: value for name, value in told.items() if value is not None}


def _people(arguments: argparse.Namespace) -> list[User] | None:
    """Those who were named; None where nobody was."""
    if arguments.reviewer is None:
        return None
    names = [storable(name) for name in arguments.reviewer]
    found = {user.username: user for user in User.objects.filter(username__in=names, is_active=True)}
    if missing := [name for name in names if name not in found]:
        raise NoSuchRow(noun="person", name=missing[0], hint="`afs user list` shows the names.")
    return [found[name] for name in names]


def _figure(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"
