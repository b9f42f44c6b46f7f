"""A routine of the pool with a fault in it, and what goes wrong when it runs."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from typing import Any

from datasets_app.domains.asm65816.execution.cases import Case, Miss
from datasets_app.domains.asm65816.generators.bugs.catalog import BUGS, BY_SLUG
from datasets_app.domains.asm65816.generators.bugs.kinds import Bug
from datasets_app.domains.asm65816.generators.pool.families import ALL_FAMILIES
from datasets_app.domains.asm65816.generators.pool.listing import Listing
from datasets_app.domains.asm65816.generators.pool.measured import assembled, first_miss
from datasets_app.domains.asm65816.generators.pool.routine import Routine, draw_way, routine_of
from datasets_app.domains.asm65816.generators.site import Site, applied
from datasets_app.domains.base import Params

CASES = 3
"""Cases that a draft carries: one that shows the fault, and others."""


@dataclass(frozen=True)
class Faulty:
    """What params of a faulty routine describe: `listing` is the wrong code, `missed` what the first case shows."""

    routine: Routine
    bug: Bug
    site: Site
    listing: Listing
    case: Case | None
    missed: tuple[Miss, ...]
    ended: str

    @property
    def row(self) -> int:
        """The line of the wrong listing where the fault is, from 1."""
        return self.listing.rows[min(self.site.at, len(self.listing.rows) - 1)]

    def why(self, rng: random.Random) -> str:
        """Say what is wrong."""
        worse, better = self.routine.quote(*self.site.worse[:3]), self.routine.quote(*self.site.better[:3])
        return rng.choice(self.bug.whys).format(worse=worse, better=better, row=self.row)


def draw_faulty(rng: random.Random, bugs: tuple[str, ...]) -> Params | None:
    """Draw a routine with one of these faults; None where no case shows it. Its cases are in the proof."""
    slug = rng.choice(bugs)
    family, way = rng.choice(_fitting(slug))
    params: Params = {**draw_way(rng, family, way), "bug": slug}
    routine, bug = routine_of(params), BY_SLUG[slug]
    sites = list(bug.sites(routine.code))
    if not sites:
        return None
    params["site"] = rng.randrange(len(sites))
    cases = _telling(routine, sites[params["site"]], bug, routine.cases(8))
    if cases is None:
        return None
    params["proof"] = {"kind": "fix", "cases": cases} | ({"rule": bug.rule} if bug.rule else {})
    return params


def faulty_of(params: Params) -> Faulty:
    """Return the routine with its fault that params describe."""
    routine, bug = routine_of(params), BY_SLUG[params["bug"]]
    site = list(bug.sites(routine.code))[params["site"]]
    listing = routine.write(applied(routine.code, site))
    found = None if bug.rule else first_miss(listing.text, params["proof"]["cases"])
    case, missed, outcome = found or (None, [], None)
    return Faulty(routine, bug, site, listing, case, tuple(missed), outcome.ended if outcome else "")


def bugs_of(category: str) -> tuple[str, ...]:
    """Return the kinds of fault of a category."""
    return tuple(bug.slug for bug in BUGS if bug.category == category)


@cache
def _fitting(slug: str) -> tuple[tuple[str, int], ...]:
    """The families, with their ways, whose code has a place for a kind of fault."""
    rng = random.Random(slug)
    return tuple(
        (family.slug, way)
        for family in ALL_FAMILIES
        for way in range(len(family.ways))
        if any(BY_SLUG[slug].sites(family.code(way, family.draw(rng))))
    )


def _telling(routine: Routine, site: Site, bug: Bug, cases: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    """The case that shows the fault in front of some others; None where none does, or where it does not assemble."""
    text = routine.write(applied(routine.code, site)).text
    try:
        if bug.rule:
            assembled(text)
            return cases[:CASES]
        number = next((at for at, case in enumerate(cases) if first_miss(text, [case])), None)
    except ValueError:
        return None
    if number is None:
        return None
    return [cases[number], *(case for at, case in enumerate(cases) if at != number)][:CASES]
