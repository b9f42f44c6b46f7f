"""The job kinds of this app, gathered where the registry looks."""

from __future__ import annotations

from datasets_app.bulk import doing, undoing
from datasets_app.exchange import importing, snapshots
from datasets_app.generation import jobs as generation
from datasets_app.quality import examine, gate

__all__ = ["doing", "examine", "gate", "generation", "importing", "snapshots", "undoing"]
