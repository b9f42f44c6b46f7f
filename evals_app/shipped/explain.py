"""Explain (Veran): code is given; what it does is chosen or computed. The machine says what is right."""

from __future__ import annotations

import random
from collections.abc import Iterator

from datasets_app.domains.asm65816.registers import Register, register_at
from evals_app.shipped.cases import choice, exact, fenced, hexadecimal
from evals_app.shipped.registers import asked_about, look_alikes
from evals_app.shipped.riddles import Riddle, checked, riddles
from evals_app.shipped.running import native, run
from evals_app.suites import CaseDraft

ACCESSES = 24
SYSTEM = 0x00  # a data bank that shows the registers


def cases() -> list[CaseDraft]:
    """All cases of the suite; those about one routine are one cluster."""
    found = [checked(riddle) for riddle in riddles()]
    return [*map(_described, found), *map(_ended, found), *_accesses(), *_words()]


def _described(riddle: Riddle) -> CaseDraft:
    (right, _), *others = riddle.claims
    asked = f"{_called(riddle)}\n\n{fenced(riddle.code)}\n\nThe caller finds in A:"
    return choice(f"does/{riddle.slug}", "What it does", riddle.slug, asked, right, [said for said, _ in others])


def _ended(riddle: Riddle) -> CaseDraft:
    value = random.Random(f"given:{riddle.slug}").randrange(riddle.mask // 8, riddle.mask)
    digits = 4 if riddle.wide else 2
    asked = f"{_called(riddle)} A is ${value:0{digits}X} at the call. Give A at the return.\n\n{fenced(riddle.code)}"
    return hexadecimal(f"ends/{riddle.slug}", "End state", riddle.slug, asked, riddle.result(value), digits)


def _called(riddle: Riddle) -> str:
    widths = "A has 16 bits, X and Y have 8" if riddle.wide else "A, X and Y have 8 bits"
    return f"A subroutine is called in native mode, decimal mode off; {widths}, X and Y are 0 and the carry is clear."


def _accesses() -> Iterator[CaseDraft]:
    """Code that stores to one register, by an indexed address in half of them: which one, and which value."""
    writable = [one for one in asked_about() if one.access == "W" and not one.twice]
    for at, one in enumerate(random.Random("accesses").sample(writable, ACCESSES)):
        value = random.Random(f"value:{one.name}").randrange(1, 0x100)
        code = _store(one, value, indexed=at % 2 == 1)
        way, address, stored = run(code, native(dbr=SYSTEM)).hardware[-1]
        target = register_at(address)
        assert way == "W"
        assert target is not None
        asked = f"A, X and Y have 8 bits, the data bank is $00. What becomes of this?\n\n{fenced(code)}"
        right = f"{target.name} is set to ${stored:02X}"
        wrong = [f"{other.name} is set to ${stored:02X}" for other in look_alikes(target, 2)]
        wrong.append(f"{target.name} is set to ${stored ^ 0x81:02X}")
        yield choice(f"stores/{one.name}", "Hardware accesses", one.name, asked, right, wrong)


def _store(one: Register, value: int, *, indexed: bool) -> str:
    mask = random.Random(f"mask:{one.name}").randrange(1, 0x100)
    lines = [f"LDA #${value ^ mask:02X}", f"EOR #${mask:02X}"]
    if indexed:
        offset = random.Random(f"offset:{one.name}").randrange(1, 0x10)
        return "\n".join([f"LDX #${offset:02X}", *lines, f"STA ${one.address - offset:04X},X"])
    return "\n".join([*lines, f"STA {one.label}"])


def _words() -> Iterator[CaseDraft]:
    """A 16-bit store to a pair: what arrives in its upper register."""
    pairs = [
        (low, high)
        for low in asked_about()
        if (high := register_at(low.address + 1)) and set(low.words) & set(high.words)
    ]
    for low, high in pairs:
        if not ({low.access, high.access} <= {"W", "RW"}):
            continue
        value = random.Random(f"pair:{low.name}").randrange(0x1000, 0x10000)
        code = f"REP #$20\nLDA #${value:04X}\nSTA {low.label}"
        arrived = {address: stored for way, address, stored in run(code, native(dbr=SYSTEM)).hardware if way == "W"}
        if high.address not in arrived:  # the multiplier and the divider take theirs without a record
            continue
        asked = f"The data bank is $00. Which register besides {low.name} does this store to?\n\n{fenced(code)}"
        answers = [high.name, *high.aliases, high.label]
        yield exact(
            f"pair/{low.name}", "Hardware accesses", low.name, f"{asked}\n\nAnswer with its name alone.", answers
        )
