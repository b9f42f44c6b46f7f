"""The job kinds of this app, gathered where the registry looks."""

from __future__ import annotations

from datasets_app.exchange import importing
from datasets_app.generation import jobs as generation
from datasets_app.quality import examine, gate
from datasets_app.snapshots import building

__all__ = ["building", "examine", "gate", "generation", "importing"]
