"""What register questions share: which registers are asked about, and which ones are easily taken for another."""

from __future__ import annotations

import random

from datasets_app.domains.asm65816.registers import Register, all_registers

CHANNEL = 0x4300  # of the eight DMA channels, which are alike, the first stands for all
_CHANNELS = 0x4310


def asked_about() -> list[Register]:
    """Every register that stands alone, and those of DMA channel 0."""
    return [register for register in all_registers() if register.address < _CHANNELS]


def look_alikes(register: Register, count: int = 3) -> list[Register]:
    """The registers most easily taken for it: nearest addresses and likest names first, disputed names left out."""
    others = [one for one in asked_about() if one is not register and not _is_disputed(one, register)]
    random.Random(f"look-alikes:{register.name}").shuffle(others)
    return sorted(others, key=lambda one: _distance(one, register))[:count]


def _distance(one: Register, other: Register) -> int:
    same = sum(a == b for a, b in zip(one.name, other.name, strict=False))
    return abs(one.address - other.address) - 3 * same


def _is_disputed(one: Register, other: Register) -> bool:
    return one.name in other.disputed or other.name in one.disputed or bool(set(one.names) & set(other.names))
