"""The CPU chip's multiplier and divider, $4202 to $4206 and $4214 to $4217.

Results are there at once; the console takes 8 CPU cycles to multiply and 16 to divide. Source: SNESdev wiki, MMIO
registers; that a multiplication leaves its second factor in RDDIV is from fullsnes.
"""

from __future__ import annotations


class Arithmetic:
    """Factors and dividend as written, results as read."""

    def __init__(self) -> None:
        self.factor = 0xFF
        self.dividend = 0xFFFF
        self.quotient = self.product = 0

    def set_factor(self, value: int) -> None:
        """WRMPYA."""
        self.factor = value

    def multiply(self, value: int) -> None:
        """WRMPYB: multiply the two unsigned factors."""
        self.product = self.factor * value
        self.quotient = value

    def set_dividend_low(self, value: int) -> None:
        """WRDIVL."""
        self.dividend = self.dividend & 0xFF00 | value

    def set_dividend_high(self, value: int) -> None:
        """WRDIVH."""
        self.dividend = self.dividend & 0xFF | value << 8

    def divide(self, value: int) -> None:
        """WRDIVB: divide; by zero gives $FFFF and leaves the dividend as the remainder."""
        self.quotient, self.product = divmod(self.dividend, value) if value else (0xFFFF, self.dividend)
