"""What a kind of fault is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from datasets_app.domains.asm65816.generators.pool.lines import Code, Line
from datasets_app.domains.asm65816.generators.site import Site

CATEGORIES = (
    "mode_mismatch",
    "dma",
    "addressing",
    "stack",
    "interrupt",
    "branch",
    "comparison",
    "register_preservation",
    "direct_page",
    "hardware_timing",
    "block_move",
    "accumulator_size",
    "zero_flag",
)


@dataclass(frozen=True, slots=True)
class Bug:
    """A kind of fault: where it can be put in, and why it is one; {worse} and {better} quote code, {row} is its line.

    `rule` is the lint's code for a fault that no run shows, empty where running the code shows it.
    """

    slug: str
    category: str
    sites: Callable[[Code], Iterator[Site]]
    whys: tuple[str, ...]
    rule: str = ""


def dropped(code: Code, at: int) -> Site:
    """The line is missing."""
    return Site(at, 1, (), (code[at],))


def changed(code: Code, at: int, worse: Line) -> Site:
    """Another line stands there."""
    return Site(at, 1, (worse,), (code[at],))


def swapped(code: Code, at: int) -> Site | None:
    """A line and the one behind it stand the other way round; None where a label is between them."""
    first, second = code[at], code[at + 1]
    if second.label or not first.op or not second.op:
        return None
    return Site(at, 2, (second, Line(first.op, first.operand, "", first.suffix, first.comment)), (first, second))


def dropped_pair(code: Code, push: str, pull: str) -> Iterator[Site]:
    """The first push of its kind and the last pull are both missing."""
    pushes = [at for at, line in enumerate(code) if line.op == push]
    pulls = [at for at, line in enumerate(code) if line.op == pull]
    if pushes and pulls and pushes[0] < pulls[-1]:
        yield Site(pushes[0], 1, (), (code[pushes[0]], code[pulls[-1]]), ((pulls[-1], ()),))
