"""What differs between two snapshots: samples added, removed, edited, moved between the splits; shifted shares."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet, TextChoices

from afsweb.core.differences import Difference
from datasets_app.models import Snapshot, SnapshotEntry, SnapshotState
from datasets_app.review.diff import differences
from datasets_app.snapshots.errors import NotComparable
from datasets_app.snapshots.figures import TITLES

ROWS, EDITED_ROWS = 50, 10
# Both sides lie in one index in the order of their samples, so this reads two indexes once and sorts nothing.
COUNT = """
SELECT count(*) FILTER (WHERE old.sample_id IS NULL),
    count(*) FILTER (WHERE new.sample_id IS NULL),
    count(*) FILTER (WHERE old.version_id <> new.version_id),
    count(*) FILTER (WHERE old.split <> new.split),
    count(*) FILTER (WHERE old.version_id = new.version_id AND old.split = new.split)
FROM (SELECT sample_id, version_id, split FROM datasets_snapshotentry WHERE snapshot_id = %s) AS old
FULL JOIN (SELECT sample_id, version_id, split FROM datasets_snapshotentry WHERE snapshot_id = %s) AS new
    USING (sample_id)"""


class Change(TextChoices):
    """What became of a sample. One that was edited may have moved too: it counts for both."""

    ADDED = "added", "added"
    REMOVED = "removed", "removed"
    EDITED = "edited", "edited"
    MOVED = "moved", "moved between splits"


@dataclass(frozen=True)
class Row:
    """A sample that differs: its entries before and after, and for an edited one what differs in its text."""

    old: SnapshotEntry | None
    new: SnapshotEntry | None
    differences: list[Difference]

    @property
    def entry(self) -> SnapshotEntry:
        """The newer of the two."""
        found = self.new or self.old
        assert found is not None
        return found


@dataclass(frozen=True)
class Rows:
    """Some samples of one change, and the number below which the next ones are (None at the end)."""

    rows: list[Row]
    next_cursor: int | None


@dataclass(frozen=True)
class Shift:
    """How often a label is in each snapshot, in samples and as a share of all, 0 to 1."""

    label: str
    old: int
    new: int
    old_share: float
    new_share: float

    @property
    def change(self) -> float:
        return self.new_share - self.old_share

    @property
    def points(self) -> float:
        """The change in points of 100."""
        return 100 * self.change


@dataclass(frozen=True)
class Shifts:
    """A distribution before and after; `distance` is the share of one that must change its label to give the other.

    That is the total variation distance: half the sum of |new share - old share| (Levin, Peres and Wilmer, Markov
    Chains and Mixing Times, 2nd ed., proposition 4.2).
    """

    title: str
    rows: list[Shift]

    @property
    def distance(self) -> float:
        return sum(abs(row.change) for row in self.rows) / 2


@dataclass(frozen=True)
class Diff:
    """Two ready snapshots, `old` and `new`."""

    old: Snapshot
    new: Snapshot

    @classmethod
    def of(cls, old: Snapshot, new: Snapshot) -> Diff:
        """Raises `NotComparable` unless both are ready."""
        for snapshot in (old, new):
            if snapshot.state != SnapshotState.READY:
                raise NotComparable(snapshot=snapshot.name, state=snapshot.get_state_display())
        return cls(old, new)

    @cached_property
    def counts(self) -> dict[str, int]:
        """Each `Change` and "same" -> how many samples. One statement."""
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [self.old.pk, self.new.pk])
            return dict(zip((*Change.values, "same"), cursor.fetchone(), strict=True))

    def page(self, change: Change, before: str = "") -> Rows:
        """The samples of one change, those added last first, below the sample number `before`. Three statements."""
        size = EDITED_ROWS if change == Change.EDITED else ROWS
        entries = self._entries(change)
        if before.isdecimal() and len(before) < 19:
            entries = entries.filter(sample__lt=int(before))
        found = list(entries.order_by("-sample")[: size + 1])
        shown = found[:size]
        return Rows(self._rows(change, shown), shown[-1].sample_id if len(found) > size else None)

    def shifts(self) -> list[Shifts]:
        """How the distributions shifted; none when one of the two was built before figures were kept."""
        if not self.old.figures or not self.new.figures:
            return []
        shares = [snapshot.figures["shares"] for snapshot in (self.old, self.new)]
        return [Shifts(title, _shift(shares[0][name], shares[1][name])) for name, title in TITLES.items()]

    def _entries(self, change: Change) -> QuerySet[SnapshotEntry]:
        mine, other = (self.old, self.new) if change == Change.REMOVED else (self.new, self.old)
        entries = SnapshotEntry.objects.filter(snapshot=mine).select_related("sample", "version")
        entries = entries.defer("version__search")
        there = SnapshotEntry.objects.filter(snapshot=other, sample=OuterRef("sample"))
        if change == Change.EDITED:
            return entries.filter(Exists(there.exclude(version=OuterRef("version"))))
        if change == Change.MOVED:
            return entries.filter(Exists(there.exclude(split=OuterRef("split"))))
        return entries.filter(~Exists(there))

    def _rows(self, change: Change, entries: list[SnapshotEntry]) -> list[Row]:
        if change == Change.ADDED:
            return [Row(None, entry, []) for entry in entries]
        if change == Change.REMOVED:
            return [Row(entry, None, []) for entry in entries]
        samples = [entry.sample_id for entry in entries]
        rows = SnapshotEntry.objects.filter(snapshot=self.old, sample__in=samples).select_related("version")
        before = {entry.sample_id: entry for entry in rows.defer("version__search")}
        return [_row(before[entry.sample_id], entry) for entry in entries]


def _row(old: SnapshotEntry, new: SnapshotEntry) -> Row:
    is_edited = old.version_id != new.version_id
    return Row(old, new, differences(old.version.text(), new.version.text()) if is_edited else [])


def _shift(old: list[Any], new: list[Any]) -> list[Shift]:
    """One row for each label of either, the largest shift first."""
    counts = [{label: train + validation for label, train, validation in rows} for rows in (old, new)]
    totals = [sum(one.values()) or 1 for one in counts]
    labels = dict.fromkeys([*counts[1], *counts[0]])
    rows = [
        Shift(label, was, now, was / totals[0], now / totals[1])
        for label in labels
        for was, now in [(counts[0].get(label, 0), counts[1].get(label, 0))]
    ]
    return sorted(rows, key=lambda row: -abs(row.change))
