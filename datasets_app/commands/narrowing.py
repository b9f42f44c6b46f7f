"""The filters of the samples' list, as arguments of commands."""

from __future__ import annotations

import argparse
from typing import Any

from afsweb.core.jobs.text import storable
from afsweb.terminal import whole
from datasets_app.commands.finding import find_domain, find_source
from datasets_app.models import Decider, SampleState
from datasets_app.samples.filters import BELOW, FROM, LADDER

DECIDERS = ["nobody", *(value for value in Decider.values if value)]


def add_filters(parser: argparse.ArgumentParser) -> None:
    """The filters of the samples' list."""
    parser.add_argument("--text", help="words that it holds, as in a web search")
    parser.add_argument("--domain", help="such as asm65816")
    parser.add_argument("--state", choices=SampleState.values)
    parser.add_argument("--decided-by", choices=DECIDERS)
    parser.add_argument("--golden", choices=("yes", "no"))
    parser.add_argument("--passes", choices=("yes", "no"), help="the current gate")
    rung = whole(1, len(LADDER) - 1)
    checks = parser.add_mutually_exclusive_group()
    checks.add_argument("--reached", type=rung, metavar="STEP", help="came at least to this step of the checks")
    checks.add_argument("--below", type=rung, metavar="STEP", help="did not come to this step of the checks")
    parser.add_argument("--finding", help="a code that the verifier found, such as register_contradicted")
    parser.add_argument("--kind")
    parser.add_argument("--source", help="its name or id")


def wanted_of(arguments: argparse.Namespace) -> dict[str, Any]:
    """What `SampleFilter.wanted` would say. Raises NoSuchDomain, NoSuchRow, SeveralRows."""
    same = ("kind", "state", "decided_by", "golden", "passes", "finding")
    told = {"q": arguments.text} | {name: getattr(arguments, name) for name in same}
    wanted: dict[str, Any] = {name: storable(value) for name, value in told.items() if value}
    for way, step in ((FROM, arguments.reached), (BELOW, arguments.below)):
        if step:
            wanted["reached"] = f"{way}-{step}"
    if arguments.domain:
        wanted["domain"] = find_domain(arguments.domain)
    if arguments.source:
        wanted["source"] = find_source(arguments.source)
    return wanted
