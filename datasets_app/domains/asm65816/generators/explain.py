"""Explain: a routine and what it does, what it expects and leaves, what it costs; the figures are measured."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from datasets_app.domains.asm65816.generators import contract, explain_words, phrases
from datasets_app.domains.asm65816.generators.checked import checked, distinct
from datasets_app.domains.asm65816.generators.layouts import fenced, lay_out
from datasets_app.domains.asm65816.generators.pool.routine import Routine, draw_routine, routine_of
from datasets_app.domains.asm65816.verify import Rung
from datasets_app.domains.base import Draft, Params

KIND = "explain_routine"


class Explain:
    """Shows a routine of the pool with few comments and answers with an annotated listing and its contract."""

    name = "explain"
    kinds = (KIND,)

    def plan(self, count: int, seed: int) -> Iterator[Params]:
        """Yield up to `count` params; families take turns."""
        yield from distinct(count, random.Random(f"{self.name}:{seed}"), _draw, lambda p: "\n".join(_question(p)))

    def write(self, params: Params) -> Draft:
        """Write the question with its code and the explanation; DraftRefused where the verifier finds it wrong."""
        instruction, given = _question(params)
        return checked(
            Draft(instruction, given, _answer(params), KIND, f"{params['routine']}/{KIND}", params), Rung.MEASURE
        )


def _draw(number: int, rng: random.Random) -> Params:
    drawn = draw_routine(rng, number)
    return {"kind": KIND, **drawn, "words": rng.randrange(1_000_000), "layout": rng.choice(explain_words.LAYOUTS)}


def _question(params: Params) -> tuple[str, str]:
    routine, rng = routine_of(params), random.Random(f"ask:{params['words']}")
    bare = _styled(routine, 0.0)
    given = bare.listing.text if bare.style.plain and rng.random() < 0.4 else fenced(bare.listing.text)
    return rng.choice(explain_words.ASKS), given


def _answer(params: Params) -> str:
    routine, rng = routine_of(params), random.Random(f"answer:{params['words']}")
    measured = routine.measured()
    items = contract.contract(routine, measured, rng, costs=rng.random() < 0.7)
    parts = {
        "code": fenced(_styled(routine, 1.0).listing.text),
        "summary": explain_words.summary(routine, rng),
        "how": phrases.how(routine, rng),
        "bullets": contract.bullets(items, rng),
        "table": contract.table(items, rng),
        "sentences": contract.sentences(items, rng),
        "steps": phrases.steps(routine, rng),
        "costs": explain_words.costs(measured, rng),
        "lead": rng.choice(explain_words.LEADS),
    }
    return lay_out(params["layout"], parts)


def _styled(routine: Routine, comments: float) -> Routine:
    """The same routine with another share of comments."""
    return replace(routine, style=replace(routine.style, comments=comments))
