"""The lines of Python that one opcode becomes at one width of the registers."""

from __future__ import annotations

from dataclasses import dataclass

from datasets_app.domains.asm65816.machine import control
from datasets_app.domains.asm65816.machine import operations as op
from datasets_app.domains.asm65816.machine.addressing import BYTE, WORD, address_lines, next_address
from datasets_app.domains.asm65816.opcodes import Mode, Opcode


@dataclass(frozen=True)
class Widths:
    """What a function is written for: m and x as the flags are, True for 8 bits; both are True in emulation mode."""

    m: bool
    x: bool
    emulation: bool = False


_INDEXED = {"LDX", "LDY", "CPX", "CPY", "STX", "STY", "PHX", "PHY", "PLX", "PLY"} | set(op.BY_INDEX)
_ALWAYS = dict.fromkeys(["PHP", "PHB", "PHK", "PLB"], 8) | dict.fromkeys(["PHD", "PLD", "PEA", "PEI", "PER"], 16)
_ALWAYS |= dict.fromkeys(op.ALWAYS_WIDE, 16)
_NEW = {"PHD", "PLD", "PLB", "PEA", "PEI", "PER"}
_PUSHED = {
    "PHA": "cpu.a",
    "PHX": "cpu.x",
    "PHY": "cpu.y",
    "PHP": "cpu.p",
    "PHB": "cpu.data_bank >> 16",
    "PHK": "bank >> 16",
    "PHD": "cpu.d",
    "PEA": WORD,
    "PEI": "pointer",
    "PER": f"pc + 3 + ({WORD}) & 0xFFFF",
}
_PULLED = {
    "PLA": ["{store_a}"],
    "PLX": ["cpu.x = result"],
    "PLY": ["cpu.y = result"],
    "PLD": ["cpu.d = result"],
    "PLB": ["cpu.data_bank = result << 16"],
}
_JUMPS = {"JMP", "JML", "BRL", "JSR", "JSL", "RTS", "RTL", "RTI"}
_MOVES_ITSELF = _JUMPS | {"BRK", "COP", "MVN", "MVP"}
_IMPLIED = op.BY_INDEX | op.BY_ACCUMULATOR | op.ALWAYS_WIDE | op.PLAIN | control.MODE_CHANGES


def body_lines(opcode: Opcode, widths: Widths) -> list[str]:
    """Return the lines of this opcode's function, its last one returning the CPU cycles."""
    if opcode.mnemonic in op.BRANCHES:
        return _branch(opcode, widths)
    filled = [line.format(**_parameters(opcode, widths)) for line in _effect(opcode, widths)]
    size = opcode.size(m=widths.m, x=widths.x)
    moves = [] if opcode.mnemonic in _MOVES_ITSELF else [f"cpu.pc = pc + {size} & 0xFFFF"]
    return [*filled, *moves, f"return {_cycles(opcode, widths)}"]


def _bits(opcode: Opcode, widths: Widths) -> int:
    if opcode.mnemonic in _ALWAYS:
        return _ALWAYS[opcode.mnemonic]
    return 8 if (widths.x if opcode.mnemonic in _INDEXED else widths.m) else 16


def _parameters(opcode: Opcode, widths: Widths) -> dict[str, object]:
    wide = _bits(opcode, widths) == 16
    return {
        "bits": 16 if wide else 8,
        "mask": "0xFFFF" if wide else "0xFF",
        "sign": "0x8000" if wide else "0x80",
        "high": " >> 8" if wide else "",
        "store_a": "cpu.a = result" if wide else "cpu.a = cpu.a & 0xFF00 | result",
        "flags": "cpu.nonzero = result; cpu.negative = result >> 8" if wide else "cpu.negative = cpu.nonzero = result",
    }


