"""Training from the terminal: one file a noun, `afs train`, `afs ask`, `afs model`; the others are their verbs."""

from __future__ import annotations

from afsweb.terminal import Verbs
from training_app.commands import asking, bases, experts, models, recipes, retraining, runs, sweeps, training, versions


def add_commands(nouns: Verbs) -> None:
    """Register this app's sub-commands."""
    for noun in (bases, recipes, training, runs, sweeps, retraining, versions, experts, asking, models):
        noun.add_commands(nouns)
