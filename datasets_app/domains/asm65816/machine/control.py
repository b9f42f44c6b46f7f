"""The instructions that move the program counter, the stack, blocks and the modes, as lines of Python.

Whether a push wraps within page 1 in emulation mode depends on the instruction: what the 6502 had does, what the 65816
added runs on out of the page, and only then is the high byte of S put back to 1. Source: the caveats of WDC's
W65C816S data sheet; for each of the new ones, PLB and JSR (a,X) among them, gilyon's snes-tests on the console.
"""

from __future__ import annotations

from datasets_app.domains.asm65816.machine.addressing import BYTE, LONG, WORD
from datasets_app.domains.asm65816.opcodes import Mode


def push(values: list[str], *, in_page: bool) -> list[str]:
    """Return the lines that push bytes, the first one first; `in_page` says that they wrap within page 1."""
    step = "s = 0x100 | s - 1 & 0xFF" if in_page else "s = s - 1 & 0xFFFF"
    return ["s = cpu.s", *(line for value in values for line in (f"write(s, {value})", step))]


def pull(names: list[str], *, in_page: bool) -> list[str]:
    """Return the lines that pull bytes into these names, the first one first."""
    step = "s = 0x100 | s + 1 & 0xFF" if in_page else "s = s + 1 & 0xFFFF"
    return ["s = cpu.s", *(line for name in names for line in (step, f"{name} = read(s)"))]


def _leave(*, emulation: bool) -> str:
    return "cpu.s = 0x100 | s & 0xFF" if emulation else "cpu.s = s"


def push_register(source: str, bits: int, *, new: bool, emulation: bool) -> list[str]:
    """Return the lines that push `source`, an expression of `bits` bits."""
    values = ["held >> 8", "held & 0xFF"] if bits == 16 else ["held & 0xFF"]
    return [f"held = {source}", *push(values, in_page=emulation and not new), _leave(emulation=emulation)]


def pull_register(target: list[str], bits: int, *, new: bool, emulation: bool) -> list[str]:
    """Return the lines that pull `result`, of `bits` bits, put it where `target` says, and set N and Z."""
    lines = pull(["low", "high"] if bits == 16 else ["low"], in_page=emulation and not new)
    join = "result = low | high << 8" if bits == 16 else "result = low"
    return [*lines, _leave(emulation=emulation), join, *target, "{flags}"]


def pull_flags(*, emulation: bool) -> list[str]:
    """Return the lines of PLP."""
    return [*pull(["flags"], in_page=emulation), _leave(emulation=emulation), "cpu.change_flags(flags)"]


def jump_lines(mnemonic: str, mode: Mode, *, emulation: bool) -> list[str]:
    """Return the lines of JMP, JML, JSR, JSL, BRL, RTS, RTL and RTI."""
    return _JUMPS[mode] if mnemonic in ("JMP", "JML", "BRL") else _CALLS[mnemonic, mode](emulation)


_GO_LONG = ["cpu.pc = target & 0xFFFF", "cpu.program_bank = target & 0xFF0000"]
_JUMPS = {
    Mode.RELATIVE_16: [f"cpu.pc = pc + 3 + ({WORD}) & 0xFFFF"],
    Mode.ABSOLUTE: [f"cpu.pc = {WORD}"],
    Mode.LONG: [f"target = {LONG}", *_GO_LONG],
    Mode.ABSOLUTE_INDIRECT: [f"at = {WORD}", "cpu.pc = read(at) | read(at + 1 & 0xFFFF) << 8"],
    Mode.ABSOLUTE_X_INDIRECT: [
        f"at = ({WORD}) + cpu.x & 0xFFFF",
        "cpu.pc = read(bank | at) | read(bank | at + 1 & 0xFFFF) << 8",
    ],
    Mode.ABSOLUTE_LONG_INDIRECT: [
        f"at = {WORD}",
        "target = read(at) | read(at + 1 & 0xFFFF) << 8 | read(at + 2 & 0xFFFF) << 16",
        *_GO_LONG,
    ],
}
_HERE = ["here >> 8", "here & 0xFF"]