def _effect(opcode: Opcode, widths: Widths) -> list[str]:
    name, emulation = opcode.mnemonic, widths.emulation
    if opcode.mode == Mode.ACCUMULATOR:
        return ["value = cpu.a & {mask}", *op.CHANGES[name], "{store_a}"]
    if name in op.READS:
        return _read(opcode, widths)
    if name in op.WRITES or name in op.CHANGES:
        return _write(opcode, widths)
    if name in _PUSHED:
        start = address_lines(opcode.mode, emulation=False)[:-1] if name == "PEI" else []
        return start + control.push_register(
            _PUSHED[name], _bits(opcode, widths), new=name in _NEW, emulation=emulation
        )
    if name in _PULLED:
        return control.pull_register(_PULLED[name], _bits(opcode, widths), new=name in _NEW, emulation=emulation)
    if name == "PLP":
        return control.pull_flags(emulation=emulation)
    if name in _JUMPS:
        return control.jump_lines(name, opcode.mode, emulation=emulation)
    if opcode.mode == Mode.BLOCK:
        return control.block_lines("+ 1" if name == "MVN" else "- 1", "0xFF" if widths.x else "0xFFFF")
    if name in ("TXS", "TCS"):
        source = "cpu.x" if name == "TXS" else "cpu.a"
        return [f"cpu.s = 0x100 | {source} & 0xFF" if emulation else f"cpu.s = {source}"]
    return _IMPLIED[name]


def _read(opcode: Opcode, widths: Widths) -> list[str]:
    wide = _bits(opcode, widths) == 16
    if opcode.mode in (Mode.IMMEDIATE_M, Mode.IMMEDIATE_X):
        operation = op.BIT_IMMEDIATE if opcode.mnemonic == "BIT" else op.READS[opcode.mnemonic]
        return [f"value = {WORD if wide else BYTE}", *operation]
    high = f" | read({next_address(opcode.mode)}) << 8" if wide else ""
    lines = address_lines(opcode.mode, emulation=widths.emulation)
    return [*lines, f"value = read(address){high}", *op.READS[opcode.mnemonic]]


def _write(opcode: Opcode, widths: Widths) -> list[str]:
    wide, following = _bits(opcode, widths) == 16, next_address(opcode.mode)
    lines = address_lines(opcode.mode, emulation=widths.emulation)
    if opcode.mnemonic in op.WRITES:
        source = op.WRITES[opcode.mnemonic]
        high = [f"write({following}, {source} >> 8)"] if wide else []
        return [*lines, f"write(address, {source} & 0xFF)", *high]
    # What reads, modifies and writes 16 bits writes the high byte first.
    read = f"value = read(address) | read({following}) << 8" if wide else "value = read(address)"
    high = [f"write({following}, result >> 8)"] if wide else []
    return [*lines, read, *op.CHANGES[opcode.mnemonic], *high, "write(address, result & 0xFF)"]


def _cycles(opcode: Opcode, widths: Widths) -> str:
    """Return the expression for the cycles, of which only the direct page and a crossed page are not yet known."""
    known = str(opcode.cycles_with(m=widths.m, x=widths.x, emulation=widths.emulation))
    if "d" in opcode.additions:
        known += " + (direct & 0xFF > 0)"
    if "p" in opcode.additions and widths.x:
        known += " + ((address ^ pointer) & 0xFF00 > 0)"
    return known


def _branch(opcode: Opcode, widths: Widths) -> list[str]:
    def cycles(*, taken: bool, crossed: bool = False) -> int:
        return opcode.cycles_with(m=widths.m, x=widths.x, emulation=widths.emulation, taken=taken, page_crossed=crossed)

    within, across = cycles(taken=True), cycles(taken=True, crossed=True)
    crossing = f"{across} if (pc + 2 ^ target) & 0xFF00 else {within}"
    return [
        f"offset = {BYTE}",
        f"if {op.BRANCHES[opcode.mnemonic]}:",
        # The offset counts from the next instruction: pc + 2, less 0x80 that the sign bit's inversion adds.
        "    target = pc + (offset ^ 0x80) - 0x7E & 0xFFFF",
        "    cpu.pc = target",
        f"    return {crossing if across != within else within}",
        "cpu.pc = pc + 2 & 0xFFFF",
        f"return {cycles(taken=False)}",
    ]
