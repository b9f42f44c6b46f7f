"""The bytes and the instructions that a pass has made."""

from __future__ import annotations

from dataclasses import dataclass, field

from datasets_app.domains.asm65816.assembler.result import Placed


@dataclass(slots=True)
class Chunk:
    """Neighbouring bytes from a 24-bit SNES address, and from an offset in the ROM file, on."""

    address: int
    offset: int
    data: bytearray


@dataclass(slots=True)
class Output:
    """In the order written."""

    chunks: list[Chunk] = field(default_factory=list)
    instructions: list[Placed] = field(default_factory=list)
    count: int = 0

    def append(self, address: int, offset: int, data: bytes) -> None:
        """Add bytes, to the last chunk where they follow it."""
        self.count += len(data)
        if self.chunks:
            last = self.chunks[-1]
            if last.address + len(last.data) == address and last.offset + len(last.data) == offset:
                last.data += data
                return
        self.chunks.append(Chunk(address, offset, bytearray(data)))

    def mark(self, size: int) -> tuple[Chunk, int]:
        """Return where the last `size` bytes lie, for `Chunk.data[start : start + size] = …` later."""
        last = self.chunks[-1]
        return last, len(last.data) - size
