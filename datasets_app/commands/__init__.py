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
    secrets,
    snapshots,
    sources,
    symbols,
)


def add_commands(subparsers: Verbs) -> None:
    """Register this app's sub-commands."""
    data = (sources, campaigns, samples, coverage, maps, snapshots, symbols)
    for noun in (*data, review, queues, history, preferences, secrets):
        noun.add_commands(subparsers)
