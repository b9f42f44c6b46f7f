"""What each opcode means to the flow analysis: one small number for each of the 256 codes."""

from __future__ import annotations

from enum import IntEnum

from datasets_app.domains.asm65816.opcodes import Mode, Opcode, all_opcodes


class Effect(IntEnum):
    """What an instruction does to control flow, widths and stack. From BRANCH on, control does not simply go on."""

    PLAIN = 0
    CARRY_LOST = 1
    IMMEDIATE_M = 2
    IMMEDIATE_X = 3
    REP = 4
    SEP = 5
    CARRY_SET = 6
    CARRY_CLEAR = 7
    XCE = 8
    PUSH = 9
    PULL = 10
    STACK_MOVED = 11
    BRANCH = 12
    JUMP = 13
    INDIRECT_JUMP = 14
    CALL = 15
    INDIRECT_CALL = 16
    RETURN = 17
    STOP = 18


CARRY_LOSERS = frozenset({"ADC", "SBC", "CMP", "CPX", "CPY", "ASL", "LSR", "ROL", "ROR", "BRK", "COP"})
"""Mnemonics that leave a carry that is not known; what a BRK or COP handler does to it is its own affair."""

_BY_MNEMONIC = {
    "REP": Effect.REP,
    "SEP": Effect.SEP,
    "SEC": Effect.CARRY_SET,
    "CLC": Effect.CARRY_CLEAR,
    "XCE": Effect.XCE,
    "TCS": Effect.STACK_MOVED,
    "TXS": Effect.STACK_MOVED,
    "BRA": Effect.JUMP,
    "BRL": Effect.JUMP,
    "STP": Effect.STOP,
}
_BY_MNEMONIC |= dict.fromkeys(("BCC", "BCS", "BEQ", "BMI", "BNE", "BPL", "BVC", "BVS"), Effect.BRANCH)
_BY_MNEMONIC |= dict.fromkeys(("RTS", "RTL", "RTI"), Effect.RETURN)
_BY_MNEMONIC |= dict.fromkeys(("PHA", "PHB", "PHD", "PHK", "PHP", "PHX", "PHY", "PEA", "PEI", "PER"), Effect.PUSH)
_BY_MNEMONIC |= dict.fromkeys(("PLA", "PLB", "PLD", "PLP", "PLX", "PLY"), Effect.PULL)
_BY_MNEMONIC |= dict.fromkeys(CARRY_LOSERS, Effect.CARRY_LOST)

_BY_MODE = {Mode.IMMEDIATE_M: Effect.IMMEDIATE_M, Mode.IMMEDIATE_X: Effect.IMMEDIATE_X}
_INDIRECT = (Mode.ABSOLUTE_INDIRECT, Mode.ABSOLUTE_X_INDIRECT, Mode.ABSOLUTE_LONG_INDIRECT)

RETURN_SIZE = {"RTS": 2, "RTL": 3, "RTI": 4}
"""Bytes that a return pulls in native mode (WDC data sheet, table 5-7)."""


def _effect(opcode: Opcode) -> Effect:
    if opcode.mnemonic in ("JMP", "JML"):
        return Effect.INDIRECT_JUMP if opcode.mode in _INDIRECT else Effect.JUMP
    if opcode.mnemonic in ("JSR", "JSL"):
        return Effect.INDIRECT_CALL if opcode.mode in _INDIRECT else Effect.CALL
    return _BY_MODE.get(opcode.mode) or _BY_MNEMONIC.get(opcode.mnemonic, Effect.PLAIN)


EFFECTS: tuple[int, ...] = tuple(int(_effect(opcode)) for opcode in all_opcodes())
"""The effect at the index of each code."""
