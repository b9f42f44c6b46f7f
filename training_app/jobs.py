"""The job kinds of this app, gathered where the registry looks."""

from __future__ import annotations

from training_app import asking, training
from training_app.backup import backing_up
from training_app.bases import fetching, tiny
from training_app.merges import merging
from training_app.monitor import monitoring
from training_app.retraining import looking

__all__ = ["asking", "backing_up", "fetching", "looking", "merging", "monitoring", "tiny", "training"]
