"""The sub-commands of `afs` about data, one module for each noun."""

from __future__ import annotations

import argparse

from datasets_app.commands import campaigns, review, samples, snapshots, sources


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register this app's sub-commands."""
    for noun in (sources, campaigns, samples, review, snapshots):
        noun.add_commands(subparsers)
