"""Write a routine: the task in words, the code with what a caller must know; proven by cases from its specification."""

from __future__ import annotations

import random
from collections.abc import Iterator

from datasets_app.domains.asm65816.generators import contract, phrases
from datasets_app.domains.asm65816.generators.checked import checked, distinct
from datasets_app.domains.asm65816.generators.layouts import LAYOUTS, fenced, lay_out
from datasets_app.domains.asm65816.generators.pool.routine import draw_routine, routine_of
from datasets_app.domains.asm65816.verify import Rung
from datasets_app.domains.base import Draft, Params

KIND = "write_routine"


class WriteRoutine:
    """Asks for a routine of the pool and answers with it; the code is run in its cases."""

    name = "write_routine"
    kinds = (KIND,)

    def plan(self, count: int, seed: int) -> Iterator[Params]:
        """Yield up to `count` params; families take turns, no request is made twice."""
        yield from distinct(count, random.Random(f"{self.name}:{seed}"), _draw, _ask)

    def write(self, params: Params) -> Draft:
        """Write the request and its answer; DraftRefused where the code does not do what is asked."""
        answer = _answer(params)
        group = f"{params['routine']}/{KIND}"
        return checked(Draft(_ask(params), "", answer, KIND, group, params), Rung.EXECUTE)


def _draw(number: int, rng: random.Random) -> Params:
    params: Params = {"kind": KIND, **draw_routine(rng, number), "words": rng.randrange(1_000_000)}
    params["layout"] = rng.choice(LAYOUTS)
    params["proof"] = {"kind": "end", "cases": routine_of(params).cases()}
    return params


def _ask(params: Params) -> str:
    return phrases.request(routine_of(params), random.Random(f"ask:{params['words']}"))


def _answer(params: Params) -> str:
    routine, rng = routine_of(params), random.Random(f"answer:{params['words']}")
    listing = routine.listing
    items = contract.contract(routine, routine.measured(), rng)
    parts = {
        "code": fenced(listing.text),
        "header": fenced(f"{contract.comment_block(items, rng)}\n{listing.text}"),
        "does": phrases.intro(routine, rng),
        "how": phrases.how(routine, rng),
        "bullets": contract.bullets(items, rng),
        "table": contract.table(items, rng),
        "sentences": contract.sentences(items, rng),
        "steps": phrases.steps(routine, rng),
    }
    return lay_out(params["layout"], parts)
