"""`afs base list`, `show`, `fetch`, `build`: base models."""

from __future__ import annotations

import argparse

from afsweb.core.finding import find_called, find_row
from afsweb.core.jobs.waiting import follow
from afsweb.core.models import EventSource, Host
from afsweb.core.templatetags.afs import number
from afsweb.terminal import Verbs, add_limit, add_noun, print_table, say
from datasets_app.models import Domain
from training_app.bases.fetching import add_base
from training_app.bases.tiny import build_tiny_base
from training_app.models import BaseModel
from training_app.rows import base_rows, recipes_of, versions_of


def add_commands(nouns: Verbs) -> None:
    """Register `afs base`."""
    verbs = add_noun(nouns, "base", "base models")
    listing = verbs.add_parser("list", help="the newest base models")
    add_limit(listing)
    listing.set_defaults(run=list_bases)
    show = verbs.add_parser("show", help="one base model, its versions and recipes")
    show.add_argument("base", help="its name, such as afsweb/tiny-asm65816-2")
    show.set_defaults(run=show_base)
    fetch = verbs.add_parser("fetch", help="fetch a model from Hugging Face")
    fetch.add_argument("model", help="its id, such as Qwen/Qwen2.5-Coder-1.5B-Instruct")
    fetch.add_argument("--revision", default="main", help="a branch, tag or commit; the newest without it")
    fetch.add_argument("--host", help="the machine that fetches it; any without it")
    fetch.add_argument("--anyway", action="store_true", help="though it was not trained to answer")
    fetch.add_argument("--wait", action="store_true", help="until it has come")
    fetch.set_defaults(run=fetch_base)
    build = verbs.add_parser("build", help="build the tiny base model of a domain")
    build.add_argument("domain", help="such as asm65816")
    build.add_argument("--wait", action="store_true", help="until it is built")
    build.set_defaults(run=build_base)


def list_bases(arguments: argparse.Namespace) -> None:
    bases = base_rows().order_by("-pk")[: arguments.limit]
    print_table([(base.model_id, f"{number(base.parameters)} parameters", weights(base)) for base in bases], none=NONE)


NONE = "no base model yet: `afs base fetch MODEL` fetches one, `afs base build DOMAIN` builds a tiny one"


def show_base(arguments: argparse.Namespace) -> None:
    base = find_called(base_rows(), arguments.base, "model_id")
    print_table(
        [
            ("base model", base.model_id),
            ("parameters", number(base.parameters)),
            ("context", f"{number(base.context_tokens)} tokens"),
            ("licence", base.licence),
            ("strengths", base.strengths),
            ("state", weights(base)),
            *(("version", f"{version}  {version.origin}") for version in versions_of(base)),
            *(("recipe", recipe) for recipe in recipes_of(base)),
            ("page", base.get_absolute_url()),
        ]
    )


def fetch_base(arguments: argparse.Namespace) -> int:
    host = find_row(Host.objects.all(), arguments.host, name=arguments.host) if arguments.host else None
    base = add_base(
        arguments.model,
        by=None,
        revision=arguments.revision,
        host=host,
        anyway=arguments.anyway,
        source=EventSource.CLI,
    )
    return _told(base, arguments.wait)


def build_base(arguments: argparse.Namespace) -> int:
    domain = find_row(Domain.objects.all(), arguments.domain, slug=arguments.domain)
    return _told(build_tiny_base(domain, by=None, source=EventSource.CLI), arguments.wait)


def _told(base: BaseModel, wait: bool) -> int:
    ended_well = not wait or base.job is None or follow(base.job)
    base.refresh_from_db()
    say(f"{base}: {weights(base)}  {base.get_absolute_url()}")
    return 0 if ended_well else 1


def weights(base: BaseModel) -> str:
    """Whether it can be trained from, in words."""
    if base.weights:
        return f"has its weights, sha256 {base.weights.sha256[:12]}…"
    if base.job and not base.job.is_final:
        return "is on its way"
    return f"has no weights: {base.job.error}" if base.job and base.job.error else "has no weights"
