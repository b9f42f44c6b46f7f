"""Debug: a routine with a fault, what is seen of it, and the fix; running both proves the fault and the fix."""

from __future__ import annotations

import random
from collections.abc import Iterator

from datasets_app.domains.asm65816.generators import debug_words
from datasets_app.domains.asm65816.generators.bugs.faulty import bugs_of, draw_faulty, faulty_of
from datasets_app.domains.asm65816.generators.bugs.kinds import CATEGORIES
from datasets_app.domains.asm65816.generators.checked import checked, distinct
from datasets_app.domains.asm65816.generators.layouts import fenced, lay_out
from datasets_app.domains.asm65816.verify import Rung
from datasets_app.domains.base import Draft, Params

KIND = "debug"


class Debug:
    """Puts one of 49 kinds of fault into routines of the pool; the 13 categories take turns."""

    name = "debug"
    kinds = (KIND,)

    def plan(self, count: int, seed: int) -> Iterator[Params]:
        """Yield up to `count` params, each with a case that the faulty code misses, or the rule that it breaks."""
        yield from distinct(count, random.Random(f"{self.name}:{seed}"), _draw, lambda p: "\n".join(_question(p)))

    def write(self, params: Params) -> Draft:
        """Write the report with the code and its fix; DraftRefused where the fault does not show or the fix is none."""
        instruction, given = _question(params)
        group = f"{params['routine']}/{KIND}/{params['bug']}"
        return checked(Draft(instruction, given, _answer(params), KIND, group, params), Rung.EXECUTE)


def _draw(number: int, rng: random.Random) -> Params | None:
    drawn = draw_faulty(rng, bugs_of(CATEGORIES[number % len(CATEGORIES)]))
    if drawn is None:
        return None
    return {"kind": KIND, **drawn, "words": rng.randrange(1_000_000), "layout": rng.choice(debug_words.LAYOUTS)}


def _question(params: Params) -> tuple[str, str]:
    faulty, rng = faulty_of(params), random.Random(f"ask:{params['words']}")
    text = faulty.listing.text
    given = text if faulty.routine.style.plain and rng.random() < 0.4 else fenced(text)
    return debug_words.report(faulty, rng), given


def _answer(params: Params) -> str:
    faulty, rng = faulty_of(params), random.Random(f"answer:{params['words']}")
    parts = debug_words.parts(faulty, rng)
    return lay_out(params["layout"], {"code": fenced(faulty.routine.listing.text), **parts})
