"""The sub-commands of `afs` about data, one module for each noun."""

from __future__ import annotations

from afsweb.terminal import Verbs
from datasets_app.commands import (
    campaigns,
    coverage,
    history,
    maps,
    preferences,
    queues,
    review,
    samples,
    snapshots,
    sources,
    symbols,
)


def add_commands(subparsers: Verbs) -> None:
    """Register this app's sub-commands."""
    for noun in (sources, campaigns, samples, coverage, maps, review, queues, history, preferences, snapshots, symbols):
        noun.add_commands(subparsers)
