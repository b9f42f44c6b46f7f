"""Where a routine begins and what it must come to, in the words of its specification."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from typing import TypedDict


class End(TypedDict, total=False):
    """What must hold at the end: registers, flags by letter, bytes by address, (register, value) in their order.

    What is left out may be anything. `a` is all 16 bits, `al` the low 8.
    """

    a: int
    al: int
    x: int
    y: int
    d: int
    dbr: int
    flags: dict[str, bool]
    memory: dict[int, int]
    writes: list[tuple[int, int]]


@dataclass
class Start:
    """Registers and the bytes that stand in memory for certain; `m` and `x8` are the flags, True 8 bits wide."""

    a: int
    x: int
    y: int
    m: bool = True
    x8: bool = True
    dbr: int = 0
    memory: dict[int, int] = field(default_factory=dict)

    def byte(self, at: int) -> int:
        return self.memory[at]

    def word(self, at: int) -> int:
        return self.memory[at] | self.memory[at + 1] << 8

    def long(self, at: int) -> int:
        return self.word(at) | self.memory[at + 2] << 16

    def area(self, at: int, count: int) -> list[int]:
        return [self.memory[at + offset] for offset in range(count)]

    def words(self, at: int, count: int) -> list[int]:
        return [self.word(at + 2 * offset) for offset in range(count)]

    def put(self, at: int, value: int, size: int = 1) -> None:
        """Set `size` bytes, the low one first."""
        self.memory.update(number(at, value, size))

    def near_zero(self, at: int, rng: Random) -> None:
        """Make a byte 0 or 1 in most starts: that is where counters go wrong."""
        draw = rng.random()
        if draw < 0.6:
            self.put(at, int(draw < 0.25))


def number(at: int, value: int, size: int) -> dict[int, int]:
    """Return the bytes of a value by address, the low one first."""
    return {at + offset: value >> 8 * offset & 0xFF for offset in range(size)}


def row(at: int, values: Iterable[int], size: int = 1) -> dict[int, int]:
    """Return the bytes of values that stand one after the other."""
    return {
        place: byte
        for index, value in enumerate(values)
        for place, byte in number(at + index * size, value, size).items()
    }
