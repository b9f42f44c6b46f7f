"""What reading a file came to, while it is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from datasets_app.exchange.reading import Reject

# A report longer than this helps nobody; all rejects are counted, the first are kept.
KEPT_REJECTS = 100_000
KEPT_NAMES = 20


@dataclass
class Tally:
    """What reading a file came to: `lines` are those that are not blank; `ignored` says which fields were not taken."""

    lines: int = 0
    rejected: int = 0
    rejects: list[Reject] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)

    def reject(self, rejects: Iterable[Reject]) -> None:
        """Count these, and keep them while there is room."""
        for reject in rejects:
            self.rejected += 1
            if len(self.rejects) < KEPT_REJECTS:
                self.rejects.append(reject)

    def ignore(self, fields: Iterable[str]) -> None:
        """Count these field names, unless they are too many to name."""
        self.ignored.update(name for name in fields if name in self.ignored or len(self.ignored) < KEPT_NAMES)
