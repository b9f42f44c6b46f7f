"""How many bytes asar gives an operand: by the digits written, and by where the labels are.

$12 is one byte, $0012 two, 255 one and 256 two; of several terms the widest counts. It is text that is measured, not
the value: $12+$1234 is two bytes, the name of a function counts as an unknown label, and so does the fraction of 1.5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TERMS = re.compile(
    r"\$(?P<hex>[0-9A-Fa-f]*)|%(?P<binary>[01]*)|(?P<character>'.')|(?P<decimal>[0-9]+)"
    r"|(?P<name>\??(?:\.*[A-Za-z_]|\.+[0-9]?)(?:[A-Za-z0-9_.]|\[[^\[\]]*\])*)|."
)
_ANONYMOUS = re.compile(r"\??(?:\++|-+)")
_BANK_TAKEN = (">>16", "/65536", "/$10000")


@dataclass(frozen=True, slots=True)
class Widths:
    """`literal` is the widest number in bytes, 0 without one; `names` are the labels; `bank` is “label>>16”."""

    literal: int
    names: tuple[str, ...] = ()
    bank: bool = False


def measure(text: str) -> Widths:
    """Return what decides the width of an expression."""
    if _ANONYMOUS.fullmatch(text):
        return Widths(0, (text,))
    literal, names, bank = 0, [], False
    for index, term in enumerate(_TERMS.finditer(text)):
        bank = bank or (index == 0 and text[term.end() :] in _BANK_TAKEN)
        if term["name"] is not None:
            names.append(re.sub(r"\[[^\]]*\]", "", term["name"]))
        else:
            literal = max(literal, _width_of(term))
    return Widths(literal, tuple(names), bank)


def _width_of(term: re.Match[str]) -> int:
    if term["hex"] is not None:
        return (len(term["hex"]) + 1) // 2
    if term["binary"] is not None:
        return (len(term["binary"]) + 7) // 8
    if term["character"] is not None:
        return 1
    if term["decimal"] is None:
        return 0
    digits = term["decimal"].lstrip("0")[:20]
    value = int(digits or "0") & 0xFFFFFFFF
    if value >= 1 << 31:
        return 0  # A negative int to asar.
    return 1 if value < 256 else 2 if value < 65536 else 3
