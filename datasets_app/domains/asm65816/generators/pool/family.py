"""A family of routines: one task with everything about it that varies, and what it must come to."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from datasets_app.domains.asm65816.generators.pool.lines import Code, read_lines
from datasets_app.domains.asm65816.generators.pool.numbers import Address, Number
from datasets_app.domains.asm65816.generators.pool.states import End, Start

Values = Mapping[str, int]
Area = Literal["direct", "low", "work", "far"]

_SPANS: dict[Area, tuple[int, int, int]] = {
    "direct": (0x10, 0xF0, 2),
    "low": (0x0200, 0x1B00, 0x10),
    "work": (0x7E4400, 0x7EFF00, 0x20),
    "far": (0x7F4400, 0x7FFE00, 0x40),
}
"""First address, one behind the last, step. Low work RAM ends under the stack of the runs; the banks of work RAM begin
where an address without its bank is none of a register."""

SYSTEM_BANKS = (0x00, 0x80)
"""Data banks that show the registers."""

_TRIES = 200


@dataclass(frozen=True, slots=True)
class Place:
    """Memory that a routine reads (r) or writes (w): `size` bytes, a number or the name of a value that counts them.

    `names` are what a programmer might call it. `unit`: bytes of what `size` counts.
    """

    area: Area
    size: int | str
    names: tuple[str, ...]
    role: Literal["r", "w", "rw"] = "rw"
    unit: int = 1

    def bytes_of(self, values: Values) -> int:
        """Return how many bytes it has."""
        return (values[self.size] if isinstance(self.size, str) else self.size) * self.unit


@dataclass(frozen=True, slots=True)
class Way:
    """One way to write a routine: its code as a template, and sentences that say how it works."""

    code: str
    hows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """One task. Texts are templates in Python's format syntax over the values (see `numbers`).

    `asks` are requests that say all that is required, `does` what it does (“fills …”), `takes` and `gives` what it is
    handed and hands back. `entry` are the flags m and x that its callers have set, None either. `banks` are data banks
    it may be called with. `spec` gives the end from the start; `prepare` makes a random start a likely one.
    """

    slug: str
    names: tuple[str, ...]
    ways: tuple[Way, ...]
    asks: tuple[str, ...]
    does: tuple[str, ...]
    spec: Callable[[Values, Start], End]
    takes: str = ""
    gives: str = ""
    places: Mapping[str, Place] = field(default_factory=dict)
    choices: Mapping[str, Sequence[int]] = field(default_factory=dict)
    derive: Callable[[Values], Mapping[str, int | str]] | None = None
    entry: tuple[bool | None, bool | None] = (None, None)
    banks: tuple[int, ...] = (0x00, 0x7E, 0x80)
    prepare: Callable[[Values, Start, random.Random], None] | None = None
    keeps: str = ""

    def draw(self, rng: random.Random) -> dict[str, int]:
        """Draw a value for every choice and an address for every place, none overlapping."""
        drawn = {name: rng.choice(values) for name, values in self.choices.items()}
        for _ in range(_TRIES):
            found = {name: self._address(place, drawn, rng) for name, place in self.places.items()}
            if self._apart(found, drawn):
                return drawn | found
        raise ValueError(f"No places for {self.slug} with {drawn}.")

    def moved(self, drawn: Values) -> dict[str, int] | None:
        """Return the values with every place half a step further on, where `draw` never puts one.

        What is asked there was never trained on. None without a place, and where one would cross its page.
        """
        found = {name: drawn[name] + _SPANS[place.area][2] // 2 for name, place in self.places.items()}
        crosses = any((at & 0xFF) + self.places[name].bytes_of(drawn) > 0x100 for name, at in found.items())
        return {**drawn, **found} if found and not crosses else None

    def code(self, way: int, values: Values) -> Code:
        """Return the lines of one of its ways."""
        return read_lines(self.ways[way].code.format(**self.words(values)))

    def text(self, template: str, values: Values) -> str:
        """Fill in a sentence."""
        return template.format(**self.words(values))

    def words(self, values: Values) -> dict[str, Number | str]:
        """Return the values as templates use them, with those that follow from them."""
        shown: dict[str, Number | str] = {
            name: Address(value) if name in self.places else Number(value) for name, value in values.items()
        }
        more = self.derive(values) if self.derive else {}
        return shown | {name: Number(value) if isinstance(value, int) else value for name, value in more.items()}

    def _address(self, place: Place, drawn: Values, rng: random.Random) -> int:
        first, behind, step = _SPANS[place.area]
        # A page is not crossed, so that the time of an indexed access depends on nothing but the code.
        while True:
            at = rng.randrange(first, behind - place.bytes_of(drawn), step)
            if (at & 0xFF) + place.bytes_of(drawn) <= 0x100:
                return at

    def _apart(self, found: Values, drawn: Values) -> bool:
        spans = sorted((at - 1, at + self.places[name].bytes_of(drawn) + 1) for name, at in found.items())
        return all(before[1] <= behind[0] for before, behind in pairwise(spans))
