"""The sub-commands of `afs` about data, one module for each noun."""

from __future__ import annotations

from afsweb.terminal import Verbs
from datasets_app.commands import campaigns, history, review, samples, snapshots, sources, symbols


def add_commands(subparsers: Verbs) -> None:
    """Register this app's sub-commands."""
    for noun in (sources, campaigns, samples, review, history, snapshots, symbols):
        noun.add_commands(subparsers)
