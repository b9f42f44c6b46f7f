"""Sentences that several generators use: what a routine does, how it works, how it is asked for."""

from __future__ import annotations

import random

from datasets_app.domains.asm65816.generators.layouts import choose, sentence
from datasets_app.domains.asm65816.generators.pool.lines import Line
from datasets_app.domains.asm65816.generators.pool.routine import Routine

_CALLED = (
    "`{name}` {does}.",
    "This routine {does}.",
    "{name} {does}:",
    "Here is a routine that {does}:",
    "The routine below {does}.",
    "What follows {does}.",
    "The subroutine {name} {does}:",
    "It {does}:",
)
_CONTEXTS = (
    "",
    "",
    "",
    "65816: ",
    "For the SNES, in asar syntax: ",
    "I need a subroutine. ",
    "SNES assembly, please. ",
    "Write 65816 code. ",
    "Write a subroutine for this task. ",
    "Another routine for my game: ",
    "In 65816 assembly: ",
    "Code request. ",
)
_ENDINGS = (
    "",
    "",
    " End with {ret}.",
    " It ends with {ret}.",
    " Make it a routine that returns with {ret}.",
    " Show the code.",
    " Short comments are welcome.",
    " Keep it short.",
    " Say what it expects and what it changes.",
)
_WIDTHS = (
    " It may be called with any register widths.",
    " Callers use different register widths, so set what you need.",
    " Do not rely on the widths at entry.",
    "",
)


def intro(routine: Routine, rng: random.Random) -> str:
    """One sentence that says what the routine does."""
    does = routine.fill(rng.choice(routine.family.does))
    return sentence(choose(rng, *_CALLED, name=routine.listing.name, does=does))


def how(routine: Routine, rng: random.Random) -> str:
    """How it works, in the sentences of its way."""
    return routine.fill(rng.choice(routine.family.ways[routine.way].hows))


def request(routine: Routine, rng: random.Random) -> str:
    """A wish for the routine, with all that it must fulfil."""
    family = routine.family
    ret = next(line.op for line in reversed(routine.code) if line.op in ("RTS", "RTL", "RTI"))
    asked = routine.fill(rng.choice(family.asks))
    widths = rng.choice(_WIDTHS) if family.entry == (None, None) and "widths" not in asked and ret != "RTI" else ""
    return f"{rng.choice(_CONTEXTS)}{asked}{widths}{rng.choice(_ENDINGS).format(ret=ret)}"


def steps(routine: Routine, rng: random.Random) -> str:
    """The remarks of the code as a numbered list; empty where there are fewer than three."""
    said = [(line, line.comment) for line in routine.code if line.comment and line.op]
    if len(said) < 3:
        return ""
    form = rng.choice(
        ("{n}. `{code}`: {what}.", "- `{code}`: {what}", "{n}. `{code}` - {what}", "* `{code}` - {what}.")
    )
    return "\n".join(
        form.format(n=number, code=_cited(line, routine), what=comment)
        for number, (line, comment) in enumerate(said, 1)
    )


def _cited(line: Line, routine: Routine) -> str:
    return routine.listing.quotes[routine.code.index(line)]
