"""Which faults a storm has: their order, kinds, pauses and victims come from its seed alone, so it can be repeated."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

PAUSE = 0.5, 6.0  # seconds from one fault to the next
FULL = 4.0, 15.0  # seconds that a disk stays full
AWAY = 0.5, 4.0  # seconds until somebody starts again what was killed and no supervisor watches
CUT = 5.0, 60.0  # seconds that a link stays cut


class Kind(StrEnum):
    """What can go wrong."""

    CHILD = "child killed"
    PARENT = "parent killed"
    WORKER = "worker killed"
    WEB = "web killed"
    SUPERVISOR = "supervisor killed"
    FLUSHED = "Valkey flushed"
    VALKEY = "Valkey killed"
    POSTGRES = "Postgres stopped in immediate mode"
    LINK = "link cut"
    CHECKPOINT = "disk full on checkpoint"
    IMPORT = "disk full on import"
    EXPORT = "disk full on export"


LASTS = {Kind.LINK: CUT, Kind.CHECKPOINT: FULL, Kind.IMPORT: FULL, Kind.EXPORT: FULL}


@dataclass(frozen=True)
class Fault:
    """One fault: seconds to wait before it, seconds that it lasts, and which of the victims it takes (0 to 1)."""

    number: int
    kind: Kind
    pause: float
    seconds: float
    pick: float


def plan(count: int, seed: int, longest: float = CUT[1]) -> list[Fault]:
    """`count` faults, each kind as often as the others but for one; none lasts longer than `longest` seconds."""
    dice = random.Random(seed)
    kinds = _kinds(dice)
    return [_fault(number, next(kinds), dice, longest) for number in range(1, count + 1)]


def _kinds(dice: random.Random) -> Iterator[Kind]:
    """Rounds of all kinds, each in an order of its own."""
    while True:
        kinds = list(Kind)
        dice.shuffle(kinds)
        yield from kinds


def _fault(number: int, kind: Kind, dice: random.Random, longest: float) -> Fault:
    least, most = LASTS.get(kind, AWAY)
    return Fault(number, kind, dice.uniform(*PAUSE), dice.uniform(least, min(most, longest)), dice.random())
