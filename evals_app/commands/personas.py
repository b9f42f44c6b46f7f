"""`afs eval personas`: who talks with the versions; and what `afs eval run --personas` reads."""

from __future__ import annotations

import argparse
from pathlib import Path

from afsweb.core.finding import find_called, find_row
from afsweb.core.models import Endpoint, EventSource
from afsweb.llm.answering import EndpointUnusable
from afsweb.terminal import Verbs, say, whole, write_out
from datasets_app.models import Domain
from evals_app.errors import PersonasRefused
from evals_app.models import EvalRun, Rubric, Suite
from evals_app.simulate.generate import MOST_CONVERSATIONS
from evals_app.simulate.personas import FIRST, MOST, MOST_TURNS, read_personas
from evals_app.simulate.servers import find_or_make_version
from evals_app.simulate.suites import CONVERSATIONS, PERSONAS, TURNS, keep_personas, make_file
from training_app.models import ModelVersion


def add_verb(verbs: Verbs) -> None:
    """Register `afs eval personas`."""
    verb = verbs.add_parser("personas", help="make personas, and the suite of their conversations")
    verb.add_argument("--count", type=whole(1, MOST), default=PERSONAS)
    verb.add_argument("--seed", type=whole(0, 2**31 - MOST), default=FIRST, help=f"of the first one; {FIRST} or more")
    verb.add_argument("--domain", default="text", help="what they talk about, by its slug")
    verb.add_argument("--conversations", type=whole(1, MOST_CONVERSATIONS), default=CONVERSATIONS, help="of each")
    verb.add_argument("--turns", type=whole(1, MOST_TURNS), default=TURNS, help="answers at most in a conversation")
    verb.add_argument("--rubric", help="slug or slug:number; that of conversations unless given")
    verb.add_argument("--worded-by", metavar="NAME", help="an endpoint that words them for the domain")
    verb.add_argument("--output", type=Path, help="a file for --personas, beside the suite")
    verb.set_defaults(run=make_personas)


def make_personas(arguments: argparse.Namespace) -> int:
    domain = find_row(Domain.objects.all(), arguments.domain, slug=arguments.domain)
    rubric = find_called(Rubric.objects.all(), arguments.rubric, "slug") if arguments.rubric else None
    chosen = {name: getattr(arguments, name) for name in ("count", "seed", "conversations", "turns")}
    endpoint = find_endpoint(arguments.worded_by) if arguments.worded_by else None
    try:
        file = make_file(domain, rubric=rubric, endpoint=endpoint, **chosen)
    except EndpointUnusable as error:
        raise PersonasRefused(reason=str(error).rstrip(".")) from None
    suite = keep_personas(file, source=EventSource.CLI)
    say(f"{suite.slug}:{suite.number}  {len(file.personas)} personas, {suite.cases.count()} conversations")
    say(f"page: {suite.get_absolute_url()}")
    if arguments.output:
        write_out(file.as_json().encode(), arguments.output)
    return 0


def read_suite(path: Path) -> Suite:
    """The suite of the personas in a file, made if there is none yet. Raises PersonasRefused and what that raises."""
    try:
        return keep_personas(read_personas(path.read_bytes()), source=EventSource.CLI)
    except OSError as error:
        raise PersonasRefused(reason=f"{path} cannot be read, {error.strerror}") from None


def version_of(told: str) -> ModelVersion:
    """The version for NAME=URL. Raises what `find_or_make_version` raises."""
    name, _, url = told.partition("=")
    return find_or_make_version(name, url, by=None, source=EventSource.CLI)


def named(told: str) -> str:
    """An argument NAME=URL."""
    name, _, url = told.partition("=")
    if not name.strip() or not url.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"{told} is no NAME=URL, such as tuned=http://127.0.0.1:8081/v1")
    return told


def find_endpoint(called: str) -> Endpoint:
    """An endpoint in use by its name. Raises NoSuchRow."""
    return find_called(Endpoint.objects.filter(is_active=True), called)


def as_last_time(suite: Suite, what: str) -> Endpoint | None:
    """The simulator or the judge of the newest evaluation in the suite's line: the same for every version."""
    runs = EvalRun.objects.filter(suite__slug=suite.slug).exclude(**{what: None})
    last = runs.select_related(what).order_by("-pk").first()
    return getattr(last, what) if last else None
