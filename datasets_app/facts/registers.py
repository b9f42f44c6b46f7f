"""A register as its page shows it: its bits as a diagram, who says what, and what lies near it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from datasets_app.domains.asm65816.registers import Bits, Register, all_registers, registers_named

AREAS = {
    "PPU": "picture",
    "APU": "ports of the sound CPU",
    "WRAM": "port to work RAM",
    "CPU": "joypads, interrupts, arithmetic, timers",
    "DMA": "transfers on eight channels",
}
ACCESS = {"R": "read", "W": "write", "RW": "read and write"}
_BYTE = 8


@dataclass(frozen=True)
class Cell:
    """`span` neighbouring bits of a byte; no meaning where nothing uses them."""

    span: int
    bits: str
    meaning: str


@dataclass(frozen=True)
class Byte:
    """Eight bits: their numbers from high to low, and rows of cells, several where fields lie over each other."""

    label: str
    numbers: range
    rows: list[list[Cell]]


@dataclass(frozen=True)
class Fact:
    """One thing that is said about a register, and who says it."""

    label: str
    value: str
    sources: tuple[str, ...]


def diagram(register: Register) -> list[Byte]:
    """The bytes of a register, the high one first; none where it has no bits (a read alone acts)."""
    highest = max((field.high for field in register.bits), default=-1)
    verb = "read" if register.access == "R" else "write"
    labels = {0: "", 1: ""} if highest < _BYTE else {0: f"first {verb}", 1: f"second {verb}"}
    return [_byte(register.bits, index, labels[index]) for index in range(highest // _BYTE, -1, -1)]


def _byte(fields: Iterable[Bits], index: int, label: str) -> Byte:
    low, high = index * _BYTE, index * _BYTE + _BYTE - 1
    lanes: list[list[Bits]] = []
    for field in sorted((one for one in fields if one.low <= high and one.high >= low), key=lambda one: -one.high):
        free = next((lane for lane in lanes if lane[-1].low > field.high), None)
        if free is None:
            lanes.append(free := [])
        free.append(field)
    return Byte(label, range(high, low - 1, -1), [_cells(lane, high, low) for lane in lanes])


def _cells(lane: list[Bits], high: int, low: int) -> list[Cell]:
    """The lane from bit `high` down to `low`, with what nothing uses as cells of its own."""
    cells, place = [], high
    for field in lane:
        first, last = min(field.high, high), max(field.low, low)
        cells += _unused(place, first + 1)
        cells.append(Cell(first - last + 1, str(field).split(" ", 1)[1], field.meaning))
        place = last - 1
    return cells + _unused(place, low)


def _unused(high: int, low: int) -> list[Cell]:
    return [Cell(high - low + 1, "", "")] if high >= low else []


def facts_of(register: Register) -> list[Fact]:
    """Name, access, bits and purpose, each with the sources that were read to say it."""
    said = register.provenance
    twice = ", two in a row make one value" if register.twice else ""
    bits = "; ".join(f"{field}: {field.meaning}" for field in register.bits)
    return [
        Fact("Name", register.name, said["name"]),
        *(Fact("Also called", alias, said[alias]) for alias in register.aliases),
        Fact("Access", ACCESS[register.access] + twice, said["access"]),
        Fact("Bits", bits or "none: the access itself acts", said["bits"]),
        Fact("Purpose", register.purpose, said["purpose"]),
    ]


def disagreements(register: Register) -> list[str]:
    """What the sources disagree about, in sentences."""
    found = [register.disagreement] if register.disagreement else []
    if register.disputed:
        names = ", ".join(register.disputed)
        found.append(f"One source calls it {names}, a name that the others give to another register.")
    if register.disputed_access:
        found.append(f"One source allows it to {ACCESS[register.disputed_access]} as well.")
    if register.disputed_twice:
        found.append("Whether two accesses make one value is open.")
    return found


def partners(register: Register) -> list[tuple[str, list[Register]]]:
    """The registers that make a word with this one: the word's name, and all of them."""
    return [(word, list(registers_named(word))) for word in register.words]


def same_on_other_channels(register: Register) -> list[Register]:
    """The same register of the other DMA channels; none for one that is no channel's."""
    if register.address < 0x4300:
        return []
    return [one for one in all_registers() if one.address >= 0x4300 and one.address & 15 == register.address & 15]


def beside(register: Register) -> tuple[Register | None, Register | None]:
    """The registers before and after it in the order of addresses."""
    rows = all_registers()
    place = rows.index(register)
    return rows[place - 1] if place else None, rows[place + 1] if place + 1 < len(rows) else None


def sample_words(register: Register) -> str:
    """The full-text search for samples that mention it."""
    return " or ".join(f'"{word}"' for word in (register.label, *register.names))
