"""Where an instruction finds its data: for each addressing mode, the Python lines that compute the address.

The lines go into the functions that `tables` writes. They read the operand after the opcode at `bank | pc` and leave
the 24-bit `address` of the first data byte. Modes whose index may cross a page leave the address before in `pointer`,
direct ones D in `direct`: both may cost a cycle.

How addresses wrap is in the addressing modes and the caveats of WDC's W65C816S data sheet: the program counter stays in
its bank, direct page and stack stay in bank 0, the sums over a data bank run on into the next one. In emulation mode a
direct page that starts on a page wraps within that page, but only for what a 6502 could do: `[$12]` and PEI do not.
That the second byte of a `($12,X)` pointer stays in its page when the direct page does not start on one is from bsnes,
after gilyon's snes-tests had found it on the console.
"""

from __future__ import annotations

from datasets_app.domains.asm65816.opcodes import Mode

BYTE = "read(bank | pc + 1 & 0xFFFF)"
WORD = "read(bank | pc + 1 & 0xFFFF) | read(bank | pc + 2 & 0xFFFF) << 8"
LONG = WORD + " | read(bank | pc + 3 & 0xFFFF) << 16"

_POINTER = ["pointer = read(at) | read(at + 1 & 0xFFFF) << 8"]
_POINTER_LONG = ["pointer = read(at) | read(at + 1 & 0xFFFF) << 8 | read(at + 2 & 0xFFFF) << 16"]
_DIRECT = ["direct = cpu.d", f"at = direct + {BYTE} & 0xFFFF"]
_DIRECT_POINTER = [*_DIRECT, *_POINTER]
_STACK = [f"at = cpu.s + {BYTE} & 0xFFFF"]
_BY_Y = ["address = cpu.data_bank + pointer + cpu.y & 0xFFFFFF"]
_LONG_BY_Y = ["address = pointer + cpu.y & 0xFFFFFF"]

_NATIVE: dict[Mode, list[str]] = {
    Mode.DIRECT: ["direct = cpu.d", f"address = direct + {BYTE} & 0xFFFF"],
    Mode.DIRECT_X: ["direct = cpu.d", f"address = direct + {BYTE} + cpu.x & 0xFFFF"],
    Mode.DIRECT_Y: ["direct = cpu.d", f"address = direct + {BYTE} + cpu.y & 0xFFFF"],
    Mode.DIRECT_INDIRECT: [*_DIRECT_POINTER, "address = cpu.data_bank | pointer"],
    Mode.DIRECT_X_INDIRECT: [
        "direct = cpu.d",
        f"at = direct + {BYTE} + cpu.x & 0xFFFF",
        *_POINTER,
        "address = cpu.data_bank | pointer",
    ],
    Mode.DIRECT_INDIRECT_Y: [*_DIRECT_POINTER, *_BY_Y],
    Mode.DIRECT_LONG_INDIRECT: [*_DIRECT, *_POINTER_LONG, "address = pointer"],
    Mode.DIRECT_LONG_INDIRECT_Y: [*_DIRECT, *_POINTER_LONG, *_LONG_BY_Y],
    Mode.ABSOLUTE: [f"address = cpu.data_bank | {WORD}"],
    Mode.ABSOLUTE_X: [f"pointer = {WORD}", "address = cpu.data_bank + pointer + cpu.x & 0xFFFFFF"],
    Mode.ABSOLUTE_Y: [f"pointer = {WORD}", *_BY_Y],
    Mode.LONG: [f"address = {LONG}"],
    Mode.LONG_X: [f"address = ({LONG}) + cpu.x & 0xFFFFFF"],
    Mode.STACK: [f"address = cpu.s + {BYTE} & 0xFFFF"],
    Mode.STACK_INDIRECT_Y: [*_STACK, *_POINTER, *_BY_Y],
}


def _indexed_in_page(index: str) -> list[str]:
    return [
        "direct = cpu.d",
        f"offset = {BYTE} + cpu.{index}",
        "address = direct + offset & 0xFFFF if direct & 0xFF else direct | offset & 0xFF",
    ]


_POINTER_IN_PAGE = [
    "second = at + 1 & 0xFFFF if direct & 0xFF else direct | at + 1 & 0xFF",
    "pointer = read(at) | read(second) << 8",
]

_EMULATION: dict[Mode, list[str]] = _NATIVE | {
    Mode.DIRECT_X: _indexed_in_page("x"),
    Mode.DIRECT_Y: _indexed_in_page("y"),
    Mode.DIRECT_INDIRECT: [*_DIRECT, *_POINTER_IN_PAGE, "address = cpu.data_bank | pointer"],
    Mode.DIRECT_X_INDIRECT: [
        *_indexed_in_page("x"),
        "pointer = read(address) | read(address & 0xFF00 | address + 1 & 0xFF) << 8",
        "address = cpu.data_bank | pointer",
    ],
    Mode.DIRECT_INDIRECT_Y: [*_DIRECT, *_POINTER_IN_PAGE, *_BY_Y],
}

_IN_BANK_ZERO = {Mode.DIRECT, Mode.DIRECT_X, Mode.DIRECT_Y, Mode.STACK}


def address_lines(mode: Mode, *, emulation: bool) -> list[str]:
    """Return the lines that compute the `address` of the data; KeyError for a mode without data in memory."""
    return (_EMULATION if emulation else _NATIVE)[mode]


def next_address(mode: Mode) -> str:
    """Return the expression for the address of the high byte of 16-bit data."""
    return "address + 1 & 0xFFFF" if mode in _IN_BANK_ZERO else "address + 1 & 0xFFFFFF"
