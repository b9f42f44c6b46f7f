"""How wide a register is at a place in the code: a small number that also remembers which instruction made it so.

The low three bits are the kind of knowledge, the rest the position of the instruction it comes from, plus one; 0 there
means the entry. Plain numbers, since the analysis makes and compares thousands of them.
"""

from __future__ import annotations

EIGHT, SIXTEEN = 0, 1
"""Known: an instruction of this code set it, or an operand needs it."""
MAYBE_EIGHT, MAYBE_SIXTEEN = 2, 3
"""Likely: it was so before something ran that this code does not show."""
UNKNOWN = 4
"""Nothing says."""
CONFLICT = 5
"""8 bits on one path and 16 on another; it comes from the instruction where they meet."""
HALF_EIGHT, HALF_SIXTEEN = 6, 7
"""Known on one path, while on another nothing says, or another width is likely."""


def width(kind: int, origin: int = -1) -> int:
    """Return the number for a kind of knowledge from the instruction at position `origin` (-1: the entry)."""
    return kind | (origin + 1) << 3


def kind_of(value: int) -> int:
    """Return EIGHT ... CONFLICT."""
    return value & 7


def origin_of(value: int) -> int:
    """Return the position of the instruction it comes from, -1 for the entry."""
    return (value >> 3) - 1


def promised(flag: bool | None) -> int:
    """Return the width that a caller states for an entry; `flag` is M or X, None where nothing is said."""
    if flag is None:
        return width(UNKNOWN)
    return width(EIGHT if flag else SIXTEEN)


def weakened(value: int, origin: int) -> int:
    """Return what is left of the knowledge after something unseen ran at `origin`: the width was probably restored."""
    return width(value & 7 | 2, origin) if value & 7 < 2 else value


def size_of(value: int) -> int:
    """Return the bytes of a register this wide, 1 or 2; 0 where it is not known."""
    kind = value & 7
    return (kind & 1) + 1 if kind < UNKNOWN else 0


def join(old: int, new: int, at: int) -> int:
    """Return what is known where two paths meet at position `at`: `old` itself, or less, so that repeating ends."""
    kind, other = old & 7, new & 7
    if kind == other:
        return old
    met = _MEET[kind][other]
    if met == kind:
        return old
    if met == other:
        return new
    if met in (HALF_EIGHT, HALF_SIXTEEN):
        return (old if kind < 2 else new) | HALF_EIGHT
    return width(met, at)


# What each kind says of the paths that lead here: known, likely, or nothing.
_FACTS = ({"8"}, {"16"}, {"8?"}, {"16?"}, {"?"}, {"8", "16"}, {"8", "?"}, {"16", "?"})


def _meet(kind: int, other: int) -> int:
    facts = _FACTS[kind] | _FACTS[other]
    if kind == other or facts >= {"8", "16"}:
        return kind if kind == other else CONFLICT
    if "8" not in facts and "16" not in facts:
        return UNKNOWN
    known = EIGHT if "8" in facts else SIXTEEN
    only_weaker = facts in ({"8", "8?"}, {"16", "16?"})
    return known | MAYBE_EIGHT if only_weaker else known | HALF_EIGHT


_MEET = tuple(tuple(_meet(kind, other) for other in range(8)) for kind in range(8))
