"""Dividing samples into training and validation without cutting through what belongs together."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from datasets_app.quality.components import Components


@dataclass(frozen=True)
class Member:
    """One version of a snapshot to be, with what must stay on its side: its group, its near-duplicates, its equals."""

    version_id: int
    source_id: int
    sha256: str
    normal_sha256: str
    group_id: str
    cluster: int | None
    by_gate: bool


def split(members: Sequence[Member], share: float, seed: int) -> tuple[list[Member], list[Member]]:
    """Training and validation, each in the order of content, so that equal content gives equal files on any machine.

    Groups that share a near-duplicate go together. They are drawn in an order that `seed` shuffles, as long as they fit
    into `share` of all; where not even one fits, the smallest is taken unless it is more than half.
    """
    ordered = sorted(members, key=lambda member: (member.sha256, member.version_id))
    drawn = _draw(shuffled(ordered, seed), round(share * len(members)) or 1) if share else set()
    return (
        [member for place, member in enumerate(ordered) if place not in drawn],
        [member for place, member in enumerate(ordered) if place in drawn],
    )


def connected(members: Sequence[Member]) -> list[list[int]]:
    """The places in `members` in sets that no split may cut, each in order."""
    links, first = Components(), dict[tuple[str, object], int]()
    pairs = [(place, place) for place in range(len(members))]
    for place, member in enumerate(members):
        for key in (("group", member.group_id), ("cluster", member.cluster), ("text", member.normal_sha256)):
            if key[1] not in ("", None):
                pairs.append((first.setdefault(key, place), place))
    links.link_pairs(pairs)
    sets = dict[int, list[int]]()
    for place, root in sorted(links.roots().items()):
        sets.setdefault(root, []).append(place)
    return list(sets.values())


def shuffled(ordered: Sequence[Member], seed: int) -> list[list[int]]:
    """The connected sets in an order that depends on `seed` and on their content alone, not on what else there is."""

    def key(places: list[int]) -> bytes:
        return hashlib.sha256(f"{seed}:{ordered[places[0]].sha256}".encode()).digest()

    return sorted(connected(ordered), key=key)


def _draw(sets: Sequence[list[int]], wanted: int) -> set[int]:
    drawn = set[int]()
    if len(sets) < 2:
        return drawn
    for places in sets:
        if len(drawn) + len(places) <= wanted:
            drawn.update(places)
    smallest = min(sets, key=len)
    if not drawn and 2 * len(smallest) <= sum(map(len, sets)):
        drawn.update(smallest)
    return drawn
