"""An instruction as its page shows it: each encoding with its bytes, its size rule and its cycles, in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from datasets_app.domains.asm65816.facts.instructions import FLAG_NAMES, Instruction, all_instructions
from datasets_app.domains.asm65816.opcodes import Mode, Opcode, all_opcodes

MODES: dict[Mode, tuple[str, str, str, str]] = {
    Mode.IMPLIED: ("implied", "", "", ""),
    Mode.ACCUMULATOR: ("accumulator", "A", "", "A"),
    Mode.IMMEDIATE_M: ("immediate", "#$12", "ll", "#"),
    Mode.IMMEDIATE_X: ("immediate", "#$12", "ll", "#"),
    Mode.IMMEDIATE_8: ("immediate, 8 bits", "#$12", "ll", "#8"),
    Mode.IMMEDIATE_16: ("immediate, 16 bits", "$1234", "ll hh", "#16"),
    Mode.SIGNATURE: ("signature byte", "#$12", "ll", "sig"),
    Mode.DIRECT: ("direct page", "$12", "ll", "dp"),
    Mode.DIRECT_X: ("direct page, X", "$12,X", "ll", "dp,X"),
    Mode.DIRECT_Y: ("direct page, Y", "$12,Y", "ll", "dp,Y"),
    Mode.DIRECT_INDIRECT: ("direct page indirect", "($12)", "ll", "(dp)"),
    Mode.DIRECT_X_INDIRECT: ("direct page indexed indirect", "($12,X)", "ll", "(dp,X)"),
    Mode.DIRECT_INDIRECT_Y: ("direct page indirect, Y", "($12),Y", "ll", "(dp),Y"),
    Mode.DIRECT_LONG_INDIRECT: ("direct page indirect long", "[$12]", "ll", "[dp]"),
    Mode.DIRECT_LONG_INDIRECT_Y: ("direct page indirect long, Y", "[$12],Y", "ll", "[dp],Y"),
    Mode.ABSOLUTE: ("absolute", "$1234", "ll hh", "abs"),
    Mode.ABSOLUTE_X: ("absolute, X", "$1234,X", "ll hh", "abs,X"),
    Mode.ABSOLUTE_Y: ("absolute, Y", "$1234,Y", "ll hh", "abs,Y"),
    Mode.ABSOLUTE_INDIRECT: ("absolute indirect", "($1234)", "ll hh", "(abs)"),
    Mode.ABSOLUTE_X_INDIRECT: ("absolute indexed indirect", "($1234,X)", "ll hh", "(abs,X)"),
    Mode.ABSOLUTE_LONG_INDIRECT: ("absolute indirect long", "[$1234]", "ll hh", "[abs]"),
    Mode.LONG: ("long", "$123456", "ll hh bb", "long"),
    Mode.LONG_X: ("long, X", "$123456,X", "ll hh bb", "long,X"),
    Mode.STACK: ("stack relative", "$12,S", "ll", "n,S"),
    Mode.STACK_INDIRECT_Y: ("stack relative indirect, Y", "($12,S),Y", "ll", "(n,S),Y"),
    Mode.RELATIVE_8: ("relative", "label", "rr", "rel"),
    Mode.RELATIVE_16: ("relative, 16 bits", "label", "rr rr", "rel16"),
    Mode.BLOCK: ("block", "$12,$34", "12 34", "block"),
}
"""What each mode is called, an operand as asar writes it, the bytes behind the opcode, and how the square says it."""

_ADDITIONS = {
    "m": "1 more with a 16-bit A",
    "M": "2 more with a 16-bit A",
    "x": "1 more with 16-bit X and Y",
    "d": "1 more when the low byte of D is not 0",
    "p": "1 more when the index crosses a page or X and Y are 16 bits wide",
    "b": "1 more when the branch is taken",
    "e": "1 more when a taken branch crosses a page in emulation mode",
    "n": "1 more in native mode",
}
_WIDE = {Mode.IMMEDIATE_M: "a 16-bit A", Mode.IMMEDIATE_X: "16-bit X and Y"}


@dataclass(frozen=True)
class Encoding:
    """One opcode in words: how asar writes it, the bytes it becomes, their count, the time it takes."""

    opcode: Opcode
    instruction: Instruction
    mode: str
    short: str
    example: str
    bytes: str
    size: str
    cycles: str
    flags: str

    @property
    def code(self) -> str:
        """The opcode byte as two digits."""
        return f"{self.opcode.code:02X}"


def encodings(instruction: Instruction) -> list[Encoding]:
    """Every encoding of an instruction, in the order of its opcodes."""
    return [_encoding(instruction, opcode) for opcode in sorted(instruction.encodings, key=lambda one: one.code)]


def _encoding(instruction: Instruction, opcode: Opcode) -> Encoding:
    mode, operand, operand_bytes, short = MODES[opcode.mode]
    high = " (hh)" if opcode.mode in _WIDE else ""
    return Encoding(
        opcode,
        instruction,
        mode,
        short,
        f"{opcode.mnemonic} {operand}".strip(),
        f"{opcode.code:02X} {operand_bytes}{high}".strip(),
        size_rule(opcode),
        cycle_rule(opcode),
        ", ".join(flag_words(instruction.flags_in(opcode.mode))),
    )


def size_rule(opcode: Opcode) -> str:
    """How many bytes an opcode takes, with its operand."""
    size = opcode.size(m=True, x=True)
    wide = f", {size + 1} with {_WIDE[opcode.mode]}" if opcode.mode in _WIDE else ""
    return f"{size} byte{'' if size == 1 else 's'}{wide}"


def cycle_rule(opcode: Opcode) -> str:
    """How many CPU cycles an opcode takes, and what adds to them."""
    always = opcode.cycles_with(m=True, x=True, emulation=True)
    # A branch that is always taken has that cycle in its count already.
    additions = [one for one in opcode.additions if not (one == "b" and always > opcode.cycles)]
    unit = " for each byte moved" if opcode.mode == Mode.BLOCK else ""
    return "; ".join([f"{always}{unit}", *(_ADDITIONS[one] for one in additions)])


def flag_words(flags: str) -> list[str]:
    """The flags as people read them: N (negative)."""
    return [f"{flag} ({FLAG_NAMES[flag]})" for flag in flags]


@cache
def matrix() -> list[list[Encoding]]:
    """The 256 opcodes as 16 rows of 16."""
    known = all_instructions()
    cells = [_encoding(known[opcode.mnemonic], opcode) for opcode in all_opcodes()]
    return [cells[start : start + 16] for start in range(0, 256, 16)]
