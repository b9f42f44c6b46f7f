"""Balance: no kind of a domain has more than a limit, so that a common one does not drown a rare one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from datasets_app.snapshots.members import Ids, Members
from datasets_app.snapshots.splits import connected, shuffled


@dataclass(frozen=True)
class Balance:
    """At most `cap` samples of each kind of a domain; at most `times` as many as the smallest kind has. None: no limit.

    `cap` is 1 or more, `times` 1.0 or more; of two limits the lower counts.
    """

    cap: int | None = None
    times: float | None = None

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Balance:
        """The balance that a snapshot was built with."""
        return cls(stored.get("cap"), stored.get("times"))

    def limit(self, counts: Iterable[int]) -> int | None:
        """How many of one kind may stay, where the kinds have `counts` samples each."""
        limits = [self.cap] if self.cap else []
        smallest = min(counts, default=0)
        if self.times and smallest:
            limits.append(int(smallest * self.times))
        return min(limits, default=None)

    def __str__(self) -> str:
        capped = [f"at most {self.cap:,} of each kind"] if self.cap else []
        times = [f"at most {self.times:g} times the smallest kind"] if self.times else []
        return ", ".join(capped + times) or "every sample that fits"


def apply_balance(members: Members, balance: Balance, seed: int) -> Members:
    """Those that stay, in the order of content. Which ones depends on `seed` and on content alone, on no row's number.

    Of a kind that has too many, whole sets (group, near-duplicates, equal texts) stay while they fit, in an order that
    the seed shuffles; then one more is cut, so that the kind has exactly as many as it may.
    """
    ordered = members.in_order()
    counts = np.bincount(ordered.kind, minlength=len(ordered.kinds))
    limit = balance.limit(counts[counts > 0].tolist())
    if limit is None or not (counts > limit).any():
        return ordered
    roots, stays = connected(ordered), counts[ordered.kind] <= limit
    for kind in np.flatnonzero(counts > limit):
        stays[_choose(ordered, roots, np.flatnonzero(ordered.kind == kind), limit, seed)] = True
    return ordered.take(np.flatnonzero(stays))


def _choose(members: Members, roots: Ids, places: Ids, limit: int, seed: int) -> Ids:
    """`limit` of `places`, whole sets first. The places are of one kind, in order."""
    # The first of a set within the kind names it here: the set may begin in another kind.
    _, first, which = np.unique(roots[places], return_index=True, return_inverse=True)
    sets = shuffled(members.take(places), first[which], f"balance:{seed}")
    chosen, room, cut = list[Ids](), limit, None
    for number, size in enumerate(sets.sizes.tolist()):
        if size <= room:
            chosen.append(sets.of(number))
            room -= size
        elif cut is None:
            cut = number
    if room and cut is not None:
        chosen.append(sets.of(cut)[:room])
    return places[np.concatenate(chosen)]
