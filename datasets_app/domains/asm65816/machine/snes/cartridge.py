"""The cartridge: where its ROM and its RAM answer.

Source: SNESdev wiki, memory map, LoROM and HiROM. RAM is 32 KB for LoROM and 8 KB for HiROM.
"""

from __future__ import annotations

from typing import Literal

Mapping = Literal["lorom", "hirom"]
_LOROM_BANK, _HIROM_BANK = 0x8000, 0x10000


class Cartridge:
    """ROM and RAM behind the addresses that are neither work RAM nor registers."""

    def __init__(self, rom: bytes = b"", mapping: Mapping = "lorom") -> None:
        self.rom, self.mapping = bytearray(rom), mapping
        self.ram = bytearray(0x8000 if mapping == "lorom" else 0x2000)

    def read(self, address: int) -> int | None:
        """Return the byte at a 24-bit address, None where nothing answers."""
        at = self._ram_index(address)
        if at is not None:
            return self.ram[at]
        at = self.rom_index(address)
        return self.rom[at % len(self.rom)] if at is not None and self.rom else None

    def write(self, address: int, value: int) -> None:
        """Write a byte where there is RAM; ROM ignores it."""
        at = self._ram_index(address)
        if at is not None:
            self.ram[at] = value

    def place(self, address: int, data: bytes) -> None:
        """Put bytes into the ROM at a 24-bit address; the ROM grows to whole banks. ValueError where no ROM answers."""
        at = self.rom_index(address)
        if at is None:
            raise ValueError(f"There is no ROM at ${address:06X} with {self.mapping}.")
        bank = _LOROM_BANK if self.mapping == "lorom" else _HIROM_BANK
        needed = -(-(at + len(data)) // bank) * bank
        self.rom.extend(bytes(max(0, needed - len(self.rom))))
        self.rom[at : at + len(data)] = data

    def rom_index(self, address: int) -> int | None:
        """Return the place in the ROM of a 24-bit address, not yet mirrored; None where the mapping has no ROM."""
        bank, offset = address >> 16 & 0x7F, address & 0xFFFF
        if offset < 0x8000 and not bank & 0x40:
            return None
        if self.mapping == "lorom":
            return bank << 15 | offset & 0x7FFF
        return (bank & 0x3F) << 16 | offset

    def _ram_index(self, address: int) -> int | None:
        bank, offset = address >> 16 & 0x7F, address & 0xFFFF
        if self.mapping == "lorom":
            return offset if bank >= 0x70 and offset < 0x8000 else None
        return offset - 0x6000 if 0x20 <= bank < 0x40 and 0x6000 <= offset < 0x8000 else None
