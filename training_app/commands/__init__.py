"""Training from the terminal, one file a noun: `afs base`, `recipe`, `train`, `run`, `version`, `expert`, `ask`."""

from __future__ import annotations

from afsweb.terminal import Verbs
from training_app.commands import asking, bases, experts, recipes, runs, versions


def add_commands(nouns: Verbs) -> None:
    """Register this app's sub-commands."""
    for noun in (bases, recipes, runs, versions, experts, asking):
        noun.add_commands(nouns)
