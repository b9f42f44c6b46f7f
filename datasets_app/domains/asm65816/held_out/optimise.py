"""Optimise (Din): a routine made slower, to be had back in fewer bytes or cycles."""

from __future__ import annotations

import random

from datasets_app.domains.asm65816.generators import contract
from datasets_app.domains.asm65816.generators.layouts import fenced
from datasets_app.domains.asm65816.generators.optimise import Optimise, live_out, slow_code
from datasets_app.domains.asm65816.generators.pool.measured import assembled
from datasets_app.domains.asm65816.generators.pool.routine import Routine, routine_of
from datasets_app.domains.asm65816.generators.rewriting.saving import agree, measure_saving
from datasets_app.domains.asm65816.held_out import wordings
from datasets_app.domains.asm65816.held_out.draft import SEED, CodeDraft, moved, spread
from datasets_app.domains.base import Params

COUNT, MOST_OF_A_TASK = 200, 6
_DRAWN = 4 * COUNT
_RUNS = 8
_TITLES = {"a": "A", "x": "X", "y": "Y", "n": "N", "v": "V", "z": "Z", "c": "the carry"}


def optimise_drafts(count: int = COUNT) -> list[CodeDraft]:
    """Questions with the code that is to be beaten, and the best code known. The same at every call."""
    planned = Optimise().plan(_DRAWN, SEED)
    return spread((_draft(number, params) for number, params in enumerate(planned)), count, MOST_OF_A_TASK)


def _draft(number: int, trained: Params) -> CodeDraft | None:
    params = moved(trained)
    if params is None:
        return None
    routine = routine_of(params)
    slow, fast = routine.write(slow_code(params)[0]).text, routine.listing.text
    live, measure = live_out(routine, routine.cases()), _measure(routine, slow, fast, number)
    if not measure or not agree(assembled(slow), assembled(fast), live):
        return None
    m, x = routine.family.entry
    expected = {"equal": slow, "best": fast, "measure": measure, "live_out": live, "seed": SEED + number}
    return CodeDraft(
        key=f"optimise/{routine.family.slug}/{number}",
        category=wordings.LESS[measure],
        cluster=routine.family.slug,
        prompt=f"{_prompt(routine, live, measure, number)}\n\n{fenced(slow)}",
        expected=expected | {name: flag for name, flag in (("m", m), ("x", x)) if flag is not None},
        reference=fenced(fast),
    )


def _measure(routine: Routine, slow: str, fast: str, number: int) -> str:
    """What the fast code takes less of, by turns where it is both; "" where it is neither in every run."""
    saving = measure_saving(assembled(slow), assembled(fast), routine.starts(_RUNS))
    found = [name for name, saved in (("bytes", saving.size), ("cycles", min(saving.cycles))) if saved > 0]
    return found[number % len(found)] if found else ""


def _prompt(routine: Routine, live: list[str], measure: str, number: int) -> str:
    rng = random.Random(f"held out:optimise:{number}")
    text = rng.choice(wordings.OPTIMISE).format(
        does=routine.fill(rng.choice(routine.family.does)),
        less=wordings.LESS[measure],
        entry=contract.entry_of(routine) or "any registers",
        live=", ".join([*(_TITLES[name] for name in live), "memory"]),
    )
    return f"{text}\n{wordings.OPTIMISE_KEPT} {wordings.ANSWER}"
