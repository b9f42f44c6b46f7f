"""Memories that a machine can run on: one that is empty, one full of repeatable noise that notes what is written.

Reading is the method of a dictionary, because a call into Python for each byte would cost as much as the instruction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

_RAM_END = 0x6000
"""Where in a system bank work RAM and registers end, and what belongs to the cartridge begins."""


class Registers(Protocol):
    """What answers for the hardware registers; addresses are 16 bits."""

    def read(self, address: int, /) -> int: ...

    def write(self, address: int, value: int, /) -> object: ...


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

    `image` are bytes that are there whatever the seed, such as the code. One byte of noise in four is one of `edges`,
    where there are any. `written` holds the bytes written since the last `reset`, by address. What the console shows in
    several banks is one byte here too, noted where `canonical` says. `registers` answers for the hardware registers, by
    their address in bank 0; without it they are memory. Two machines on memories with the same seed see the same bytes.
    """

    __slots__ = ("_cells", "image", "read", "write", "written")

    def __init__(
        self, image: Mapping[int, int], seed: int = 0, *, edges: Sequence[int] = (), registers: Registers | None = None
    ) -> None:
        self.image = {canonical(address): value for address, value in image.items()}
        self.written = written = dict[int, int]()
        self._cells = cells = _Noise(tuple(edges), registers)
        self.read: Callable[[int], int] = cells.__getitem__

        def write(address: int, value: int) -> None:
            home = canonical(address)
            if registers and is_register(home):
                registers.write(home, value)
                return
            written[home] = cells[home] = value
            if _RAM_END <= home < 0x7E0000:
                cells.pop(home | 0x800000, None)

        self.write: Callable[[int, int], object] = write
        self.reset(seed)

    def reset(self, seed: int, preset: Mapping[int, int] | None = None) -> None:
        """Forget what was written and change the noise; `preset` are bytes that this state begins with."""
        self.written.clear()
        given = {canonical(address): value for address, value in preset.items()} if preset else {}
        self._cells.begin(seed, self.image | given if given else self.image)

    def changed(self) -> dict[int, int]:
        """Return the bytes that are no longer what they were after the last `reset`, by address."""
        before = self._cells.before
        return {address: value for address, value in self.written.items() if value != before(address)}


class _Noise(dict[int, int]):
    """Bytes by address; what is missing is made up and kept, but for registers, which are asked each time."""

    def __init__(self, edges: tuple[int, ...], registers: Registers | None) -> None:
        super().__init__()
        self._edges, self._registers = edges, registers

    def begin(self, seed: int, given: Mapping[int, int]) -> None:
        self._seed, self._given = seed, given
        self.clear()
        self.update(given)

    def before(self, address: int) -> int:
        """Return what stood at a canonical address in the beginning."""
        return self._given[address] if address in self._given else self._made_up(address)

    def _made_up(self, address: int) -> int:
        mixed = _mixed(self._seed, address)
        if self._edges and not mixed & 3:
            return self._edges[(mixed >> 2) % len(self._edges)]
        return mixed >> 24

    def __missing__(self, address: int) -> int:
        home = canonical(address)
        if home == address:
            if self._registers and is_register(home):
                return self._registers.read(home)
            value = self._made_up(address)
        else:
            value = self[home]
            if home < _RAM_END:
                return value
        # Noise is kept for the next read, and so is a copy of the cartridge, because code is fetched from there.
        self[address] = value
        return value


def noise(seed: int, address: int) -> int:
    """Return the byte that a NoisyMemory of this seed and without edges holds at an address nobody wrote to."""
    return _mixed(seed, address) >> 24


def _mixed(seed: int, address: int) -> int:
    """32 bits of noise."""
    # Multiply and shift until neighbouring addresses, and neighbouring seeds, have nothing in common.
    mixed = address * 0x9E3779B1 + seed * 0x85EBCA6B & 0xFFFFFFFF
    mixed = (mixed ^ mixed >> 15) * 0x2C1B3C6D & 0xFFFFFFFF
    return (mixed ^ mixed >> 12) * 0x297A2D39 & 0xFFFFFFFF


def canonical(address: int) -> int:
    """Return the lowest address at which the console shows the same byte as at this one.

    Source: SNESdev wiki, memory map: banks $00-$3F and $80-$BF share $0000-$5FFF, whose first 8 KB are those of bank
    $7E; the cartridge's banks $80-$FD repeat $00-$7D.
    """
    if address & 0x40FFFF < _RAM_END:
        return address & 0xFFFF
    if address & 0xFFE000 == 0x7E0000:
        return address & 0x1FFF
    return address & 0x7FFFFF if address < 0xFE0000 else address


def is_register(address: int) -> bool:
    """Whether a 24-bit address is one of $2100-$21FF, $4016, $4017, $4200-$437F in a bank that shows registers."""
    offset = address & 0x40FFFF
    return 0x2100 <= offset < 0x2200 or 0x4200 <= offset < 0x4380 or offset in (0x4016, 0x4017)


def placed(address: int, data: bytes) -> dict[int, int]:
    """Return bytes by address, from a 24-bit address on and within its bank."""
    bank = address & 0xFF0000
    return {bank | address + offset & 0xFFFF: value for offset, value in enumerate(data)}
