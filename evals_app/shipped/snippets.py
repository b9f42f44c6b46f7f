"""Intermediate 65816: register widths, addresses, times and values of short code, measured by assembler and machine."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from evals_app.shipped.cases import choice, fenced, hexadecimal, number
from evals_app.shipped.running import native, run, size_of, steps_of
from evals_app.suites import CaseDraft

COUNT = 14  # of each kind
BEFORE = "The processor is in native mode, decimal mode is off, D is $0000."
_M, _X = 0x20, 0x10
_WIDTHS = ("A, X and Y have 8 bits", "A has 8 bits, X and Y have 16", "A has 16 bits, X and Y have 8")
_WIDTHS_16 = "A, X and Y have 16 bits"
_STATUS = (("N", 0x80), ("Z", 0x02), ("C", 0x01))
_CALCULATING = [
    "ADC {v}",
    "SBC {v}",
    "AND {v}",
    "ORA {v}",
    "EOR {v}",
    "ASL A",
    "LSR A",
    "ROL A",
    "ROR A",
    "INC A",
    "DEC A",
    "XBA",
    "CLC",
    "SEC",
]
_TIMED = [
    "LDA $12",
    "STA $34",
    "LDA $1234",
    "STA $1234,X",
    "LDA $5678,Y",
    "INC $20",
    "ASL $1240",
    "LDA [$10],Y",
    "LDA ($10),Y",
    "STA ($12,X)",
    "PHA",
    "PHX",
    "XBA",
    "NOP",
    "CLC",
    "STZ $30",
    "CMP $7E2000",
    "LDX $40",
    "STY $44",
    "TSB $50",
    "INX",
    "TAY",
]
_WIDTH_STEPS = [
    "REP #$20",
    "REP #$10",
    "REP #$30",
    "SEP #$20",
    "SEP #$10",
    "SEP #$30",
    "PHP : REP #$30 : PLP",
    "PHP : SEP #$30 : PLP",
]
# Mode as asar writes it, the registers that it depends on.
_OPERANDS = (
    ("${low:02X}", "d"), ("${low:02X},X", "dx"), ("${mid:04X}", "b"), ("${mid:04X},X", "bx"), ("${mid:04X},Y", "by"),
    ("$7F{mid:04X},X", "x"), ("(${low:02X})", "pdb"), ("(${low:02X}),Y", "pdby"), ("[${low:02X}],Y", "pdy"),
    ("(${low:02X},X)", "pdbx"), ("[${low:02X}]", "pd"),
)  # fmt: skip


def cases() -> list[CaseDraft]:
    """All cases of the suite."""
    kinds: tuple[Callable[[random.Random, int], CaseDraft], ...] = (_widths, _address, _time, _size, _value, _status)
    return [kind(random.Random(f"{kind.__name__}:{at}"), at) for kind in kinds for at in range(COUNT)]


def _widths(rng: random.Random, at: int) -> CaseDraft:
    code = "\n".join(rng.sample(_WIDTH_STEPS, 2 + at % 3))
    p = run(code, native()).p
    right = _WIDTHS_16 if not p & (_M | _X) else _WIDTHS[0] if p & _M and p & _X else _WIDTHS[1 if p & _M else 2]
    wrong = [one for one in (*_WIDTHS, _WIDTHS_16) if one != right]
    asked = f"{BEFORE} At first A, X and Y have 8 bits. How wide are they when this has run?\n\n{fenced(code)}"
    return choice(f"widths/{at}", "Register widths", f"widths {at}", asked, right, wrong)


def _address(rng: random.Random, at: int) -> CaseDraft:
    operand, uses = _OPERANDS[at % len(_OPERANDS)]
    low, mid = rng.randrange(0x10, 0x80), rng.randrange(0x2000, 0xF000)
    told = {"D": rng.choice((0x0000, 0x0100, 0x0320)), "B": 0x7E, "X": rng.randrange(1, 0x80), "Y": rng.randrange(0x80)}
    pointer = rng.randrange(0x3000, 0xE000)
    place = told["D"] + low + (told["X"] if operand.endswith(",X)") else 0)
    memory = {place: pointer & 0xFF, place + 1: pointer >> 8, place + 2: 0x7F} if "p" in uses else {}
    state = replace(native(dbr=told["B"], x=told["X"], y=told["Y"], d=told["D"]), memory=memory)
    code = f"LDA {operand.format(low=low, mid=mid)}"
    read = steps_of(code, state)[-1].read[-1][0]
    given = _given(told, uses, memory, is_long="[" in operand)
    asked = f"Native mode; A, X and Y have 8 bits. {given}. From which 24-bit address does `{code}` load its byte?"
    return hexadecimal(f"address/{at}", "Effective addresses", f"address {at}", asked, read, 6)


def _given(told: dict[str, int], uses: str, memory: dict[int, int], *, is_long: bool) -> str:
    parts = [f"D is ${told['D']:04X}"] if "d" in uses else []
    parts += [f"the data bank register is ${told['B']:02X}"] if "b" in uses else []
    parts += [f"{name} is ${told[name]:02X}" for name in "XY" if name.lower() in uses]
    cells = list(memory.items())[: 3 if is_long else 2]
    parts += [f"the byte at ${place:04X} is ${value:02X}" for place, value in cells]
    return ", ".join(parts)[:1].upper() + ", ".join(parts)[1:]


def _time(rng: random.Random, at: int) -> CaseDraft:
    code = "\n".join(rng.sample(_TIMED, 3 + at % 3))
    if at % 4 == 3:
        code = (
            f"LDX #${rng.randrange(2, 9):02X}\nAgain:\n{rng.choice(('INC $20', 'STA $1234,X', 'NOP'))}\nDEX\nBNE Again"
        )
    wide = at % 2 == 1 and at % 4 != 3
    told = "A has 16 bits, X and Y have 8" if wide else "A, X and Y have 8 bits"
    asked = f"{BEFORE} {told}; X and Y are 0 at first. How many CPU cycles pass while this runs once?\n\n{fenced(code)}"
    cycles = run(code, native(wide=wide, wide_index=False)).cycles
    return number(f"time/{at}", "Cycles of code", f"time {at}", asked, cycles)


def _size(rng: random.Random, at: int) -> CaseDraft:
    lines = rng.sample(_TIMED, 3)
    wide = at % 2 == 1
    lines.insert(rng.randrange(4), f"LDA #${rng.randrange(0x10, 0x10000 if wide else 0x100):0{4 if wide else 2}X}")
    code = "\n".join(lines)
    asked = f"How many bytes of machine code does this come to?\n\n{fenced(code)}"
    return number(f"size/{at}", "Size of code", f"size {at}", asked, size_of(code))


def _value(rng: random.Random, at: int) -> CaseDraft:
    wide = at % 2 == 1
    code = _calculation(rng, wide, 3 + at % 3)
    end = run(code, native(wide=wide))
    digits = 4 if wide else 2
    told = "16 bits wide" if wide else "8 bits wide"
    asked = f"{BEFORE} A is {told}, all of C is 0 and the carry is clear. What is in A at the end?\n\n{fenced(code)}"
    return hexadecimal(f"value/{at}", "Values", f"value {at}", asked, end.a & (0xFFFF if wide else 0xFF), digits)


def _status(rng: random.Random, at: int) -> CaseDraft:
    code = _calculation(rng, wide=False, count=2) + f"\nCMP #${rng.randrange(0x100):02X}"
    p = run(code, native()).p
    right = _flags_said(p)
    others = [_flags_said(p ^ change) for change in (0x01, 0x80, 0x81, 0x02)]
    wrong = [one for one in dict.fromkeys(others) if one != right][:3]
    asked = (
        f"{BEFORE} A has 8 bits, all of C is 0, the carry is clear. What are N, Z and C at the end?\n\n{fenced(code)}"
    )
    return choice(f"status/{at}", "Status after comparing", f"status {at}", asked, right, wrong)


def _calculation(rng: random.Random, wide: bool, count: int) -> str:
    def value() -> str:
        return f"#${rng.randrange(0x10000 if wide else 0x100):0{4 if wide else 2}X}"

    lines = [f"LDA {value()}", *(line.format(v=value()) for line in rng.sample(_CALCULATING, count))]
    return "\n".join(lines)


def _flags_said(p: int) -> str:
    return ", ".join(f"{letter}={int(bool(p & bit))}" for letter, bit in _STATUS)
