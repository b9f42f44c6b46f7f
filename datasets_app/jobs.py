"""The job kinds of this app, gathered where the registry looks."""

from __future__ import annotations

from datasets_app.bulk import doing, undoing
from datasets_app.coverage import counting
from datasets_app.exchange import continuing, exports, importing
from datasets_app.generation import jobs as generation
from datasets_app.maps import making
from datasets_app.mirror import mirroring
from datasets_app.purge import purging
from datasets_app.quality import examine, gate
from datasets_app.snapshots import building

__all__ = [
    "building",
    "continuing",
    "counting",
    "doing",
    "examine",
    "exports",
    "gate",
    "generation",
    "importing",
    "making",
    "mirroring",
    "purging",
    "undoing",
]
