"""Small routines with explanations, both ways round: write it, or explain it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

from datasets_app.domains.asm65816.generators import routines_cpu, routines_dma, routines_ppu
from datasets_app.domains.asm65816.generators.routine import Routine, Values, write_code, write_prose
from datasets_app.domains.base import Draft, Params

WRITE, EXPLAIN = "write_routine", "explain_routine"

ALL_ROUTINES = (*routines_ppu.ROUTINES, *routines_cpu.ROUTINES, *routines_dma.ROUTINES)
ROUTINES = {routine.slug: routine for routine in ALL_ROUTINES}

LAYOUTS = ("code_first", "text_first", "unfenced")
OPERANDS = ("plain", "commented", "named")
MENTIONS = ("name_first", "address_first")
EXPLAIN_ASKS = (
    "Explain what this code does.",
    "What happens here?",
    "Describe this routine in one or two sentences.",
    "Which registers does this code use, and what for?",
    "Comment on this code.",
    "A beginner asks what these lines are for. Answer them.",
)


class Routines:
    """Writes and explains 29 small routines; constants, channels and layouts vary."""

    name = "routines"
    kinds = (WRITE, EXPLAIN)

    def plan(self, count: int, seed: int) -> Iterator[Params]:
        """Yield up to `count` params; routines take turns. Stops early when 200 draws in a row bring nothing new."""
        rng = random.Random(f"{self.name}:{seed}")
        yield from distinct_params(rng, ALL_ROUTINES, self.kinds, count)

    def write(self, params: Params) -> Draft:
        """Write one routine or one explanation."""
        return write_routine(params)


def distinct_params(
    rng: random.Random, routines: Sequence[Routine], kinds: Sequence[str], count: int
) -> Iterator[Params]:
    """Yield up to `count` params for `routines` in turns, no request and code twice."""
    seen: set[str] = set()
    misses = 0
    while len(seen) < count and misses < 200:
        routine = routines[(len(seen) + misses) % len(routines)]
        params = _draw(rng, routine, rng.choice(kinds))
        draft = write_routine(params)
        key = f"{draft.instruction}\n{draft.input}"
        if key in seen:
            misses += 1
            continue
        misses = 0
        seen.add(key)
        yield params


def write_routine(params: Params) -> Draft:
    """Write the sample that `params` describe."""
    routine = ROUTINES[params["routine"]]
    values = routine.values(params["values"])
    prose = write_prose(routine.whys[params["why"]], values, params["mention"])
    code = write_code(routine, values, params["operands"])
    explains = params["kind"] == EXPLAIN
    return Draft(
        instruction=EXPLAIN_ASKS[params["ask"]] if explains else routine.asks[params["ask"]].format(**values),
        input=code if explains else "",
        output=prose if explains else _answer(code, prose, params["layout"]),
        kind=params["kind"],
        group_id=f"{routine.slug}/{params['kind']}",
        params=params,
    )


def _draw(rng: random.Random, routine: Routine, kind: str) -> Params:
    explains = kind == EXPLAIN
    drawn: dict[str, Any] = {
        "kind": kind,
        "routine": routine.slug,
        "values": routine.draw(rng),
        "ask": rng.randrange(len(EXPLAIN_ASKS if explains else routine.asks)),
        "why": rng.randrange(len(routine.whys)),
        "layout": "prose" if explains else rng.choice(LAYOUTS),
        "operands": rng.choice(OPERANDS[:2] if explains else OPERANDS),
        "mention": rng.choice(MENTIONS),
    }
    return drawn


def _answer(code: str, prose: str, layout: str) -> str:
    if layout == "unfenced":
        return f"{code}\n\n{prose}"
    fenced = f"```asm\n{code}\n```"
    return f"{prose}\n\n{fenced}" if layout == "text_first" else f"{fenced}\n\n{prose}"


__all__ = ["ALL_ROUTINES", "ROUTINES", "Routines", "Values", "distinct_params", "write_routine"]
