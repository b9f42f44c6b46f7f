"""How an explanation is asked for and begun."""

from __future__ import annotations

import random

from datasets_app.domains.asm65816.generators.contract import size_text, time_text
from datasets_app.domains.asm65816.generators.layouts import choose, sentence
from datasets_app.domains.asm65816.generators.pool.measured import Measured
from datasets_app.domains.asm65816.generators.pool.routine import Routine

LAYOUTS = (
    "summary code how",
    "summary lead code bullets",
    "code summary how",
    "summary how code costs",
    "lead code how table",
    "summary steps code",
    "summary bullets code",
    "code bullets",
    "summary code table costs",
    "how code sentences",
    "summary sentences lead code",
    "table code how",
    "code how costs",
    "summary code",
)

ASKS = (
    "Explain what this routine does.",
    "What does this code do, and what does it expect from its caller?",
    "Comment this routine and say what it costs.",
    "Describe this code: purpose, entry, exit.",
    "I found this in a disassembly. What is it?",
    "Annotate this.",
    "Walk me through this routine.",
    "What is the effect of this code on memory and registers?",
    "Explain this to somebody who knows the 6502 but not the 65816.",
    "Document this routine: what goes in, what comes out, how long it takes.",
    "Which registers does this change, and what is it for?",
    "Read this and tell me in plain words what happens.",
    "Add comments to this routine and sum it up.",
    "How does this work?",
    "Write a header for this routine and explain the idea behind it.",
)

LEADS = (
    "With comments:",
    "Annotated:",
    "Line by line:",
    "The same code with comments:",
    "Here it is with remarks:",
)

_SUMMARIES = (
    "It {does}.",
    "The routine {does}.",
    "`{name}` {does}.",
    "This {does}.",
    "In short, it {does}.",
    "What it does: it {does}.",
    "This is a routine that {does}.",
    "Called once, {name} {does}.",
)


def summary(routine: Routine, rng: random.Random) -> str:
    """One sentence about the purpose."""
    does = routine.fill(rng.choice(routine.family.does))
    return choose(rng, *_SUMMARIES, name=routine.listing.name, does=does)


def costs(measured: Measured, rng: random.Random) -> str:
    """Size and time in a sentence."""
    return sentence(
        choose(
            rng,
            "size: {size}; time: {time}, the return included",
            "it is {size} long and takes {time} with its return",
            "cost: {size} of code and {time} for a run, the call not counted",
            "the code has {size}; one run, from the first instruction to the return, is {time}",
            size=size_text(measured),
            time=time_text(measured),
        )
    )
