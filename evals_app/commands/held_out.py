"""`afs eval held-out`: how well a version predicts what its snapshot holds out."""

from __future__ import annotations

import argparse

from afsweb.core.jobs.waiting import follow
from afsweb.core.models import EventSource, WorkState
from afsweb.core.naming import find_named
from afsweb.terminal import Verbs, say
from datasets_app.models import Snapshot
from evals_app.abilities.held_out import measure
from evals_app.commands.finding import find_version
from evals_app.models import HeldOut


def add_verb(verbs: Verbs) -> None:
    """Register it under `afs eval`."""
    verb = verbs.add_parser("held-out", help="compute a version's loss on what a snapshot holds out")
    verb.add_argument("version", help="such as veran or veran:2")
    verb.add_argument("--snapshot", default="", help="by its name or id; the one it was trained on unless given")
    verb.add_argument("--wait", action="store_true", help="until it is done, then print the loss")
    verb.set_defaults(run=held_out_command)


def held_out_command(arguments: argparse.Namespace) -> int:
    snapshot = find_named(Snapshot.objects.all(), arguments.snapshot) if arguments.snapshot else None
    found = measure(find_version(arguments.version), snapshot, None, EventSource.CLI)
    ended_well = not arguments.wait or found.state == WorkState.SUCCEEDED or follow(found.job)
    found.refresh_from_db()
    say(_say(found))
    return 0 if ended_well else 1


def _say(found: HeldOut) -> str:
    if found.loss is None:
        return f"{found}: {found.shown_error or found.shown_state.label}  {found.get_absolute_url()}"
    left_out = f", {found.left_out:,} too long" if found.left_out else ""
    over = f"over {found.tokens:,} tokens in {found.rows:,} rows{left_out}"
    return f"{found}: {found.loss:.4f} nats a token, perplexity {found.perplexity:.2f}, {over}"
