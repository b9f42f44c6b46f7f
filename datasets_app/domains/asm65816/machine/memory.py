"""Memories that a machine can run on: empty by default, or full of repeatable noise with a record of what is written.

Reading is the method of a dictionary, because a call into Python for each byte would cost as much as the instruction.
"""

from __future__ import annotations

from collections.abc import Callable


class _Cells(dict[int, int]):
    def __missing__(self, address: int) -> int:
        return 0


class SparseMemory:
    """All 16 MB of the address space as memory, 0 where nothing was written."""

    __slots__ = ("cells", "read", "write")

    def __init__(self) -> None:
        self.cells: dict[int, int] = _Cells()
        self.read: Callable[[int], int] = self.cells.__getitem__
        self.write: Callable[[int, int], object] = self.cells.__setitem__

    def load(self, address: int, data: bytes) -> None:
        """Put bytes at a 24-bit address and the ones after it, within its bank."""
        self.cells.update(_placed(address, data))


def _placed(address: int, data: bytes) -> dict[int, int]:
    bank = address & 0xFF0000
    return {bank | address + offset & 0xFFFF: value for offset, value in enumerate(data)}
