"""`afs retraining add`, `list`, `show`, `pause`, `resume`, `run`: rules of continuous training."""

from __future__ import annotations

import argparse
from functools import partial

from afsweb.core.finding import find_called, find_row
from afsweb.core.history import history_of
from afsweb.core.models import EventSource, Host, HostState
from afsweb.core.templatetags.afs import number
from afsweb.terminal import Verbs, add_limit, add_noun, print_table, say, share, slug, whole
from datasets_app.models import Domain
from training_app.models import Retraining
from training_app.retraining import rules
from training_app.retraining.counting import new_samples
from training_app.retraining.looking import rule_rows
from training_app.rows import recipe_rows

LINES = 20


def add_commands(nouns: Verbs) -> None:
    """Register `afs retraining`."""
    verbs = add_noun(nouns, "retraining", "rules that train anew when a domain has enough new samples")
    listing = verbs.add_parser("list", help="the newest rules")
    add_limit(listing)
    listing.set_defaults(run=list_rules)
    add = verbs.add_parser("add", help="make a rule")
    add.add_argument("name", type=slug, help="its runs and versions are called so")
    add.add_argument("--domain", required=True, help="such as asm65816")
    add.add_argument("--recipe", required=True, help="its name, for the newest version, or name:number")
    add.add_argument("--new", type=whole(1, 10_000_000), default=100, help="new accepted samples; 100 unless given")
    add.add_argument("--golden", action="store_true", help="golden samples only")
    add.add_argument("--validation", type=share(0, 0.5), default=0.05, help="share to validate with, 0 to 0.5")
    add.add_argument("--host", help="the name of the machine; any that is free unless given")
    add.add_argument("--seed", type=whole(0, 2**32 - 1), default=0)
    add.set_defaults(run=add_command)
    for name, run, text in (
        ("show", show_rule, "one rule: what is new, what it did"),
        ("pause", partial(switch, enabled=False), "let it begin nothing any more"),
        ("resume", partial(switch, enabled=True), "let it begin trainings again"),
        ("run", run_rule, "begin its next training now"),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("rule", help="its name or its id")
        verb.set_defaults(run=run)


def list_rules(arguments: argparse.Namespace) -> None:
    rows = [
        (one, _state(one), one.domain.slug, f"{number(one.new_count)} of {one.threshold:,} new", one.recipe)
        for one in rule_rows().order_by("-pk")[: arguments.limit]
    ]
    print_table(rows, none="no rule yet: `afs retraining add` makes one")


def _state(rule: Retraining) -> str:
    if not rule.is_enabled:
        return "paused"
    if rule.owes_a_run:
        return "builds a snapshot"
    return f"run {rule.run.state_word}" if rule.run and rule.run.is_active else "waits for samples"


def add_command(arguments: argparse.Namespace) -> None:
    rule = rules.add_rule(
        arguments.name,
        find_row(Domain.objects.all(), arguments.domain, slug=arguments.domain),
        find_called(recipe_rows().filter(is_archived=False), arguments.recipe),
        arguments.new,
        by=None,
        host=find_called(Host.objects.filter(state=HostState.ACTIVE), arguments.host) if arguments.host else None,
        golden_only=arguments.golden,
        validation_share=arguments.validation,
        seed=arguments.seed,
        source=EventSource.CLI,
    )
    say(f"{rule}: trains when {rule.threshold:,} samples are new  {rule.get_absolute_url()}")


def show_rule(arguments: argparse.Namespace) -> None:
    rule = find_called(rule_rows(), arguments.rule)
    print_table(
        [
            ("rule", rule),
            ("state", _state(rule)),
            *([("problem", rule.problem)] if rule.problem else []),
            ("domain", f"{rule.domain.slug}{', golden only' if rule.golden_only else ''}"),
            ("new", f"{new_samples(rule).count():,} of {rule.threshold:,}"),
            ("recipe", rule.recipe),
            ("snapshot", rule.snapshot),
            ("run", f"{rule.run}  {rule.run.get_absolute_url()}" if rule.run else None),
            ("page", rule.get_absolute_url()),
        ]
    )
    for line in history_of(rule)[:LINES]:
        who = line.actor or line.get_source_display()
        say(f"  {line.at:%Y-%m-%d %H:%M}  {line.verb} by {who} {line.reason}".rstrip())


def switch(arguments: argparse.Namespace, *, enabled: bool) -> None:
    rule = find_called(rule_rows(), arguments.rule)
    rules.set_enabled(rule, enabled, None, EventSource.CLI)
    say(f"{rule} is {'looked at every ten minutes again' if enabled else 'paused; what it launched goes on'}")


def run_rule(arguments: argparse.Namespace) -> None:
    rule = find_called(rule_rows(), arguments.rule)
    snapshot = rules.run_now(rule, None, EventSource.CLI)
    say(f"{rule}: builds {snapshot or 'its snapshot'}; the run follows by itself")
