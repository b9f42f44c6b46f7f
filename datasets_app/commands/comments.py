"""`afs comment …`: remarks on a text, a part of it, or a line."""

from __future__ import annotations

import argparse

from afsweb.core.acting import acting, add_as
from afsweb.core.finding import find_row, read_uuid
from afsweb.core.models import EventSource, Role
from afsweb.terminal import Verbs, add_noun, say, whole, words
from datasets_app.commands.finding import find_sample
from datasets_app.comments.threads import threads_of, with_comments
from datasets_app.comments.writing import answer, settle, write
from datasets_app.models import LONGEST_COMMENT, Comment, Sample

LAST_LINE = 1_000_000


def add_commands(subparsers: Verbs) -> None:
    verbs = add_noun(subparsers, "comment", "remarks on a text or a line of it")
    listing = verbs.add_parser("list", help="those on a sample, open ones first")
    listing.add_argument("sample", help="its number or id")
    listing.set_defaults(run=list_command)
    adding = verbs.add_parser("add", help="remark on a sample's text; @name tells that person")
    adding.add_argument("sample", help="its number or id")
    adding.add_argument("text", type=words(LONGEST_COMMENT))
    adding.add_argument("--field", default="", help="such as output; the whole text unless given")
    adding.add_argument("--line", type=whole(1, LAST_LINE), help="of that field")
    adding.set_defaults(run=add_command)
    answering = _named(verbs.add_parser("answer", help="answer one"))
    answering.add_argument("text", type=words(LONGEST_COMMENT))
    answering.set_defaults(run=answer_command)
    for name, resolved, text in (("resolve", True, "settle one"), ("reopen", False, "open a settled one again")):
        _named(verbs.add_parser(name, help=text)).set_defaults(run=settle_command, resolved=resolved)
    for parser in (adding, answering, verbs.choices["resolve"], verbs.choices["reopen"]):
        add_as(parser, Role.REVIEWER)


def _named(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("comment", help="its id, as `list` shows it")
    return parser


def list_command(arguments: argparse.Namespace) -> None:
    sample = Sample.objects.prefetch_related(with_comments()).get(pk=find_sample(arguments.sample).pk)
    for thread in threads_of(sample.comments.all(), sample.current_id or 0):
        state = "" if thread.is_open else ", resolved"
        say(f"{thread.comment.uuid}  {thread.comment.author} on {thread.place}{state}")
        say(f"    {thread.comment.text}")
        for reply in thread.answers:
            say(f"    {reply.author}: {reply.text}")


def add_command(arguments: argparse.Namespace) -> None:
    """Raises NoSuchRow, EmptyComment, NoSuchPlace."""
    version = find_sample(arguments.sample).current
    assert version is not None
    place = {"field": arguments.field, "line": arguments.line}
    comment = write(acting(arguments, Role.REVIEWER), version, arguments.text, **place, source=EventSource.CLI)
    say(f"{comment.uuid}")


def answer_command(arguments: argparse.Namespace) -> None:
    """Raises NoSuchRow, EmptyComment, CommentGone."""
    answer(acting(arguments, Role.REVIEWER), _find(arguments), arguments.text, source=EventSource.CLI)
    say("answered")


def settle_command(arguments: argparse.Namespace) -> None:
    """Raises NoSuchRow."""
    user, resolved = acting(arguments, Role.REVIEWER), arguments.resolved
    changed = settle(user, _find(arguments), resolved=resolved, source=EventSource.CLI)
    say(("resolved" if resolved else "open again") if changed else "it stood so already")


def _find(arguments: argparse.Namespace) -> Comment:
    rows = Comment.objects.select_related("parent", "author")
    return find_row(rows, arguments.comment, uuid=read_uuid(arguments.comment))
