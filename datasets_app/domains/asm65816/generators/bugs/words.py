"""What goes wrong, in words: a missed case as a person reports it."""

from __future__ import annotations

import random
import re

from datasets_app.domains.asm65816.generators.bugs.faulty import Faulty

_FLAGS = {
    "flag C": "the carry",
    "flag Z": "the zero flag",
    "flag N": "the negative flag",
    "flag V": "the overflow flag",
}
_WRITE = re.compile(r"(\$\w\w) to (\$\w{4})")
_ENDS = {
    "limit": "it never comes back",
    "end": "it runs past its own code",
    "STP": "the program crashes",
    "WAI": "the program crashes",
}


def symptom(faulty: Faulty, rng: random.Random) -> str:
    """A clause such as “$0310 holds $05 instead of $06”; empty where no case shows the fault."""
    if not faulty.missed:
        return ""
    if any(miss.name == "way out" for miss in faulty.missed):
        return _ENDS.get(faulty.ended, "it does not return to its caller")
    miss = faulty.missed[0]
    wanted, found = miss.wanted, miss.found
    if miss.name in _FLAGS:
        return f"{_FLAGS[miss.name]} comes back {_state(found)} and should be {_state(wanted)}"
    if miss.name.startswith("register write"):
        return _register_write(wanted, found)
    name = address(miss.name) if miss.name.startswith("$") else miss.name
    if miss.name.startswith("$"):
        return rng.choice(
            (
                f"{name} holds {found} instead of {wanted}",
                f"the byte at {name} is {found} and should be {wanted}",
                f"I find {found} at {name} where {wanted} should be",
            )
        )
    return f"{name} comes back as {found} instead of {wanted}"


def address(name: str) -> str:
    """Return an address without a bank of zeros."""
    return f"${name[3:]}" if name.startswith("$00") and len(name) == 7 else name


def state(faulty: Faulty) -> str:
    """What the telling case begins with: the first bytes that matter, else the registers; a DMA's set-up needs none."""
    assert faulty.case is not None
    if any(line.operand == "$420B" for line in faulty.routine.code):
        return "any values"
    start = faulty.case.start
    memory = ", ".join(f"{address(f'${at:06X}')} = ${value:02X}" for at, value in _relevant(faulty))
    registers = f"A=${start.a:04X}, X=${start.x:04X}, Y=${start.y:04X}"
    return f"{memory}" if memory else registers


def _relevant(faulty: Faulty) -> list[tuple[int, int]]:
    """The bytes of what the routine reads, six at most."""
    assert faulty.case is not None
    family, values = faulty.routine.family, faulty.routine.values
    found = [
        (at, faulty.case.start.memory[at])
        for name, place in family.places.items()
        if "r" in place.role
        for at in range(values[name], values[name] + min(place.bytes_of(values), 4))
        if at in faulty.case.start.memory
    ]
    return found[:6]


def _state(value: str) -> str:
    return "set" if value == "1" else "clear"


def _register_write(wanted: str, found: str) -> str:
    right, wrong = _WRITE.fullmatch(wanted), _WRITE.fullmatch(found)
    if right and wrong and right[2] == wrong[2]:
        return f"{right[2]} is given {wrong[1]} instead of {right[1]}"
    if right:
        return f"{right[1]} is not written to {right[2]} when it should be"
    return "a register is written that should be left alone"
