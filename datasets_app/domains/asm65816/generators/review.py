"""Review: a first answer with a mistake, the check that shows it, and the answer put right."""

from __future__ import annotations

import random
from collections.abc import Iterator

from datasets_app.domains.asm65816.generators import phrases, review_words
from datasets_app.domains.asm65816.generators.bugs.catalog import BUGS
from datasets_app.domains.asm65816.generators.bugs.faulty import Faulty, draw_faulty, faulty_of
from datasets_app.domains.asm65816.generators.checked import checked, distinct
from datasets_app.domains.asm65816.generators.layouts import fenced, lay_out
from datasets_app.domains.asm65816.verify import Rung, verify
from datasets_app.domains.base import Draft, Params

REVIEW, CORRECT = "review", "self_correction"

_QUIET = ("wrong_mode_bit", "rep_for_sep", "missing_mode", "no_push", "no_pull", "wrong_return", "pulls_swapped")
"""Faults that the lint alone finds in most code; a first answer has one that only running it shows."""

_BUGS = tuple(bug.slug for bug in BUGS if not bug.rule and bug.slug not in _QUIET)


class Review:
    """Judges a faulty answer that is given, or corrects one of its own; both end with code that is run in cases."""

    name = "review"
    kinds = (REVIEW, CORRECT)

    def plan(self, count: int, seed: int) -> Iterator[Params]:
        """Yield up to `count` params; the two kinds take turns, no question is asked twice."""
        yield from distinct(count, random.Random(f"{self.name}:{seed}"), _draw, lambda p: "\n".join(_question(p)))

    def write(self, params: Params) -> Draft:
        """Write a review or a correction; DraftRefused where the last code does not do what is asked."""
        instruction, given = _question(params)
        group = f"{params['routine']}/{params['kind']}/{params['bug']}"
        return checked(Draft(instruction, given, _answer(params), params["kind"], group, params), Rung.EXECUTE)


def _draw(number: int, rng: random.Random) -> Params | None:
    kind = (REVIEW, CORRECT)[number % 2]
    drawn = draw_faulty(rng, _BUGS)
    if drawn is None:
        return None
    params: Params = {"kind": kind, **drawn, "words": rng.randrange(1_000_000)}
    params["layout"] = rng.choice(review_words.LAYOUTS[kind])
    if kind == CORRECT:
        params["proof"]["kind"] = "end"
        # What the lint finds in the first version would be held against the whole answer.
        if verify(fenced(faulty_of(params).listing.text)).level < Rung.MEASURE:
            return None
    return params


def _question(params: Params) -> tuple[str, str]:
    faulty, rng = faulty_of(params), random.Random(f"ask:{params['words']}")
    task = phrases.request(faulty.routine, rng)
    if params["kind"] == CORRECT:
        return f"{task}{rng.choice(review_words.DEMANDS)}", ""
    return rng.choice(review_words.ASKS), f"{rng.choice(review_words.TASKS)} {task}\n\n{_given(faulty, rng)}"


def _given(faulty: Faulty, rng: random.Random) -> str:
    return f"{rng.choice(review_words.ANSWERS)}\n\n{fenced(faulty.listing.text)}"


def _answer(params: Params) -> str:
    faulty, rng = faulty_of(params), random.Random(f"answer:{params['words']}")
    parts = review_words.parts(faulty, rng)
    code = {"first": fenced(faulty.listing.text), "code": fenced(faulty.routine.listing.text)}
    return lay_out(params["layout"], code | parts)
