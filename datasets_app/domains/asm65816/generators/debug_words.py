"""How a fault is reported, and how its fix is explained."""

from __future__ import annotations

import random

from datasets_app.domains.asm65816.generators.bugs import words
from datasets_app.domains.asm65816.generators.bugs.faulty import Faulty
from datasets_app.domains.asm65816.generators.layouts import choose, sentence

LAYOUTS = (
    "cause code",
    "code cause",
    "cause code proof",
    "cause lead code",
    "proof cause code",
    "lead code cause",
    "list code",
    "code list",
    "table code",
    "heads code",
    "cause change code",
    "change code cause",
    "code cause proof",
    "lead code proof cause",
)

_REPORTS = (
    "This should work like this: it {does}. But {symptom}. What is wrong?",
    "{Symptom}. The routine {does}, or should. Find the bug.",
    "Find and fix the bug. The code {does}, as it is meant; {symptom}.",
    "Debug this routine: {symptom}. When it is right, it {does}.",
    "Something is off here, {symptom}. Expected: it {does}.",
    "Why does this fail? It {does}, so I thought. In one run {symptom}.",
    "{Symptom}, and I do not see why. The task: a routine that {does}.",
    "My routine {does} in theory. In practice {symptom}. Please correct it.",
)
_SILENT = (
    "This {does}. In an emulator it works, on the console the result is sometimes wrong. What is the cause?",
    "It {does}, but the value it stores cannot be trusted. Find the bug.",
    "Wrong results on hardware: this {does}. Fix it.",
    "The code {does}. Can you see why it fails on a real SNES?",
    "Debug this. It {does}; the logic looks right, yet the result is not.",
)
_PLAIN = (
    "There is one bug in this routine. It {does}, or should. Correct it.",
    "Find the mistake. The code is meant for this: it {does}.",
    "What is wrong here? Intended: it {does}.",
    "Fix this so that it {does}.",
    "Check this routine. When it is right, it {does}.",
)
_LEADS = (
    "Corrected:",
    "The fixed routine:",
    "It has to be:",
    "With the fix:",
    "This version is right:",
    "{name}, corrected:",
)


def report(faulty: Faulty, rng: random.Random) -> str:
    """What a person says who asks for help, with what the routine is called with where that matters."""
    does = faulty.routine.fill(rng.choice(faulty.routine.family.does))
    seen = words.symptom(faulty, rng)
    if not seen:
        return rng.choice(_SILENT).format(does=does)
    if rng.random() < 0.2:
        return rng.choice(_PLAIN).format(does=does)
    return rng.choice(_REPORTS).format(does=does, symptom=seen, Symptom=sentence(seen)[:-1])


def parts(faulty: Faulty, rng: random.Random) -> dict[str, str]:
    """The parts of an answer but the code."""
    why, change, proof = faulty.why(rng), _change(faulty, rng), _proof(faulty, rng)
    return {
        "cause": sentence(why),
        "change": change,
        "proof": proof,
        "lead": choose(rng, *_LEADS, name=faulty.routine.listing.name),
        "list": _list(why, change, proof, rng),
        "table": _table(faulty, why, rng),
        "heads": _heads(why, change, rng),
    }


def _change(faulty: Faulty, rng: random.Random) -> str:
    """What to do, in one sentence."""
    better, worse = faulty.routine.quote(*faulty.site.better[:3]), faulty.routine.quote(*faulty.site.worse[:3])
    if not faulty.site.worse or faulty.bug.rule:
        return choose(
            rng,
            "Put back {better}.",
            "Add {better} at line {row}.",
            "What is missing is {better}.",
            better=better,
            row=str(faulty.row),
        )
    if better == worse:
        return choose(rng, "Change line {row}.", "The line to change is {row}.", row=str(faulty.row))
    return choose(
        rng,
        "Replace {worse} by {better}.",
        "Line {row} becomes {better}.",
        "Write {better} there.",
        better=better,
        worse=worse,
        row=str(faulty.row),
    )


def _proof(faulty: Faulty, rng: random.Random) -> str:
    """A run that shows the fault."""
    if faulty.case is None:
        return ""
    seen = words.symptom(faulty, rng).replace("I find", "there is")
    return choose(
        rng,
        "A run that shows it: with {state}, {seen}.",
        "Tried with {state}: {seen}.",
        "Take {state}. Then {seen}; the corrected code gets it right.",
        "It shows, for instance, when the routine starts with {state}: {seen}.",
        state=words.state(faulty),
        seen=seen,
    )


def _list(why: str, change: str, proof: str, rng: random.Random) -> str:
    heads = rng.choice((("Cause", "Fix", "Check"), ("Problem", "Change", "Test"), ("Bug", "Remedy", "Seen")))
    rows = [(head, text) for head, text in zip(heads, (why, change, proof), strict=True) if text]
    form = rng.choice(("- {}: {}", "- **{}**: {}", "* {} - {}"))
    return "\n".join(form.format(head, sentence(text)) for head, text in rows)


def _table(faulty: Faulty, why: str, rng: random.Random) -> str:
    better, worse = faulty.routine.quote(*faulty.site.better[:3]), faulty.routine.quote(*faulty.site.worse[:3])
    wrong, right = rng.choice((("Wrong", "Right"), ("Before", "After"), ("Given", "Needed")))
    rows = [
        f"| Line | {faulty.row} |",
        "| --- | --- |",
        f"| {wrong} | {worse or 'missing'} |",
        f"| {right} | {better} |",
    ]
    return "\n".join([*rows, "", sentence(why)])


def _heads(why: str, change: str, rng: random.Random) -> str:
    first, second = rng.choice((("Cause", "Fix"), ("What is wrong", "What to do"), ("Diagnosis", "Correction")))
    return f"**{first}**\n\n{sentence(why)}\n\n**{second}**\n\n{change}"
