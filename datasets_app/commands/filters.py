"""The filters of the list of samples, as a command is told them."""

from __future__ import annotations

import argparse
from typing import Any

from afsweb.core.finding import NoSuchRow
from afsweb.core.jobs.text import storable
from afsweb.core.models import User
from afsweb.terminal import share, whole
from datasets_app.commands.finding import find_domain, find_sample, find_source
from datasets_app.models import Decider, SampleState
from datasets_app.search.conditions import BELOW, FROM, NOBODY, SOMEBODY
from datasets_app.search.filters import LADDER

LARGEST_KEY = 10**18 - 1
YES_NO = ("yes", "no")
DECIDERS = [NOBODY, *(value for value in Decider.values if value)]
# What an option says is what the filter of the same name takes.
SAME = (
    "kind",
    "topic",
    "state",
    "decided_by",
    "golden",
    "disputed",
    "flagged",
    "passes",
    "finding",
    "disagree",
    "tags",
)
NUMBERS = ("score_min", "score_max", "cluster")


def add_filters(parser: argparse.ArgumentParser) -> None:
    """Let the parser's command be told which samples; `wanted_of` reads it."""
    parser.add_argument("--text", help="words that it holds, as in a web search")
    parser.add_argument("--domain", help="such as asm65816")
    parser.add_argument("--state", choices=SampleState.values)
    parser.add_argument("--decided-by", choices=DECIDERS)
    parser.add_argument("--assigned-to", metavar="NAME", help=f"a person's name, {NOBODY} or {SOMEBODY}")
    parser.add_argument("--golden", choices=YES_NO)
    parser.add_argument("--disputed", choices=YES_NO, help="those who judged it do not agree")
    parser.add_argument("--flagged", choices=YES_NO, help="for another pair of eyes, and not resolved")
    parser.add_argument("--passes", choices=YES_NO, help="the current gate")
    parser.add_argument("--score-min", type=share(0, 1), metavar="SCORE", help="under the current gate")
    parser.add_argument("--score-max", type=share(0, 1), metavar="SCORE")
    parser.add_argument("--disagree", action="store_const", const="yes", help="verdict and score disagree")
    rung = whole(1, len(LADDER) - 1)
    checks = parser.add_mutually_exclusive_group()
    checks.add_argument("--reached", type=rung, metavar="STEP", help="came at least to this step of the checks")
    checks.add_argument("--below", type=rung, metavar="STEP", help="did not come to this step of the checks")
    parser.add_argument("--finding", help="a code that the verifier found, such as register_contradicted")
    parser.add_argument("--kind")
    parser.add_argument("--topic")
    parser.add_argument("--tagged", metavar="TAG", action="append", dest="tags", help="several: all of them")
    parser.add_argument("--cluster", type=whole(1, LARGEST_KEY), help="near-duplicates of the sample of this number")
    parser.add_argument("--source", help="its name or id")


def wanted_of(arguments: argparse.Namespace) -> dict[str, Any]:
    """What the command was told, as `filter_samples` takes it. Raises NoSuchDomain, NoSuchRow, SeveralRows."""
    told = {"q": arguments.text} | {name: getattr(arguments, name) for name in SAME}
    wanted: dict[str, Any] = {name: _storable(value) for name, value in told.items() if value}
    numbers = {name: getattr(arguments, name) for name in NUMBERS}
    wanted |= {name: value for name, value in numbers.items() if value is not None}
    for way, step in ((FROM, arguments.reached), (BELOW, arguments.below)):
        if step:
            wanted["reached"] = f"{way}-{step}"
    for name, find in (("domain", find_domain), ("source", find_source), ("assigned_to", _assignee)):
        called = getattr(arguments, name)
        if called:
            wanted[name] = find(called)
    return wanted


def as_address(wanted: dict[str, Any]) -> dict[str, str]:
    """The same as the list's address says it, field -> text (`SampleFilter.given`)."""

    def said(value: Any) -> str:
        named = getattr(value, "slug", None) or getattr(value, "uuid", None)
        return ", ".join(value) if isinstance(value, list) else str(named or value)

    return {name: said(value) for name, value in wanted.items()}


def similar_to(arguments: argparse.Namespace) -> dict[str, Any]:
    """What is looked for by words and meaning: the text, or the sample of `--near`. Raises NoSuchRow."""
    told: dict[str, Any] = {"like": storable(" ".join(arguments.words)).strip()} if arguments.words else {}
    return told | ({"near": find_sample(arguments.near)} if arguments.near else {})


def _storable(value: str | list[str]) -> str | list[str]:
    return [storable(one) for one in value] if isinstance(value, list) else storable(value)


def _assignee(called: str) -> User | str:
    if called in (NOBODY, SOMEBODY):
        return called
    user = User.objects.filter(username=storable(called)).first()
    if user is None:
        raise NoSuchRow(noun="person", name=called, hint="`afs user list` shows the names.")
    return user
