"""Basic 65816: what opcodes are, what instructions do, which flags they change, their size and their time.

All of it stands in the domain's tables (`opcode_table`, `instruction_table`), whose sources are named there.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import TypeVar

from datasets_app.domains.asm65816.facts.instructions import Instruction, all_instructions
from datasets_app.domains.asm65816.opcodes import Mode, Opcode, all_opcodes
from datasets_app.facts.instructions import MODES
from evals_app.shipped.cases import choice, number
from evals_app.suites import CaseDraft

T = TypeVar("T")

SEED = "basic 65816"
MOST = 45  # of each kind
# Modes that several kinds of question leave out: their operand is no address or value that one can write down alone.
_UNWRITTEN = {Mode.RELATIVE_8, Mode.RELATIVE_16, Mode.SIGNATURE}
_STATUS = "NVZC"
_FLAG_SETS = ("", "NZ", "NZC", "NVZC", "NVZ", "Z", "C", "NVC", "ZC")


def cases() -> list[CaseDraft]:
    """All cases of the suite."""
    kinds: tuple[Callable[[], Iterator[CaseDraft]], ...] = (_bytes, _purposes, _flags, _modes, _sizes, _cycles)
    return [case for kind in kinds for case in kind()]


def written(opcode: Opcode) -> str:
    """The instruction as asar takes it, with an operand of its mode: `LDA ($12),Y`."""
    return f"{opcode.mnemonic} {MODES[opcode.mode][1]}".strip()


def _bytes() -> Iterator[CaseDraft]:
    """Which mnemonic a byte stands for; the distractors are the instructions that share its half of the matrix."""
    for opcode in _drawn("bytes"):
        others = _beside(opcode)
        asked = f"A disassembler meets the byte ${opcode.code:02X} where an instruction begins. Which one begins there?"
        yield choice(
            f"byte/{opcode.code:02X}", "Opcodes", opcode.mnemonic, asked, written(opcode), [written(o) for o in others]
        )


def _beside(opcode: Opcode) -> list[Opcode]:
    """Three encodings that are easily taken for it: nearest bytes first, no two that are written alike."""
    near = sorted(_writable(), key=lambda other: (abs(other.code - opcode.code), other.code))
    found = {written(opcode): opcode}
    for other in near:
        found.setdefault(written(other), other)
    return list(found.values())[1:4]


def _purposes() -> Iterator[CaseDraft]:
    for instruction in _some(list(all_instructions().values()), "purposes"):
        asked = f"One 65816 instruction is described so: “{instruction.purpose}.” Which is it?"
        wrong = [other.mnemonic for other in _alike(instruction)]
        yield choice(
            f"purpose/{instruction.mnemonic}", "Purpose", instruction.mnemonic, asked, instruction.mnemonic, wrong
        )


def _alike(instruction: Instruction) -> list[Instruction]:
    """Three instructions whose mnemonics share most letters with this one's; of equals those that the key draws."""
    others = [other for other in all_instructions().values() if other is not instruction]
    random.Random(f"alike:{instruction.mnemonic}").shuffle(others)
    return sorted(others, key=lambda other: -_shared(instruction.mnemonic, other.mnemonic))[:3]


def _shared(one: str, other: str) -> int:
    return sum(a == b for a, b in zip(one, other, strict=True)) + (one[0] == other[0])


def _flags() -> Iterator[CaseDraft]:
    """Which of N, V, Z and C an instruction can change. Those of REP and SEP depend on the operand: they stay out."""
    known = [one for one in all_instructions().values() if one.mnemonic not in ("REP", "SEP")]
    for instruction in _some(known, "flags"):
        opcode = next(
            one for one in instruction.encodings if one.mode != Mode.IMMEDIATE_M or len(instruction.encodings) == 1
        )
        right = "".join(flag for flag in instruction.flags_in(opcode.mode) if flag in _STATUS)
        sets = sorted((one for one in _FLAG_SETS if one != right), key=lambda one: (_far(one, right), one))
        name = written(opcode) if opcode.mode not in _UNWRITTEN else opcode.mnemonic
        asked = f"Of the status bits N, V, Z and C, which ones may differ after `{name}` has run?"
        wrong = [_said(one) for one in sets[:3]]
        yield choice(f"flags/{instruction.mnemonic}", "Flags", instruction.mnemonic, asked, _said(right), wrong)


