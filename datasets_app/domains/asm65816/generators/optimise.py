"""Optimise: a slower routine made faster, proven to do the same, with the bytes and cycles that it really saves."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from datasets_app.domains.asm65816.generators import optimise_words
from datasets_app.domains.asm65816.generators.checked import checked, distinct
from datasets_app.domains.asm65816.generators.layouts import fenced, lay_out
from datasets_app.domains.asm65816.generators.pool.families import ALL_FAMILIES
from datasets_app.domains.asm65816.generators.pool.lines import Code
from datasets_app.domains.asm65816.generators.pool.measured import assembled
from datasets_app.domains.asm65816.generators.pool.routine import Routine, draw_way, routine_of
from datasets_app.domains.asm65816.generators.rewriting.catalog import BY_SLUG, REWRITINGS
from datasets_app.domains.asm65816.generators.rewriting.saving import Saving, agree, measure_saving
from datasets_app.domains.asm65816.generators.site import Site, applied
from datasets_app.domains.asm65816.verify import Rung
from datasets_app.domains.base import Draft, Params

KIND = "optimise"
MOST_STEPS = 45
"""Instructions of one run, so that a thousand states take a few hundredths of a second."""

RUNS = 48
"""Starts from which a saving is measured where it depends on the data."""

ANOTHER_WAY = "another_way"
"""From one way of a family to a better one, instead of rewriting."""

_AIMS = (*BY_SLUG, ANOTHER_WAY, ANOTHER_WAY)

_TRUSTING = ("jump_table", "indirect_copy", "indirect_fill", "keep_index", "read_joypad", "wait_and_blank")
_FROM_ANY_STATE = tuple(family for family in ALL_FAMILIES if family.slug not in _TRUSTING)
"""Families that may be run from any state: a wild pointer, index or state would reach the stack or the code itself, and
how long a wait takes is not theirs to say."""


class Optimise:
    """Makes good code of the pool slower and asks for it back."""

    name = "optimise"
    kinds = (KIND,)

    def plan(self, count: int, seed: int) -> Iterator[Params]:
        """Yield up to `count` params; kinds take turns, and each slower version agrees with the faster one."""
        yield from distinct(count, random.Random(f"{self.name}:{seed}"), _draw, lambda p: "\n".join(_question(p)))

    def write(self, params: Params) -> Draft:
        """Write the request with the slow code and the answer; DraftRefused where the two do not do the same."""
        instruction, given = _question(params)
        kinds = "+".join(sorted(slug for slug, _ in params["changes"])) or ANOTHER_WAY
        group = f"{params['routine']}/{KIND}/{kinds}"[:120]
        return checked(Draft(instruction, given, _answer(params), KIND, group, params), Rung.EXECUTE)


def slow_code(params: Params) -> tuple[Code, list[tuple[str, Site]]]:
    """Return the code to be optimised, and what was done to make it so."""
    routine = routine_of(params)
    code, done = routine.code, []
    if "from" in params:
        return routine.family.code(params["from"], routine.values), []
    for slug, number in params["changes"]:
        site = list(BY_SLUG[slug].sites(code))[number]
        code = applied(code, site)
        done.append((slug, site))
    return code, done


def _draw(number: int, rng: random.Random) -> Params | None:
    aim = _AIMS[number % len(_AIMS)]
    params: Params = {"kind": KIND, **draw_way(rng, *rng.choice(_fitting(aim))), "words": rng.randrange(1_000_000)}
    routine = routine_of(params)
    params["changes"] = [] if aim == ANOTHER_WAY else _changes(routine.code, aim, rng)
    if aim == ANOTHER_WAY:
        params["from"] = rng.choice([way for way in range(len(routine.family.ways)) if way != params["way"]])
    live = live_out(routine, routine.cases())
    params["layout"] = rng.choice(optimise_words.LAYOUTS)
    params["proof"] = {"kind": "equal", "live_out": live}
    return params if _is_better(routine, params, live) else None


@cache
def _fitting(aim: str) -> tuple[tuple[str, int], ...]:
    """The families, with their ways, that a kind of optimisation can be shown in."""
    rng = random.Random(aim)
    return tuple(
        (family.slug, way)
        for family in _FROM_ANY_STATE
        for way in range(len(family.ways))
        if (len(family.ways) > 1 if aim == ANOTHER_WAY else any(BY_SLUG[aim].sites(family.code(way, family.draw(rng)))))
    )


def live_out(routine: Routine, cases: Sequence[dict[str, Any]]) -> list[str]:
    """Return the registers and flags in which a routine hands something back."""
    end = [name for case in cases for name in (*case["end"], *case["end"].get("flags", ()))]
    found = {"a" if name == "al" else name for name in end}
    return [name for name in ("a", "x", "y", "n", "v", "z", "c") if name in found or name in routine.family.keeps]


def _changes(code: Code, aim: str, rng: random.Random) -> list[list[Any]]:
    """Choose a place for the kind aimed at, and for up to two others."""
    changes: list[list[Any]] = []
    others = [one for one in rng.sample(REWRITINGS, len(REWRITINGS)) if one.slug != aim]
    wanted = rng.choice((1, 1, 2, 2, 3))
    for rewriting in (BY_SLUG[aim], *others):
        sites = list(rewriting.sites(code))
        if sites and len(changes) < wanted:
            at = rng.randrange(len(sites))
            code = applied(code, sites[at])
            changes.append([rewriting.slug, at])
    return changes


def _is_better(routine: Routine, params: Params, live: list[str]) -> bool:
    code, done = slow_code(params)
    if not done and "from" not in params:
        return False
    try:
        slow, fast = assembled(routine.write(code).text), assembled(routine.listing.text)
        if routine.measured().steps > MOST_STEPS:
            return False
    except ValueError:
        return False
    saving = measure_saving(slow, fast, routine.starts(RUNS))
    gains = (saving.size, min(saving.cycles))
    return max(gains) > 0 and min(saving.cycles) >= 0 and agree(slow, fast, live)


def _question(params: Params) -> tuple[str, str]:
    routine, rng = routine_of(params), random.Random(f"ask:{params['words']}")
    slow = routine.write(slow_code(params)[0]).text
    given = slow if routine.style.plain and rng.random() < 0.4 else fenced(slow)
    return optimise_words.request(routine, params["proof"]["live_out"], rng), given


def _answer(params: Params) -> str:
    routine, rng = routine_of(params), random.Random(f"answer:{params['words']}")
    code, done = slow_code(params)
    saving = _saving(routine, code)
    reasons = [_reason(routine, slug, site, rng) for slug, site in reversed(done)] or [
        routine.fill(rng.choice(routine.family.ways[routine.way].hows))
    ]
    parts = optimise_words.parts(routine, reasons, saving, params["proof"]["live_out"], rng)
    return lay_out(params["layout"], {"code": fenced(routine.listing.text), **parts})


def _saving(routine: Routine, code: Code) -> Saving:
    return measure_saving(assembled(routine.write(code).text), assembled(routine.listing.text), routine.starts(RUNS))


def _reason(routine: Routine, slug: str, site: Site, rng: random.Random) -> str:
    slow, fast = routine.quote(*site.worse[:4]), routine.quote(*site.better[:4])
    return rng.choice(BY_SLUG[slug].whys).format(slow=slow, fast=fast)
