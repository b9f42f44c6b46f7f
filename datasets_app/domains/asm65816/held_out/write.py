"""Write (Nayru): a routine from its specification."""

from __future__ import annotations

import random
from collections.abc import Iterator

from datasets_app.domains.asm65816.generators import contract
from datasets_app.domains.asm65816.generators.layouts import fenced
from datasets_app.domains.asm65816.generators.pool.families import ALL_FAMILIES, subject_of
from datasets_app.domains.asm65816.generators.pool.routine import Routine, draw_routine, routine_of
from datasets_app.domains.asm65816.grading.generated import routine_params
from datasets_app.domains.asm65816.held_out import wordings
from datasets_app.domains.asm65816.held_out.draft import SEED, CodeDraft, moved, spread

COUNT, MOST_OF_A_TASK = 200, 3
_TRIES = 9
_RETURNS = ("RTS", "RTL", "RTI")


def write_drafts(count: int = COUNT) -> list[CodeDraft]:
    """Questions for each task of the pool that works on memory, by turns. The same at every call."""
    return spread(_drafts(), count, MOST_OF_A_TASK)


def _drafts() -> Iterator[CodeDraft | None]:
    rng = random.Random(f"held out:write:{SEED}")
    for number in range(_TRIES * len(ALL_FAMILIES)):
        yield _draft(number, rng)


def _draft(number: int, rng: random.Random) -> CodeDraft | None:
    params = moved(draw_routine(rng, number))
    if params is None:
        return None
    routine = routine_of(params)
    slug = routine.family.slug
    return CodeDraft(
        key=f"write/{slug}/{number}",
        category=subject_of(slug),
        cluster=slug,
        prompt=f"{_prompt(routine, number)}\n{wordings.ANSWER}",
        expected={"routine": routine_params(params), "seed": SEED + number},
        reference=fenced(routine.listing.text),
    )


def _prompt(routine: Routine, number: int) -> str:
    rng = random.Random(f"held out:write:{number}")
    return rng.choice(wordings.WRITE).format(
        ask=routine.fill(rng.choice(routine.family.asks)),
        entry=contract.entry_of(routine) or "none",
        exit=routine.fill(routine.family.gives),
        ret=next(line.op for line in reversed(routine.code) if line.op in _RETURNS),
    )
