"""Trace: a routine run step by step from a given state; the machine says what every register holds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from datasets_app.domains.asm65816.execution.program import load
from datasets_app.domains.asm65816.execution.running import Runner
from datasets_app.domains.asm65816.execution.tracing import trace
from datasets_app.domains.asm65816.generators import trace_words
from datasets_app.domains.asm65816.generators.checked import checked, distinct
from datasets_app.domains.asm65816.generators.layouts import fenced, lay_out
from datasets_app.domains.asm65816.generators.pool.cases import draw_start, state_of
from datasets_app.domains.asm65816.generators.pool.measured import assembled
from datasets_app.domains.asm65816.generators.pool.routine import draw_routine, routine_of
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
        yield from distinct(
            count, random.Random(f"{self.name}:{seed}"), _draw, lambda p: "\n".join(_question(p, _told(p)))
        )

    def write(self, params: Params) -> Draft:
        """Write the question with code and state, and the run; DraftRefused where the verifier finds it wrong."""
        told = _told(params)
        instruction, given = _question(params, told)
        group = f"{params['routine']}/{KIND}"
        return checked(Draft(instruction, given, _answer(params, told), KIND, group, params), Rung.MEASURE)


def _draw(number: int, rng: random.Random) -> Params | None:
    params: Params = {"kind": KIND, **draw_routine(rng, number), "start": rng.randrange(1_000_000)}
    params |= {"words": rng.randrange(1_000_000), "layout": rng.choice(trace_words.LAYOUTS)}
    return params if FEWEST <= len(_told(params).steps) <= MOST else None


def _told(params: Params) -> trace_words.Told:
    """Run the routine; no steps where it takes too many."""
    full, rng = routine_of(params), random.Random(f"start:{params['start']}")
    routine = replace(full, style=replace(full.style, comments=0.0, named=False))
    state = state_of(draw_start(routine.family, routine.values, rng), rng)
    assembly = assembled(routine.listing.text)
    steps = trace(Runner(load(assembly)), state, MOST) or []
    lines = {placed.address: placed.line for placed in assembly.instructions}
    return trace_words.Told(routine, state, steps, [lines[step.address] for step in steps])


def _question(params: Params, told: trace_words.Told) -> tuple[str, str]:
    rng = random.Random(f"ask:{params['words']}")
    text = told.routine.listing.text
    given = text if told.routine.style.plain and rng.random() < 0.4 else fenced(text)
    return trace_words.request(told.state, told.steps, rng), given


def _answer(params: Params, told: trace_words.Told) -> str:
    parts = trace_words.parts(told, random.Random(f"answer:{params['words']}"))
    return lay_out(params["layout"], {"code": fenced(trace_words.numbered(told)), **parts})
