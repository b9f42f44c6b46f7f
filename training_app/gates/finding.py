"""What a gate found: how much of the snapshot, where first, and whether it stops the launch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.urls import reverse

FIRST = 5
"""So many rows of a finding are shown."""


@dataclass(frozen=True)
class Place:
    """A row of a snapshot: its split, its line from 1, and the sample that it was made of, where one is known."""

    split: str
    line: int
    sample: str = ""

    def __str__(self) -> str:
        return f"{self.split} {self.line:,}"

    @property
    def url(self) -> str:
        return reverse("show_sample", args=[self.sample]) if self.sample else ""


@dataclass(frozen=True)
class Finding:
    """`text` is a sentence, `advice` what to do. `count` of `total` rows, None where it is not about rows.

    One that `stops` the launch lets it through with a reason where training on it `may_be_meant`.
    """

    gate: str
    text: str
    advice: str
    stops: bool = False
    may_be_meant: bool = False
    count: int | None = None
    total: int | None = None
    rows: tuple[Place, ...] = ()

    @property
    def share(self) -> float | None:
        """Of the rows that were looked at."""
        return self.count / self.total if self.count is not None and self.total else None

    @property
    def tone(self) -> str:
        return "bad" if self.stops else "warn"

    @property
    def word(self) -> str:
        if not self.stops:
            return "warns"
        return "stops, unless meant" if self.may_be_meant else "stops"


def found(gate: Finding, rows: Sequence[Place], total: int) -> list[Finding]:
    """The gate with these rows, as a list: empty where there is none."""
    return [replace(gate, count=len(rows), total=total, rows=tuple(rows[:FIRST]))] if rows else []
