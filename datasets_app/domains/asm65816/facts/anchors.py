"""Where a text mentions register addresses and names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from datasets_app.domains.asm65816.facts.symbols import Symbols
from datasets_app.domains.asm65816.registers import Register, all_registers, register_at, registers_named

_ADDRESS = re.compile(
    r"""(?<![\#\w$])
    (?: \$ (?P<dollar> 43[xXnN][0-9A-Fa-f] | (?:[0-9A-Fa-f]{2}:?)? [0-9A-Fa-f]{4} )
      | 0[xX] (?P<c> (?:[0-9A-Fa-f]{2})? [0-9A-Fa-f]{4} )
      | (?P<intel> [0-9][0-9A-Fa-f]{3} ) [hH]
      | (?P<bare> (?: 21[0-8] | 42[01] | 43[0-7] ) [0-9A-F] | 401[67] ) )
    (?P<more> (?: / \$? [0-9A-Fa-f]{1,2} (?![0-9A-Fa-f]) )* )
    (?! \w )""",
    re.VERBOSE,
)
_NAME = re.compile(r"(?<![\w$#.])!?(?:REG_|SNES_|HW_)?(?P<core>[A-Za-z][A-Za-z0-9_]*)(?P<more>(?:/[LMHB])*)(?!\w)")

# Words of plain English or of the subject that are also register names: they count in capitals only, as does any
# name shorter than five letters (TM, TS, WH0).
_ALSO_WORDS = {"mosaic"}
_NOT_A_NAME = re.compile(
    r"(?:[VW]RAM|CGRAM|ARAM|SRAM|OAM|APU\w*|PPU\w*|SPC\w*|CPU|SNES|H?DMA|NMI|IRQ|BRK|V?BLANK|HBLANK|NTSC|MMIO|WRITE|READ"
    r"|ONLY|THIS|THAT|NONE|TRUE|FALSE|NOTE|WARNING|REGISTER|ADDRESS|FASTROM|SLOWROM|LOROM|HIROM|JOYPAD|BG[1-4])"
)
_INVENTED = re.compile(r"[A-Z][A-Z0-9_]{3,}")


class Anchor(NamedTuple):
    """A mention: `kind` is address or name; `registers` are those it can mean, none when the facts hold no such one."""

    kind: str
    text: str
    start: int
    end: int
    registers: tuple[Register, ...]
    address: int | None = None
    bare: bool = False

    def moved(self, by: int) -> Anchor:
        """Return the same mention with its offsets moved."""
        return Anchor(self.kind, self.text, self.start + by, self.end + by, self.registers, self.address, self.bare)


def find_anchors(text: str, start: int = 0, end: int | None = None, symbols: Symbols | None = None) -> list[Anchor]:
    """Return the mentions between two offsets in order. `2100` without a sign is one only at a register's address.

    `symbols` are a project's own names; the hardware's outrank them.
    """
    stop = len(text) if end is None else end
    found = [*_addresses(text, start, stop, symbols), *_names(text, start, stop, symbols)]
    return sorted(found, key=lambda a: a.start)


def _addresses(text: str, start: int, end: int, symbols: Symbols | None) -> Iterator[Anchor]:
    for match in _ADDRESS.finditer(text, start, end):
        digits = match["dollar"] or match["c"] or match["intel"] or match["bare"]
        first_end = match.start("more")
        yield _address(text, match.start(), first_end, digits, symbols, bare=bool(match["bare"]))
        position = first_end
        for part in filter(None, match["more"].split("/")):
            position += 1
            tail = part.lstrip("$")
            yield _address(text, position, position + len(part), digits[: -len(tail)] + tail, symbols)
            position += len(part)


def _address(text: str, start: int, end: int, digits: str, symbols: Symbols | None, *, bare: bool = False) -> Anchor:
    if digits[2] in "xXnN":
        offset = int(digits[3], 16)
        registers = tuple(r for r in all_registers() if r.address >= 0x4300 and r.address & 15 == offset)
        return Anchor("address", text[start:end], start, end, registers, 0x4300 + offset)
    address = int(digits.replace(":", ""), 16)
    register = register_at(address)
    registers = (register,) if register else symbols.registers_at(address) if symbols else ()
    return Anchor("address", text[start:end], start, end, registers, address, bare)


def _names(text: str, start: int, end: int, symbols: Symbols | None) -> Iterator[Anchor]:
    for match in _NAME.finditer(text, start, end):
        core, more = match.group("core", "more")
        registers = _meant(core)
        if symbols and not registers:
            registers = symbols.registers_named(core) or registers
        if registers is not None:
            yield Anchor("name", core, match.start(), match.end("core"), registers)
        if not more:
            continue
        position = match.start("more")
        for letter in filter(None, more.split("/")):
            name = core[:-1] + letter
            yield Anchor("name", name, position + 1, position + 2, registers_named(name))
            position += 2


@lru_cache(maxsize=8192)
def _meant(core: str) -> tuple[Register, ...] | None:
    """Return the registers a word names, none for what looks like a name and is no register's, None for other words."""
    registers = registers_named(core) if _is_name(core) else ()
    if registers or (_INVENTED.fullmatch(core) and not _NOT_A_NAME.fullmatch(core)):
        return registers
    return None


def _is_name(core: str) -> bool:
    if core.upper() == core or core[:-1].upper() == core[:-1] or core[-2] in "xn":
        return True
    return len(core) >= 5 and core.lower() not in _ALSO_WORDS
