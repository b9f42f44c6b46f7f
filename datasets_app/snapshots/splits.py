"""Dividing samples into training and validation without cutting through what belongs together."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from datasets_app.snapshots.members import ALONE, Ids, Members


def split(members: Members, share: float, seed: int) -> tuple[Members, Members]:
    """Training and validation, each in the order of content, so that equal content gives equal files on any machine.

    Groups that share a near-duplicate go together. They are drawn in an order that `seed` shuffles, as long as they fit
    into `share` of all; where not even one fits, the smallest is taken unless it is more than half.
    """
    ordered = members.in_order()
    is_drawn = np.zeros(len(ordered), dtype=np.bool_)
    if share:
        sets = shuffled(ordered, connected(ordered), str(seed))
        for number in _draw(sets, round(share * len(ordered)) or 1):
            is_drawn[sets.of(number)] = True
    return ordered.take(np.flatnonzero(~is_drawn)), ordered.take(np.flatnonzero(is_drawn))


def connected(members: Members) -> Ids:
    """For each member the first place of the set that no split may cut."""
    # Imported here: only jobs link, and web processes start sooner without.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = [_links(key) for key in (members.group, members.cluster, members.text)]
    left, right = (np.concatenate(side) for side in zip(*links, strict=True))
    linked = coo_array((np.ones(len(left), dtype=np.bool_), (left, right)), (len(members),) * 2)
    _, labels = connected_components(linked, directed=False)
    _, first, which = np.unique(labels, return_index=True, return_inverse=True)
    return first[which]


def _links(key: Ids) -> tuple[Ids, Ids]:
    """Links from each place to the first that has the same key, in 32 bits: there are millions."""
    tied = np.flatnonzero(key != ALONE).astype(np.int32)
    _, first, which = np.unique(key[tied], return_index=True, return_inverse=True)
    root = tied[first[which]]
    return root[root != tied], tied[root != tied]


@dataclass(frozen=True)
class Sets:
    """Places in sets: set number n is `places[starts[n]:starts[n] + sizes[n]]`. Arrays, for there may be a million."""

    places: Ids
    starts: Ids
    sizes: Ids

    def of(self, number: int) -> Ids:
        return self.places[self.starts[number] : self.starts[number] + self.sizes[number]]


def shuffled(members: Members, roots: Ids, salt: str) -> Sets:
    """The sets in an order that depends on `salt` and on their content alone, not on what else there is.

    `roots` names the set of each member: the place that comes first in it (`connected`).
    """
    by_set = np.argsort(roots, kind="stable")
    firsts, starts, sizes = np.unique(roots[by_set], return_index=True, return_counts=True)
    salted = (hashlib.sha256(f"{salt}:{content}".encode()).digest() for content in members.contents(firsts))
    order = np.argsort(np.fromiter((int.from_bytes(key[:8]) for key in salted), np.uint64, len(firsts)), kind="stable")
    return Sets(by_set, starts[order], sizes[order])


def _draw(sets: Sets, wanted: int) -> list[int]:
    """The numbers of those that fit into `wanted` places, in their order."""
    if len(sets.sizes) < 2:
        return []
    drawn, count = list[int](), 0
    for number, size in enumerate(sets.sizes.tolist()):
        if count + size <= wanted:
            drawn.append(number)
            count += size
    smallest = int(np.argmin(sets.sizes))
    if not drawn and 2 * int(sets.sizes[smallest]) <= len(sets.places):
        drawn.append(smallest)
    return drawn