def _far(one: str, other: str) -> int:
    return len(set(one) ^ set(other))


def _said(flags: str) -> str:
    if not flags:
        return "none of them"
    return f"only {flags}" if len(flags) == 1 else f"{', '.join(flags[:-1])} and {flags[-1]}"


def _modes() -> Iterator[CaseDraft]:
    """What a mode is called, for one instruction of each mode and some more; the distractors are look-alikes."""
    names = {mode: MODES[mode][0] for mode in Mode if mode not in _UNWRITTEN}
    for opcode in _by_mode():
        asked = f"How is the operand of `{written(opcode)}` addressed?"
        right = names[opcode.mode]
        others = sorted({name for name in names.values() if name != right}, key=lambda name: _unlike(name, right))
        yield choice(
            f"mode/{opcode.mnemonic}-{opcode.mode}", "Addressing modes", opcode.mnemonic, asked, right, others[:3]
        )


def _unlike(name: str, right: str) -> tuple[int, str]:
    return -len(set(name.replace(",", "").split()) & set(right.replace(",", "").split())), name


def _by_mode() -> list[Opcode]:
    drawn = _drawn("modes", len(all_opcodes()))
    taken: dict[Mode, int] = {}
    found = []
    for opcode in drawn:
        taken[opcode.mode] = taken.get(opcode.mode, 0) + 1
        if taken[opcode.mode] <= 2:
            found.append(opcode)
    return found


def _sizes() -> Iterator[CaseDraft]:
    for opcode in _drawn("sizes"):
        m, x = (random.Random(f"{side}:{opcode.code}").random() < 0.5 for side in "mx")
        asked = f"{_widths(m, x)} How many bytes does `{written(opcode)}` take in the program, opcode and operand?"
        if opcode.mode in (Mode.IMMEDIATE_M, Mode.IMMEDIATE_X):
            asked = f"{_widths(m, x)} How many bytes does {opcode.mnemonic} with an immediate operand take, all in all?"
        yield number(f"size/{opcode.mnemonic}-{opcode.mode}", "Sizes", opcode.mnemonic, asked, opcode.size(m=m, x=x))


def _cycles() -> Iterator[CaseDraft]:
    for opcode in _drawn("cycles"):
        if opcode.mode == Mode.BLOCK:  # its time is that of each byte moved
            continue
        m, x = (random.Random(f"{side}:cycles:{opcode.code}").random() < 0.5 for side in "mx")
        told = f"{_widths(m, x)} The low byte of D is zero and no index crosses a page."
        is_wide = (opcode.mode == Mode.IMMEDIATE_M and not m) or (opcode.mode == Mode.IMMEDIATE_X and not x)
        name = written(opcode).replace("#$12", "#$1234") if is_wide else written(opcode)
        asked = f"{told} How many CPU cycles does `{name}` need in native mode?"
        cycles = opcode.cycles_with(m=m, x=x)
        yield number(f"cycles/{opcode.mnemonic}-{opcode.mode}", "Cycles", opcode.mnemonic, asked, cycles)


def _widths(m: bool, x: bool) -> str:
    if m == x:
        return f"A, X and Y are {8 if m else 16} bits wide."
    return f"A is {8 if m else 16} bits wide, X and Y are {8 if x else 16}."


def _drawn(kind: str, most: int = MOST) -> list[Opcode]:
    return _some(_writable(), kind, most)


def _writable() -> list[Opcode]:
    return [opcode for opcode in all_opcodes() if opcode.mode not in _UNWRITTEN]


def _some(things: list[T], kind: str, most: int = MOST) -> list[T]:
    return random.Random(f"{SEED}:{kind}").sample(things, min(most, len(things)))
