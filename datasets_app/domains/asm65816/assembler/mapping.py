"""Where a SNES address lies in the ROM file, and back, for the mappers of plain cartridges.

The ranges are asar's: WRAM ($7E-$7F), registers and SRAM are no place for code; -1 stands for “not in the ROM”.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mapper:
    """A memory map: `to_file` takes a 24-bit SNES address, `to_snes` an offset in the file without header."""

    name: str
    to_file: Callable[[int], int]
    to_snes: Callable[[int], int]


def _no_rom(address: int) -> bool:
    return address & 0xFE0000 == 0x7E0000 or address & 0x408000 == 0


def _folded(address: int) -> int:
    return (address & 0x7F0000) >> 1 | address & 0x7FFF


def _unfolded(offset: int) -> int:
    return (offset << 1) & 0x7F0000 | offset & 0x7FFF | 0x8000


def _lorom_to_file(address: int) -> int:
    if _no_rom(address) or address & 0x708000 == 0x700000:
        return -1
    return _folded(address)


def _lorom_to_snes(offset: int) -> int:
    return _unfolded(offset) | 0x800000 if offset < 0x400000 else -1


def _hirom_to_file(address: int) -> int:
    return -1 if _no_rom(address) else address & 0x3FFFFF


def _hirom_to_snes(offset: int) -> int:
    return offset | 0xC00000 if offset < 0x400000 else -1


def _exlorom_to_file(address: int) -> int:
    if address & 0xF00000 == 0x700000 or address & 0x408000 == 0:
        return -1
    return _folded(address) + (0 if address & 0x800000 else 0x400000)


def _exlorom_to_snes(offset: int) -> int:
    if offset >= 0x800000:
        return -1
    return _unfolded(offset - 0x400000) if offset & 0x400000 else _unfolded(offset) | 0x800000


def _exhirom_to_file(address: int) -> int:
    if _no_rom(address):
        return -1
    return address & 0x3FFFFF | (0 if address & 0x800000 else 0x400000)


def _exhirom_to_snes(offset: int) -> int:
    if offset >= 0x800000:
        return -1
    return offset if offset & 0x400000 else offset | 0xC00000


def _same(address: int) -> int:
    return address


MAPPERS = {
    mapper.name: mapper
    for mapper in (
        Mapper("lorom", _lorom_to_file, _lorom_to_snes),
        Mapper("hirom", _hirom_to_file, _hirom_to_snes),
        Mapper("exlorom", _exlorom_to_file, _exlorom_to_snes),
        Mapper("exhirom", _exhirom_to_file, _exhirom_to_snes),
        Mapper("norom", _same, _same),
    )
}
"""By the command that chooses it."""
