"""How an operand is written: which addressing it asks for, and the expression in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from datasets_app.domains.asm65816.assembler import quotes


class Kind(Enum):
    """A way to write an operand, before its width is known; the value shows a person what it looks like."""

    NONE = ""
    ACCUMULATOR = "A"
    IMMEDIATE = "#value"
    STACK_Y = "(value,S),Y"
    LONG_INDIRECT_Y = "[value],Y"
    INDIRECT_Y = "(value),Y"
    STACK = "value,S"
    LONG_INDIRECT = "[value]"
    X_INDIRECT = "(value,X)"
    INDIRECT = "(value)"
    X = "value,X"
    Y = "value,Y"
    PLAIN = "value"


@dataclass(frozen=True, slots=True)
class Operand:
    """`text` is the expression. `odd` is “($12),X”, which the 65816 does not have and asar takes for $12,X."""

    kind: Kind
    text: str
    odd: bool = False


# In asar's order: the first that fits is the one.
_FORMS = (
    (Kind.STACK_Y, "(", ",s),y"),
    (Kind.LONG_INDIRECT_Y, "[", "],y"),
    (Kind.INDIRECT_Y, "(", "),y"),
    (Kind.STACK, "", ",s"),
    (Kind.LONG_INDIRECT, "[", "]"),
    (Kind.X_INDIRECT, "(", ",x)"),
    (Kind.INDIRECT, "(", ")"),
    (Kind.X, "", ",x"),
    (Kind.Y, "", ",y"),
)


def read_operand(text: str) -> Operand:
    """Read what follows a mnemonic; empty text is no operand."""
    return _read_cached(text) if len(text) <= 100 else _read(text)


def _read(text: str) -> Operand:
    if not text:
        return Operand(Kind.NONE, "")
    if text in ("A", "a"):
        return Operand(Kind.ACCUMULATOR, text)
    if text[0] == "#":
        return Operand(Kind.IMMEDIATE, text[1:])
    lower = text.lower()
    for kind, left, right in _FORMS:
        if lower.startswith(left) and lower.endswith(right):
            inner = text[len(left) : len(text) - len(right)]
            if kind is Kind.INDIRECT and not quotes.parentheses_match(inner):
                continue
            odd = kind is Kind.X and inner[:1] == "(" and inner[-1:] == ")" and quotes.parentheses_match(inner[1:-1])
            return Operand(kind, inner, odd)
    return Operand(Kind.PLAIN, text)


_read_cached = lru_cache(maxsize=8192)(_read)
