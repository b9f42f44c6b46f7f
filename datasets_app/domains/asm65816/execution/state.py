"""The states that a routine is tried in: random ones, and such as stand at an edge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

EDGES = (0x0000, 0x0001, 0x007F, 0x0080, 0x00FF, 0x0100, 0x7FFF, 0x8000, 0xFFFF)
DIRECT_PAGES = (0x0000, 0x0000, 0x0000, 0x0100, 0x0300, 0x1F00)
DATA_BANKS = (0x7E, 0x00, 0x80)
REGISTER_BANKS = (0x00, 0x80)
"""Data banks that show the hardware registers."""
STACK = 0x1EF0
_DECIMAL = 0x08


@dataclass(frozen=True)
class State:
    """Registers before a run, in native mode; `seed` is the memory's noise, `memory` what stands in it for certain."""

    a: int = 0
    x: int = 0
    y: int = 0
    d: int = 0
    dbr: int = 0
    p: int = 0x30
    s: int = STACK
    seed: int = 0
    memory: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Widths:
    """The flags m and x; True means 8 bits wide."""

    m: bool = True
    x: bool = True

    @property
    def flags(self) -> int:
        return (0x20 if self.m else 0) | (0x10 if self.x else 0)


def states(
    count: int,
    widths: Sequence[Widths],
    hints: Sequence[int] = (),
    seed: int = 0,
    banks: Sequence[int] = DATA_BANKS,
) -> Iterator[State]:
    """Yield `count` different states, the same for the same arguments, the widths by turns, one of the data `banks`.

    Every register is an edge value or one of `hints` in half of them. Decimal mode is off: routines suppose that.
    """
    random = Random(seed)
    values = (*EDGES, *hints)
    for number in range(count):
        turn = widths[number % len(widths)]
        index_mask = 0xFF if turn.x else 0xFFFF
        a, x, y = (random.choice(values) if random.random() < 0.5 else random.randrange(0x10000) for _ in range(3))
        yield State(
            a=a,
            x=x & index_mask,
            y=y & index_mask,
            d=random.choice(DIRECT_PAGES),
            dbr=random.choice(banks),
            p=random.randrange(0x100) & ~(0x30 | _DECIMAL) | turn.flags,
            seed=seed * 0x10001 + number + 1,
        )
