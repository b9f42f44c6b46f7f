"""`afs expert list`, `show`: the named roles and how each came to its version."""

from __future__ import annotations

import argparse

from afsweb.core.finding import find_called
from afsweb.terminal import Verbs, add_noun, print_table, say
from training_app.rows import expert_rows, promotions_of


def add_commands(nouns: Verbs) -> None:
    """Register `afs expert`."""
    verbs = add_noun(nouns, "expert", "the experts")
    verbs.add_parser("list", help="the experts and their current versions").set_defaults(run=list_experts)
    show = verbs.add_parser("show", help="an expert's current version, and its promotions")
    show.add_argument("expert", help="such as veran")
    show.set_defaults(run=show_expert)


def list_experts(_: argparse.Namespace) -> None:
    rows = [(one.slug, one.current_version or "no version promoted yet", one.purpose) for one in expert_rows()]
    print_table(rows)


def show_expert(arguments: argparse.Namespace) -> None:
    expert = find_called(expert_rows(), arguments.expert, "slug")
    say(f"{expert}: {expert.purpose}  {expert.get_absolute_url()}")
    rows = [
        (
            one.version,
            "current" if one.pk == expert.current_promotion_id else "earlier",
            f"{one.created_at:%Y-%m-%d %H:%M} by {one.promoted_by}",
            "passed the gate" if one.gate_passed else f"gate overridden: {one.override_reason}",
        )
        for one in promotions_of(expert)
    ]
    print_table(rows, none="no version has been promoted yet")
