"""What the signs of an expression do, and how tightly they bind."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from datasets_app.domains.asm65816.assembler import numbers

Value = Callable[[Any], float]
"""Takes the session; what is made of literals alone does not look at it."""

Step = tuple[Callable[[float, float], float], Value]
"""An operator and what stands to its right."""

PREFIXES = ("-", "~", "<:", "+")


def _bits(apply: Callable[[int, int], int]) -> Callable[[float, float], float]:
    return lambda left, right: numbers.exact(apply(numbers.int64(left), numbers.int64(right)))


def _arithmetic(apply: Callable[[float, float], float]) -> Callable[[float, float], float]:
    return lambda left, right: numbers.exact(apply(left, right))


# In the order in which they are looked for: ** before *.
OPERATORS: tuple[tuple[str, int, Callable[[float, float], float]], ...] = (
    ("**", 4, numbers.power),
    ("*", 3, _arithmetic(operator.mul)),
    ("/", 3, numbers.divide),
    ("%", 3, numbers.modulo),
    ("+", 2, _arithmetic(operator.add)),
    ("-", 2, _arithmetic(operator.sub)),
    ("<<", 1, lambda left, right: numbers.shift(left, right, up=True)),
    (">>", 1, lambda left, right: numbers.shift(left, right, up=False)),
    ("&", 0, _bits(operator.and_)),
    ("|", 0, _bits(operator.or_)),
    ("^", 0, _bits(operator.xor)),
)


def chain(left: Value, steps: tuple[Step, ...], rounding: bool) -> Value:
    """Return the value of operators one after the other, from the left."""

    def value(session: Any) -> float:
        result = left(session)
        for apply, right in steps:
            result = numbers.checked(apply(result, right(session)))
            if rounding:
                result = numbers.truncated(result)
        return result

    return value


def apply_prefixes(signs: tuple[str, ...], value: float, rounding: bool) -> float:
    """Return a value behind its prefixes, the one next to it first."""
    for sign in signs:
        if sign == "-":
            value = -value
        elif sign == "~":
            value = ~numbers.int32(value)
        elif sign == "<:":
            value = numbers.int32(value) >> 16
    return numbers.truncated(value) if rounding else value
