"""Trace: a routine run step by step from a given state; the machine says what every register holds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from datasets_app.domains.asm65816.execution.program import load
from datasets_app.domains.asm65816.execution.running import Runner
from datasets_app.domains.asm65816.execution.state import State
from datasets_app.domains.asm65816.execution.tracing import Step, trace
from datasets_app.domains.asm65816.generators import trace_words
from datasets_app.domains.asm65816.generators.checked import checked, distinct
from datasets_app.domains.asm65816.generators.layouts import fenced, lay_out
from datasets_app.domains.asm65816.generators.pool.cases import draw_start, state_of
from datasets_app.domains.asm65816.generators.pool.measured import assembled
from datasets_app.domains.asm65816.generators.pool.routine import Routine, draw_routine, routine_of
from datasets_app.domains.asm65816.verify import Rung
from datasets_app.domains.base import Draft, Params

KIND = "trace"
FEWEST, MOST = 5, 25
"""Steps of a run that a reader can follow."""


class Trace:
    """Runs routines of the pool that end within 25 instructions and tells what happens at each."""

    name = "trace"
    kinds = (KIND,)

    def plan(self, count: int, seed: int) -> Iterator[Params]:
        """Yield up to `count` params whose run has 5 to 25 steps."""
        yield from distinct(count, random.Random(f"{self.name}:{seed}"), _draw, lambda p: "\n".join(_question(p)))

    def write(self, params: Params) -> Draft:
        """Write the question with code and state, and the run; DraftRefused where the verifier finds it wrong."""
        instruction, given = _question(params)
        group = f"{params['routine']}/{KIND}"
        return checked(Draft(instruction, given, _answer(params), KIND, group, params), Rung.MEASURE)


def _draw(number: int, rng: random.Random) -> Params | None:
    params: Params = {"kind": KIND, **draw_routine(rng, number), "start": rng.randrange(1_000_000)}
    params |= {"words": rng.randrange(1_000_000), "layout": rng.choice(trace_words.LAYOUTS)}
    steps = _run(params)[2]
    return params if steps and len(steps) >= FEWEST else None


def _run(params: Params) -> tuple[Routine, State, list[Step] | None]:
    routine, rng = _bare(routine_of(params)), random.Random(f"start:{params['start']}")
    state = state_of(draw_start(routine.family, routine.values, rng), rng)
    return routine, state, trace(Runner(load(assembled(routine.listing.text))), state, MOST)


def _bare(routine: Routine) -> Routine:
    return replace(routine, style=replace(routine.style, comments=0.0, named=False))


def _steps(params: Params) -> tuple[Routine, State, list[Step]]:
    routine, state, steps = _run(params)
    if steps is None:
        raise ValueError(f"{params['routine']} takes more than {MOST} steps from this start.")
    return routine, state, steps


def _question(params: Params) -> tuple[str, str]:
    routine, state, steps = _steps(params)
    rng = random.Random(f"ask:{params['words']}")
    text = routine.listing.text
    given = text if routine.style.plain and rng.random() < 0.4 else fenced(text)
    return trace_words.request(state, steps, rng), given


def _answer(params: Params) -> str:
    routine, state, steps = _steps(params)
    rng = random.Random(f"answer:{params['words']}")
    lines = {placed.address: placed.line for placed in assembled(routine.listing.text).instructions}
    told = trace_words.Told(routine, state, steps, [lines[step.address] for step in steps])
    return lay_out(params["layout"], {"code": fenced(trace_words.numbered(told)), **trace_words.parts(told, rng)})
