"""The job kinds of the upkeep, gathered where the registry looks."""

from __future__ import annotations

from afsweb.upkeep import forgetting
from afsweb.upkeep.catalogue import counting
from afsweb.upkeep.integrity import checking
from afsweb.upkeep.watched import adopting, looking

__all__ = ["adopting", "checking", "counting", "forgetting", "looking"]
