"""Memories that a machine can run on: one that is empty, one full of repeatable noise that notes what is written.

Reading is the method of a dictionary, because a call into Python for each byte would cost as much as the instruction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping


class _Empty(dict[int, int]):
    def __missing__(self, address: int) -> int:
        return 0


class SparseMemory:
    """All 16 MB of the address space as memory, 0 where nothing was written."""

    __slots__ = ("cells", "read", "write")

    def __init__(self) -> None:
        self.cells: dict[int, int] = _Empty()
        self.read: Callable[[int], int] = self.cells.__getitem__
        self.write: Callable[[int, int], object] = self.cells.__setitem__

    def load(self, address: int, data: bytes) -> None:
        """Put bytes at a 24-bit address and the ones after it, within its bank."""
        self.cells.update(placed(address, data))


class NoisyMemory:
    """The console's memory before anybody has set it: every byte is noise that depends on a seed and its address.

    `image` are bytes that are there whatever the seed, such as the code. `written` holds the bytes written since the
    last `reset`, by address. The first 8 KB of work RAM and the registers answer in every bank where the console shows
    them, and are noted at their address in bank 0. Two machines on memories with the same seed see the same bytes.
    """

    __slots__ = ("_cells", "image", "read", "write", "written")

    def __init__(self, image: Mapping[int, int], seed: int = 0) -> None:
        self.image = {in_bank_zero(address): value for address, value in image.items()}
        self.written: dict[int, int] = {}
        self._cells = cells = _Noise(self.image)
        self.read: Callable[[int], int] = cells.__getitem__
        written = self.written

        def write(address: int, value: int) -> None:
            if address & 0x40FFFF < 0x6000 or address & 0xFFE000 == 0x7E0000:
                address = in_bank_zero(address)
            written[address] = cells[address] = value

        self.write: Callable[[int, int], object] = write
        self._cells.seed = seed

    def reset(self, seed: int, preset: Mapping[int, int] | None = None) -> None:
        """Forget what was written and change the noise; `preset` are bytes that this state begins with."""
        self.written.clear()
        cells = self._cells
        cells.clear()
        cells.update(self.image)
        cells.seed = seed
        if preset:
            cells.update((in_bank_zero(address), value) for address, value in preset.items())


class _Noise(dict[int, int]):
    seed = 0

    def __missing__(self, address: int) -> int:
        canonical = in_bank_zero(address)
        if canonical != address:
            return self[canonical]
        self[address] = value = noise(self.seed, address)
        return value


def noise(seed: int, address: int) -> int:
    """Return the byte that a NoisyMemory of this seed holds at an address nobody wrote to."""
    # Multiply and shift until neighbouring addresses, and neighbouring seeds, have nothing in common.
    mixed = address * 0x9E3779B1 + seed * 0x85EBCA6B & 0xFFFFFFFF
    mixed = (mixed ^ mixed >> 15) * 0x2C1B3C6D & 0xFFFFFFFF
    mixed = (mixed ^ mixed >> 12) * 0x297A2D39 & 0xFFFFFFFF
    return mixed >> 24


def in_bank_zero(address: int) -> int:
    """Return the address in bank 0 of what the console shows there too: low work RAM and registers; others unchanged.

    Source: SNESdev wiki, memory map: banks $00-$3F and $80-$BF share $0000-$5FFF; $7E:0000-1FFF is their $0000-$1FFF.
    """
    if address & 0x40FFFF < 0x6000:
        return address & 0xFFFF
    return address & 0x1FFF if address & 0xFFE000 == 0x7E0000 else address


def placed(address: int, data: bytes) -> dict[int, int]:
    """Return bytes by address, from a 24-bit address on and within its bank."""
    bank = address & 0xFF0000
    return {bank | address + offset & 0xFFFF: value for offset, value in enumerate(data)}
