"""General DMA: what a write to $420B copies between the two buses.

HDMA is not modelled. Source: SNESdev wiki, DMA registers; the time is from anomie's timing document: 8 master clocks
for the start, for each channel and for each byte.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

_OFFSETS = ((0,), (0, 1), (0, 0), (0, 0, 1, 1), (0, 1, 2, 3), (0, 1, 0, 1), (0, 0), (0, 0, 1, 1))
_STEPS = (1, 0, -1, 0)
_CLOCKS = 8
_WMDATA = 0x2180


class Transfer(NamedTuple):
    """One channel's transfer: 24-bit address on the A bus, register it went to or came from, bytes."""

    channel: int
    to_register: bool
    address: int
    register: int
    length: int


class Buses(Protocol):
    """The two buses that DMA copies between, without the time that the CPU would need."""

    extra_clocks: int

    def peek(self, address: int) -> int: ...

    def poke(self, address: int, value: int) -> None: ...


class Dma:
    """Eight channels; `registers` are $4300 to $437F, `transfers` what was copied so far."""

    def __init__(self, buses: Buses) -> None:
        self.registers = bytearray(b"\xff" * 0x80)
        self.transfers: list[Transfer] = []
        self._buses = buses

    def start(self, channels: int) -> None:
        """Run the channels whose bits are set, the lowest first."""
        if channels:
            self._buses.extra_clocks += _CLOCKS
        for channel in range(8):
            if channels >> channel & 1:
                self._transfer(channel)

    def _transfer(self, channel: int) -> None:
        at = channel << 4
        control, register, low, high, bank, count_low, count_high = self.registers[at : at + 7]
        address, count = low | high << 8, count_low | count_high << 8 or 0x10000
        to_register, step, offsets = not control & 0x80, _STEPS[control >> 3 & 3], _OFFSETS[control & 7]
        self.transfers.append(Transfer(channel, to_register, bank << 16 | address, 0x2100 | register, count))
        for number in range(count):
            target = 0x2100 | register + offsets[number % len(offsets)] & 0xFF
            self._copy(bank << 16 | address, target, to_register=to_register)
            address = address + step & 0xFFFF
        self.registers[at + 2 : at + 4] = address.to_bytes(2, "little")
        self.registers[at + 5 : at + 7] = b"\0\0"
        self._buses.extra_clocks += _CLOCKS * (1 + count)

    def _copy(self, address: int, register: int, *, to_register: bool) -> None:
        # Work RAM is one chip: it cannot be read on one bus and written on the other in the same cycle.
        if register == _WMDATA and _is_work_ram(address):
            return
        if to_register:
            self._buses.poke(register, 0 if _is_closed(address) else self._buses.peek(address))
        elif not _is_closed(address):
            self._buses.poke(address, self._buses.peek(register))
        else:
            self._buses.peek(register)


def _is_work_ram(address: int) -> bool:
    return address & 0xFE0000 == 0x7E0000 or address & 0x40FFFF < 0x2000


def _is_closed(address: int) -> bool:
    """Whether the A bus cannot see it: the registers of the B bus and of the CPU chip."""
    offset = address & 0x40FFFF
    return 0x2100 <= offset < 0x2200 or 0x4000 <= offset < 0x4220 or 0x4300 <= offset < 0x4380
