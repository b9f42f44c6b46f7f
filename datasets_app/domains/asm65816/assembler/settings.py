"""What commands such as `math`, `optimize` and `bank` change."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Settings:
    """Replaced when one changes, so that an expression can be worked out later under those of its place.

    `bank` is what `bank` says (None: automatic); `direct` and `address` are asar 1.91's defaults.
    """

    math_priorities: bool = False
    math_rounding: bool = True
    modern: bool = False
    bank: int | None = None
    direct: str = "none"
    direct_base: int = 0
    address: str = "default"

    @property
    def priorities(self) -> bool:
        """Whether * binds before +."""
        return self.math_priorities or self.modern

    @property
    def rounding(self) -> bool:
        """Whether every step of a calculation cuts off the fraction."""
        return self.math_rounding and not self.modern

    def with_bank(self, bank: int | None) -> Settings:
        """Return the same settings with another bank."""
        return replace(self, bank=bank)

    def width_of(self, label: int, pc: int) -> int:
        """Return how many bytes asar takes for a label at a 24-bit address, used at `pc`."""
        bank, word = label >> 16, label & 0xFFFF
        here = self.bank if self.bank is not None else pc >> 16
        direct = 0 <= word - self.direct_base < 0x100
        if direct and (self.direct == "ram" and bank == 0x7E):
            return 1
        if direct and self.direct == "always" and (bank == 0x7E or not bank & 0x40):
            return 1
        mirrored = not here & 0x40
        if self.address in ("ram", "mirrors") and mirrored and bank == 0x7E and word < 0x2000:
            return 2
        if self.address == "mirrors" and mirrored and not bank & 0x40 and word < 0x8000:
            return 2
        return 2 if bank == here else 3
