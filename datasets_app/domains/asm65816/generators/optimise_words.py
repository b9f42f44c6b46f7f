"""How an optimisation is asked for and explained."""

from __future__ import annotations

import random
from collections.abc import Sequence

from datasets_app.domains.asm65816.generators.layouts import choose, sentence
from datasets_app.domains.asm65816.generators.pool.routine import Routine
from datasets_app.domains.asm65816.generators.rewriting.saving import Saving

LAYOUTS = (
    "code reasons saving",
    "saving code reasons",
    "reasons code saving",
    "code bullets saving",
    "bullets code saving",
    "code table",
    "code table reasons",
    "lead code saving",
    "lead code bullets",
    "code saving",
    "reasons saving code",
    "lead bullets code table",
    "saving reasons code",
)

_ASKS = (
    "Optimise this routine. It {does}.",
    "Make this faster without changing what it does.",
    "This {does}. Can it be done in fewer bytes or cycles?",
    "Shorten this routine; it {does}.",
    "Find what is wasted here and take it out. The routine {does}.",
    "Speed this up: it {does}.",
    "How would you write this more tightly?",
    "I need this routine to be faster. It {does}.",
    "Review for size and speed, then give the better version.",
    "Fewer cycles, please, same effect.",
    "This runs every frame and is too slow. It {does}.",
    "Optimise for speed; the size may change as well. The code {does}.",
)
_RESULTS = (
    " Only {live} matter afterwards.",
    " The caller uses {live} afterwards, nothing else.",
    " On return {live} must be right, and nothing else.",
)
_NO_RESULTS = (
    " Registers and flags are free on return; memory counts.",
    " Nothing is handed back in registers.",
    " A, X, Y and the flags may end as they like.",
    " Only memory matters afterwards.",
)
_LEADS = (
    "It can be written more tightly:",
    "The same effect for less:",
    "This version does the same:",
    "A leaner version of {name}:",
    "{name}, shortened:",
    "Some of this work is not needed:",
)
_TITLES = {"a": "A", "x": "X", "y": "Y", "n": "N", "v": "V", "z": "Z", "c": "the carry", "memory": "memory"}


def request(routine: Routine, live: Sequence[str], rng: random.Random) -> str:
    """The wish, and what must be right on return."""
    does = routine.fill(rng.choice(routine.family.does))
    results = rng.choice(_RESULTS).format(live=_joined([*live, "memory"])) if live else rng.choice(_NO_RESULTS)
    return rng.choice(_ASKS).format(does=does) + results


def parts(
    routine: Routine, reasons: Sequence[str], saving: Saving, live: Sequence[str], rng: random.Random
) -> dict[str, str]:
    """The parts of an answer but the code."""
    kept = f" What it hands back, {_joined(live)}, stays the same." if live and rng.random() < 0.4 else ""
    return {
        "lead": choose(rng, *_LEADS, name=routine.listing.name),
        "reasons": " ".join(sentence(reason) for reason in reasons) + kept,
        "bullets": _list(reasons, rng),
        "saving": _saved(saving, rng),
        "table": _table(saving, rng),
    }


def _list(reasons: Sequence[str], rng: random.Random) -> str:
    numbered = rng.random() < 0.4
    return "\n".join(f"{f'{at}.' if numbered else '-'} {sentence(reason)}" for at, reason in enumerate(reasons, 1))


def _saved(saving: Saving, rng: random.Random) -> str:
    size = _count(saving.size, "byte")
    if not saving.constant:
        low, high = min(saving.cycles), max(saving.cycles)
        changed = (
            f"It is {size} shorter"
            if saving.size > 0
            else f"It is {size} longer"
            if saving.size < 0
            else "The size stays"
        )
        return f"{changed}, and a call takes {low} to {high} cycles less, depending on the data."
    cycles = saving.cycles[0]
    if saving.size > 0 and cycles > 0:
        return choose(
            rng,
            "This saves {size} and {cycles}.",
            "It saves {size} and {cycles} a call.",
            "Saving {size} and {cycles}: {before} bytes become {after}.",
            "Together that saves {size} and {cycles} each time.",
            "{before} bytes before, {after} now; {time}.",
            size=size,
            cycles=_count(cycles, "cycle"),
            before=str(saving.sizes[0]),
            after=str(saving.sizes[1]),
            time=f"a call takes {saving.typical[1]} cycles instead of {saving.typical[0]}"
            if saving.steady
            else f"every call takes {_count(cycles, 'cycle')} less",
        )
    if cycles == 0:
        return choose(rng, "It saves {size}; the time stays the same.", "It saves {size} at the same speed.", size=size)
    grown = "no byte" if saving.size == 0 else f"{size} more"
    return choose(
        rng,
        "It saves {cycles} a call and takes {grown}.",
        "The gain is time: it saves {cycles}, with {grown} of code.",
        cycles=_count(cycles, "cycle"),
        grown="no byte more" if saving.size == 0 else grown,
    )


def _table(saving: Saving, rng: random.Random) -> str:
    heads = rng.choice((("", "before", "after"), ("", "original", "new"), ("Cost", "old", "new")))
    rows = [heads, ("---", "---", "---"), ("bytes", *map(str, saving.sizes))]
    rows.append(("cycles" if saving.steady else "cycles in one run", *map(str, saving.typical)))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _count(number: int, noun: str) -> str:
    number = abs(number)
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _joined(live: Sequence[str]) -> str:
    names = [_TITLES[name] for name in live]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
