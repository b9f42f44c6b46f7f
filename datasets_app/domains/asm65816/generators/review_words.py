"""How a review is asked for and written, and how somebody corrects an answer of their own."""

from __future__ import annotations

import random

from datasets_app.domains.asm65816.generators import phrases
from datasets_app.domains.asm65816.generators.bugs import words
from datasets_app.domains.asm65816.generators.bugs.faulty import Faulty
from datasets_app.domains.asm65816.generators.layouts import choose, sentence

LAYOUTS = {
    "review": (
        "verdict cause code",
        "verdict check cause code",
        "points code",
        "cause check fixed code",
        "table code",
        "verdict code after",
        "check cause fixed code how",
        "verdict points fixed code",
        "cause fixed code check",
        "heads code",
    ),
    "self_correction": (
        "draft first check cause fixed code",
        "draft first check fixed code",
        "first doubt check cause code",
        "draft first heads code",
        "draft first check cause fixed code how",
        "first check cause fixed code after",
        "draft first points code",
        "first table fixed code",
    ),
}

ASKS = (
    "Review this answer. If it is wrong, correct it.",
    "Is this solution right? Test it before you agree.",
    "Check the answer below against its task.",
    "A colleague wrote this. Does it do what the task says?",
    "Find out whether this code fulfils the task; give a version that does.",
    "Grade this answer and repair it.",
    "Look for a case in which this fails.",
    "Would you accept this routine? If not, say why and fix it.",
    "Run this in your head with some values and report what you find.",
)
TASKS = ("Task:", "The task was:", "Asked for:", "Requirement:", "What was wanted:")
ANSWERS = ("Answer:", "The code:", "Submitted:", "Solution:", "What came back:")
DEMANDS = (
    " Check your first version before you hand it over.",
    " Test it with an example and correct what is wrong.",
    " Show a draft, test it, then give the final version.",
    " Draft first, then verify.",
    " Try it on one case and fix it if needed.",
)

_VERDICTS = (
    "It does not do that yet.",
    "Not right: one case fails.",
    "There is a mistake in it.",
    "Close, but it fails in one respect.",
    "The answer is wrong in line {row}.",
    "I would not accept it as it is.",
    "No. Line {row} is the problem.",
    "{name} has one fault.",
)
_DRAFTS = (
    "A first version:",
    "Draft:",
    "My first attempt:",
    "To begin with:",
    "First try of {name}:",
    "One could write it like this:",
)
_DOUBTS = (
    "Before that is final, a test.",
    "Is it right? One case tells.",
    "That has to be tried.",
    "Now the check.",
)
_FIXED = (
    "Corrected:",
    "The right version:",
    "So it becomes:",
    "Final version:",
    "With that put right:",
    "{name}, as it should be:",
)
_AFTERS = (
    "With this version the same case comes out right.",
    "The case above now gives what is required.",
    "Run again with the same values, it meets the requirement.",
    "Only line {row} had to change.",
)


def parts(faulty: Faulty, rng: random.Random) -> dict[str, str]:
    """The parts of an answer but the code."""
    name, row = faulty.routine.listing.name, str(faulty.row)
    why, check = sentence(faulty.why(rng)), _check(faulty, rng)
    after = [text for text in _AFTERS if "{row}" not in text or len(faulty.site.worse) == 1 == len(faulty.site.better)]
    return {
        "verdict": choose(rng, *_VERDICTS, name=name, row=row),
        "draft": choose(rng, *_DRAFTS, name=name),
        "doubt": rng.choice(_DOUBTS),
        "cause": why,
        "check": check,
        "fixed": choose(rng, *_FIXED, name=name),
        "after": rng.choice(after).format(row=row),
        "how": phrases.how(faulty.routine, rng),
        "points": _points(why, check, rng),
        "table": _table(faulty, why, check),
        "heads": _heads(why, check, rng),
    }


def _check(faulty: Faulty, rng: random.Random) -> str:
    """The run that shows the mistake."""
    seen = words.symptom(faulty, rng).replace("I find", "there is")
    return choose(
        rng,
        "Check: with {state}, {seen}.",
        "Running it with {state}: {seen}.",
        "A test with {state} fails; {seen}.",
        "Try {state}. The outcome: {seen}.",
        "With {state} it goes wrong: {seen}.",
        state=words.state(faulty),
        seen=seen,
    )


def _points(why: str, check: str, rng: random.Random) -> str:
    first, second = rng.choice((("Test", "Reason"), ("Observed", "Cause"), ("Fails", "Because")))
    return f"- {first}: {check}\n- {second}: {why}"


def _table(faulty: Faulty, why: str, check: str) -> str:
    better, worse = faulty.routine.quote(*faulty.site.better[:3]), faulty.routine.quote(*faulty.site.worse[:3])
    rows = [f"| Line | {faulty.row} |", "| --- | --- |", f"| Found | {worse or 'nothing'} |", f"| Needed | {better} |"]
    return "\n".join([*rows, "", f"{check} {why}"])


def _heads(why: str, check: str, rng: random.Random) -> str:
    first, second, third = rng.choice(
        (("Test", "Finding", "Corrected"), ("Check", "Why", "Final"), ("Trial", "Mistake", "Better"))
    )
    return f"**{first}**\n\n{check}\n\n**{second}**\n\n{why}\n\n**{third}**"
