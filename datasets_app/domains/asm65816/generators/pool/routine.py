"""One routine of a family: drawn, written in a style, with its cases. What a generator's params say of it is enough."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from datasets_app.domains.asm65816.execution.state import State
from datasets_app.domains.asm65816.generators.pool.cases import draw_start, make_cases, state_of
from datasets_app.domains.asm65816.generators.pool.families import ALL_FAMILIES, FAMILIES
from datasets_app.domains.asm65816.generators.pool.family import Family, Values
from datasets_app.domains.asm65816.generators.pool.lines import Code, Line
from datasets_app.domains.asm65816.generators.pool.listing import Listing, quote, write_listing
from datasets_app.domains.asm65816.generators.pool.measured import Measured, assembled, measure
from datasets_app.domains.asm65816.generators.pool.style import Style, style_of
from datasets_app.domains.base import Params

STYLES = 1_000_000
CASES = 6
_RETURNS = ("RTS", "RTL", "RTI")


@dataclass(frozen=True)
class Routine:
    """A family with values, a way to write it, and a style."""

    family: Family
    way: int
    values: Values
    style: Style

    @cached_property
    def code(self) -> Code:
        """Its lines."""
        return self.family.code(self.way, self.values)

    @cached_property
    def listing(self) -> Listing:
        """Its text."""
        return self.write(self.code)

    def write(self, code: Code) -> Listing:
        """Write other lines as this routine would be written."""
        return write_listing(code, self.family, self.values, self.style)

    def quote(self, *lines: Line) -> str:
        """Return instructions in backticks, as they stand in its listing."""
        return ", ".join(f"`{quote(line, self.family, self.values, self.style)}`" for line in lines if line.op)

    def fill(self, template: str) -> str:
        """Fill in one of the family's sentences."""
        return self.family.text(template, self.values)

    def cases(self, count: int = CASES) -> list[dict[str, Any]]:
        """Cases from its specification; the same for the same values."""
        ended = next(line.op for line in reversed(self.code) if line.op in _RETURNS)
        return make_cases(self.family, self.values, count, sum(self.values.values()), ended)

    def starts(self, count: int) -> list[State]:
        """States that it may be called in; the same for the same values."""
        rng = random.Random(f"starts:{self.family.slug}:{sum(self.values.values())}")
        return [state_of(draw_start(self.family, self.values, rng), rng) for _ in range(count)]

    def measured(self) -> Measured:
        """What running it shows."""
        return measure(assembled(self.listing.text), self.cases())


def draw_routine(rng: random.Random, number: int) -> Params:
    """Draw what identifies a routine; families take turns by `number`."""
    family = ALL_FAMILIES[number % len(ALL_FAMILIES)]
    return draw_way(rng, family.slug, rng.randrange(len(family.ways)))


def draw_way(rng: random.Random, slug: str, way: int) -> Params:
    """Draw values and a style for one way of a family."""
    return {"routine": slug, "way": way, "values": FAMILIES[slug].draw(rng), "style": rng.randrange(STYLES)}


@lru_cache(maxsize=64)
def _routine(slug: str, way: int, values: tuple[tuple[str, int], ...], style: int) -> Routine:
    return Routine(FAMILIES[slug], way, dict(values), style_of(style))


def routine_of(params: Params) -> Routine:
    """Return the routine that params identify."""
    return _routine(params["routine"], params["way"], tuple(params["values"].items()), params["style"])
