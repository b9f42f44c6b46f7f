"""The picture chip's memories and the ports to them: VRAM, CGRAM, OAM, and its multiplier.

Writes arrive at any time; the console takes them only while it draws nothing. Source: SNESdev wiki, PPU registers.
"""

from __future__ import annotations

from collections.abc import Callable

_STEPS = (1, 32, 128, 128)


class Video:
    """`vram` (64 KB), `cgram` (512 bytes) and `oam` (544 bytes) as bytes, low byte of a word first."""

    def __init__(self) -> None:
        self.vram, self.cgram, self.oam = bytearray(0x10000), bytearray(0x200), bytearray(0x220)
        self.vmain = self.vram_address = self._prefetched = 0
        self._cgram_address = self._cgram_latch = 0
        self._oam_start = self._oam_address = self._oam_latch = 0
        self._matrix_latch = self._matrix_a = self._matrix_b = 0

    def writers(self) -> dict[int, Callable[[int], None]]:
        """Return what a write to each address does."""
        return {
            0x2102: lambda value: self._set_oam_address(self._oam_start & 0x100 | value),
            0x2103: lambda value: self._set_oam_address(self._oam_start & 0xFF | (value & 1) << 8),
            0x2104: self._write_oam,
            0x2115: self._set_vmain,
            0x2116: lambda value: self._set_vram_address(self.vram_address & 0xFF00 | value),
            0x2117: lambda value: self._set_vram_address(self.vram_address & 0xFF | value << 8),
            0x2118: lambda value: self._write_vram(value, 0),
            0x2119: lambda value: self._write_vram(value, 1),
            0x211B: self._write_matrix_a,
            0x211C: self._write_matrix_b,
            0x2121: self._set_cgram_address,
            0x2122: self._write_cgram,
        }

    def readers(self) -> dict[int, Callable[[], int]]:
        """Return what a read of each address gives."""
        return {
            0x2134: lambda: self._matrix_product() & 0xFF,
            0x2135: lambda: self._matrix_product() >> 8 & 0xFF,
            0x2136: lambda: self._matrix_product() >> 16 & 0xFF,
            0x2138: self._read_oam,
            0x2139: lambda: self._read_vram(0),
            0x213A: lambda: self._read_vram(1),
            0x213B: self._read_cgram,
        }

    def _set_vmain(self, value: int) -> None:
        self.vmain = value

    def _set_vram_address(self, address: int) -> None:
        self.vram_address = address
        self._prefetch()

    def _vram_index(self) -> int:
        """Return where the word address points after VMAIN has rotated its low 8, 9 or 10 bits left by three."""
        bits = (0, 8, 9, 10)[self.vmain >> 2 & 3]
        address = self.vram_address
        if bits:
            low = address & (1 << bits) - 1
            address = address & ~((1 << bits) - 1) | (low << 3 | low >> bits - 3) & (1 << bits) - 1
        return (address & 0x7FFF) << 1

    def _prefetch(self) -> None:
        at = self._vram_index()
        self._prefetched = self.vram[at] | self.vram[at + 1] << 8

    def _advance_after(self, half: int) -> bool:
        return self.vmain >> 7 == half

    def _write_vram(self, value: int, half: int) -> None:
        self.vram[self._vram_index() + half] = value
        if self._advance_after(half):
            self.vram_address = self.vram_address + _STEPS[self.vmain & 3] & 0xFFFF

    def _read_vram(self, half: int) -> int:
        value = self._prefetched >> 8 * half & 0xFF
        if self._advance_after(half):
            self._prefetch()
            self.vram_address = self.vram_address + _STEPS[self.vmain & 3] & 0xFFFF
        return value

    def _set_cgram_address(self, value: int) -> None:
        self._cgram_address = value << 1

    def _write_cgram(self, value: int) -> None:
        at = self._cgram_address
        if at & 1:
            self.cgram[at - 1], self.cgram[at] = self._cgram_latch, value & 0x7F
        else:
            self._cgram_latch = value
        self._cgram_address = at + 1 & 0x1FF

    def _read_cgram(self) -> int:
        value = self.cgram[self._cgram_address]
        self._cgram_address = self._cgram_address + 1 & 0x1FF
        return value

    def _set_oam_address(self, start: int) -> None:
        self._oam_start = start
        self._oam_address = start << 1

    @staticmethod
    def _oam_index(address: int) -> int:
        return 0x200 | address & 0x1F if address & 0x200 else address

    def _write_oam(self, value: int) -> None:
        at = self._oam_address
        if not at & 1:
            self._oam_latch = value
        if at & 0x200:
            self.oam[self._oam_index(at)] = value
        elif at & 1:
            self.oam[at - 1], self.oam[at] = self._oam_latch, value
        self._oam_address = at + 1 & 0x3FF

    def _read_oam(self) -> int:
        value = self.oam[self._oam_index(self._oam_address)]
        self._oam_address = self._oam_address + 1 & 0x3FF
        return value

    def _write_matrix_a(self, value: int) -> None:
        self._matrix_a = value << 8 | self._matrix_latch
        self._matrix_latch = value

    def _write_matrix_b(self, value: int) -> None:
        self._matrix_b = self._matrix_latch = value

    def _matrix_product(self) -> int:
        """Return M7A, 16 bits, times the byte last written to M7B, both signed."""
        return ((self._matrix_a ^ 0x8000) - 0x8000) * ((self._matrix_b ^ 0x80) - 0x80)
