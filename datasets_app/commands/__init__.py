"""The sub-commands of `afs` about data, one module for each noun."""

from __future__ import annotations

from afsweb.terminal import Verbs
from datasets_app.commands import (
    campaigns,
    comments,
    coverage,
    exports,
    flags,
    goldens,
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
    data = (sources, campaigns, samples, coverage, maps, snapshots, exports, symbols)
    judging = (review, queues, goldens, flags, comments, history, preferences, secrets)
    for noun in (*data, *judging):
        noun.add_commands(subparsers)