def _jsr(emulation: bool) -> list[str]:
    return [
        f"target = {WORD}",
        "here = pc + 2 & 0xFFFF",
        *push(_HERE, in_page=emulation),
        _leave(emulation=emulation),
        "cpu.pc = target",
    ]


def _jsr_indexed(emulation: bool) -> list[str]:
    # The chip pushes between the two operand bytes, and the operand may lie where it pushes.
    return [
        "low = read(bank | pc + 1 & 0xFFFF)",
        "here = pc + 2 & 0xFFFF",
        *push(_HERE, in_page=False),
        _leave(emulation=emulation),
        "at = (low | read(bank | here) << 8) + cpu.x & 0xFFFF",
        "cpu.pc = read(bank | at) | read(bank | at + 1 & 0xFFFF) << 8",
    ]


def _jsl(emulation: bool) -> list[str]:
    # The chip pushes the bank before it fetches the operand's last byte.
    return [
        f"target = {WORD}",
        "here = pc + 3 & 0xFFFF",
        *push(["bank >> 16"], in_page=False),
        "target_bank = read(bank | here) << 16",
        *push(_HERE, in_page=False)[1:],
        _leave(emulation=emulation),
        "cpu.pc = target",
        "cpu.program_bank = target_bank",
    ]


def _rts(emulation: bool) -> list[str]:
    return [
        *pull(["low", "high"], in_page=emulation),
        _leave(emulation=emulation),
        "cpu.pc = (low | high << 8) + 1 & 0xFFFF",
    ]


def _rtl(emulation: bool) -> list[str]:
    return [
        *pull(["low", "high", "bank"], in_page=False),
        _leave(emulation=emulation),
        "cpu.pc = (low | high << 8) + 1 & 0xFFFF",
        "cpu.program_bank = bank << 16",
    ]


def _rti(emulation: bool) -> list[str]:
    names = ["flags", "low", "high"] if emulation else ["flags", "low", "high", "bank"]
    return [
        *pull(names, in_page=emulation),
        _leave(emulation=emulation),
        "cpu.pc = low | high << 8",
        *([] if emulation else ["cpu.program_bank = bank << 16"]),
        "cpu.return_flags(flags)",
    ]


_CALLS = {
    ("JSR", Mode.ABSOLUTE): _jsr,
    ("JSR", Mode.ABSOLUTE_X_INDIRECT): _jsr_indexed,
    ("JSL", Mode.LONG): _jsl,
    ("RTS", Mode.IMPLIED): _rts,
    ("RTL", Mode.IMPLIED): _rtl,
    ("RTI", Mode.IMPLIED): _rti,
}


def block_lines(step: str, mask: str) -> list[str]:
    """Return the lines of MVN (`step` "+ 1") or MVP ("- 1"): a byte, and the same again until A wraps."""
    return [
        "bank_to = read(bank | pc + 1 & 0xFFFF)",
        "bank_from = read(bank | pc + 2 & 0xFFFF)",
        "cpu.data_bank = bank_to << 16",
        "write(bank_to << 16 | cpu.y, read(bank_from << 16 | cpu.x))",
        f"cpu.x = cpu.x {step} & {mask}",
        f"cpu.y = cpu.y {step} & {mask}",
        "left = cpu.a - 1 & 0xFFFF",
        "cpu.a = left",
        "if left == 0xFFFF:",
        "    cpu.pc = pc + 3 & 0xFFFF",
    ]


MODE_CHANGES = {
    "SEI": ["cpu.change_modes(cpu.modes | 4)"],
    "CLI": ["cpu.change_modes(cpu.modes & ~4)"],
    "REP": [f"cpu.change_flags(cpu.p & ~{BYTE})"],
    "SEP": [f"cpu.change_flags(cpu.p | {BYTE})"],
    "XCE": ["cpu.exchange_emulation()"],
    "WAI": ["cpu.wait_for_interrupt()"],
    "STP": ["cpu.stop()"],
    "BRK": ["read(bank | pc + 1 & 0xFFFF)", 'cpu.enter("BRK", pc + 2 & 0xFFFF)'],
    "COP": ["read(bank | pc + 1 & 0xFFFF)", 'cpu.enter("COP", pc + 2 & 0xFFFF)'],
}
"""Instructions that may change what runs next: the machine's own methods do the work."""
