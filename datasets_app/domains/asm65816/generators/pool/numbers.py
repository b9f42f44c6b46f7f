"""Numbers that templates write: decimal, or in hex with as many digits as they are wide."""

from __future__ import annotations

import re

_SPEC = re.compile(r"(?P<form>[abwld]?)(?P<step>[+-]\d+)?")


class Number(int):
    """A value in a template: `{count}` decimal, `{count:b}` $08, `{count:w}` $0008, `{count:b-1}` $07."""

    form = "d"

    def __format__(self, spec: str) -> str:
        match = _SPEC.fullmatch(spec)
        if match is None:
            return super().__format__(spec)
        value = int(self) + int(match["step"] or 0)
        return hexed(value, match["form"] or self.form)


class Address(Number):
    """A value that is an address: `{source}` writes it in hex, as wide as it is."""

    form = "a"


def hexed(value: int, form: str) -> str:
    """Write a number: d decimal; b, w and l hex of 2, 4 and 6 digits; a hex as an address of its width."""
    if form == "d":
        return str(value)
    if form == "a":
        form = "b" if value < 0x100 else "w" if value < 0x10000 else "l"
    digits = {"b": 2, "w": 4, "l": 6}[form]
    return f"${value & (1 << 4 * digits) - 1:0{digits}X}"
