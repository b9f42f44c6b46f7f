"""Debug (Farore): a routine with a fault, to be repaired with few changes."""

from __future__ import annotations

import random
from typing import Any

from datasets_app.domains.asm65816.generators.bugs import words
from datasets_app.domains.asm65816.generators.bugs.catalog import BY_SLUG
from datasets_app.domains.asm65816.generators.bugs.faulty import Faulty, faulty_of
from datasets_app.domains.asm65816.generators.debug import Debug
from datasets_app.domains.asm65816.generators.layouts import fenced
from datasets_app.domains.asm65816.generators.pool.measured import first_miss
from datasets_app.domains.asm65816.generators.pool.routine import routine_of
from datasets_app.domains.asm65816.generators.site import applied
from datasets_app.domains.asm65816.grading.generated import repair
from datasets_app.domains.asm65816.held_out import wordings
from datasets_app.domains.asm65816.held_out.draft import SEED, CodeDraft, moved, spread
from datasets_app.domains.base import Params

COUNT, MOST_OF_A_TASK = 200, 6
_DRAWN = 3 * COUNT
_CASES = 16


def debug_drafts(count: int = COUNT) -> list[CodeDraft]:
    """Questions with the faulty code; the kinds of fault take turns. The same at every call."""
    planned = Debug().plan(_DRAWN, SEED)
    return spread((_draft(number, params) for number, params in enumerate(planned)), count, MOST_OF_A_TASK)


def _draft(number: int, trained: Params) -> CodeDraft | None:
    params = _with_proof(moved(trained))
    if params is None:
        return None
    faulty = faulty_of(params)
    broken, right = faulty.listing.text, faulty.routine.listing.text
    return CodeDraft(
        key=f"debug/{faulty.routine.family.slug}/{faulty.bug.slug}/{number}",
        category=faulty.bug.category.replace("_", " "),
        cluster=faulty.routine.family.slug,
        prompt=f"{_prompt(faulty, number)} {wordings.ANSWER}\n\n{fenced(broken)}",
        expected=repair(params, broken, right) | {"seed": SEED + number},
        reference=fenced(right),
    )


def _with_proof(params: Params | None) -> Params | None:
    """The params with a case that shows the fault where it now is, None where none does."""
    if params is None:
        return None
    routine, bug = routine_of(params), BY_SLUG[params["bug"]]
    sites = list(bug.sites(routine.code))
    if params["site"] >= len(sites):
        return None
    text = routine.write(applied(routine.code, sites[params["site"]])).text
    cases = routine.cases(_CASES)
    telling = None if bug.rule else next((case for case in cases if _fails(text, case)), None)
    if telling is None and not bug.rule:
        return None
    rule = {"rule": bug.rule} if bug.rule else {}
    return {**params, "proof": {"kind": "fix", "cases": [telling] if telling else cases[:1], **rule}}


def _fails(text: str, case: dict[str, Any]) -> bool:
    return first_miss(text, [case]) is not None


def _prompt(faulty: Faulty, number: int) -> str:
    rng = random.Random(f"held out:debug:{number}")
    does = faulty.routine.fill(rng.choice(faulty.routine.family.does))
    seen = words.symptom(faulty, rng)
    if not seen:
        return rng.choice(wordings.DEBUG_SILENT).format(does=does)
    return rng.choice(wordings.DEBUG).format(does=does, state=words.state(faulty), symptom=seen)
