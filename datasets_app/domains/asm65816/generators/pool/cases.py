"""Cases for a routine, made from its specification alone: nothing here looks at the code."""

from __future__ import annotations

import random
from typing import Any

from datasets_app.domains.asm65816.execution.cases import write_case
from datasets_app.domains.asm65816.execution.state import State
from datasets_app.domains.asm65816.generators.pool.family import Family, Values
from datasets_app.domains.asm65816.generators.pool.states import End, Start

EDGES = (0x00, 0x01, 0x7F, 0x80, 0xFF)
MOST_BYTES = 24
"""Bytes that one case requires: the first, the last and some between, so that a case stays small."""


def make_cases(family: Family, values: Values, count: int, seed: int, ended: str) -> list[dict[str, Any]]:
    """Return `count` cases as `execution.cases.read_cases` reads them; `ended` is how each has to end."""
    rng = random.Random(f"{family.slug}:{seed}")
    return [_case(family, values, draw_start(family, values, rng), rng, ended) for _ in range(count)]


def draw_start(family: Family, values: Values, rng: random.Random) -> Start:
    """Draw where a run may begin: every place, and a byte on either side of it, has a value."""
    m, x8 = (rng.random() < 0.5 if given is None else given for given in family.entry)
    mask = 0xFF if x8 else 0xFFFF
    registers = _number(rng), _number(rng) & mask, _number(rng) & mask
    start = Start(*registers, m, x8, rng.choice(family.banks), _memory(family, values, rng))
    if family.prepare:
        family.prepare(values, start, rng)
    return start


def state_of(start: Start, rng: random.Random) -> State:
    """Return it as a state to run from; decimal mode is off, the other flags are drawn."""
    flags = (0x20 if start.m else 0) | (0x10 if start.x8 else 0) | rng.choice((0, 1, 0x80, 0x02, 0x41))
    return State(start.a, start.x, start.y, 0, start.dbr, flags, seed=rng.randrange(1, 1000), memory=start.memory)


def _memory(family: Family, values: Values, rng: random.Random) -> dict[int, int]:
    """Every place with a byte on either side, where nothing may happen."""
    return {
        at: _byte(rng)
        for name, place in family.places.items()
        for at in range(values[name] - 1, values[name] + place.bytes_of(values) + 1)
    }


def _case(family: Family, values: Values, start: Start, rng: random.Random, ended: str) -> dict[str, Any]:
    end: End = family.spec(values, start)
    required = dict(start.memory) | end.get("memory", {})
    kept = _few(family, values, required, end, rng)
    _forget(family, values, start, kept)
    told: dict[str, Any] = {name: end[name] for name in ("a", "al", "x", "y", "d", "dbr", "flags") if name in end}
    if "writes" in end:
        told["writes"] = [[f"{at:04X}", value] for at, value in end["writes"]]
    for register in family.keeps:
        told.setdefault(register, getattr(start, register))
    return write_case(
        state_of(start, rng), told | {"memory": {f"{at:06X}": required[at] for at in kept}, "ended": ended}
    )


def _forget(family: Family, values: Values, start: Start, kept: list[int]) -> None:
    """Drop the bytes that nothing reads and nobody looks at afterwards."""
    for name, place in family.places.items():
        first, behind = values[name], values[name] + place.bytes_of(values)
        for at in range(first - 1, behind + 1):
            if at not in kept and (place.role == "w" or not first <= at < behind):
                start.memory.pop(at, None)


def _few(family: Family, values: Values, required: dict[int, int], end: End, rng: random.Random) -> list[int]:
    """The addresses that a case looks at: what changes before what stays, the edges of each place first."""
    changed = sorted(end.get("memory", {}))
    edges = [
        at
        for name, place in family.places.items()
        if "w" in place.role
        for at in (values[name] - 1, values[name] + place.bytes_of(values))
    ]
    first = list(dict.fromkeys([*changed[:4], *changed[-4:], *edges]))
    rest = [at for at in changed if at not in first]
    return sorted({*first, *rng.sample(rest, min(len(rest), max(MOST_BYTES - len(first), 0)))} & set(required))


def _byte(rng: random.Random) -> int:
    return rng.choice(EDGES) if rng.random() < 0.3 else rng.randrange(0x100)


def _number(rng: random.Random) -> int:
    return _byte(rng) | _byte(rng) << 8
