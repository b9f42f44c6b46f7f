"""Numbers as asar computes with them: C doubles, cast to 32 and 64 bits for bit operations.

Whole numbers stay Python integers as long as a double holds them exactly; everything larger is a float.
"""

from __future__ import annotations

import math

from datasets_app.domains.asm65816.assembler.problem import Problem

EXACT = 1 << 53
_INT64_MIN, _INT64_MAX = -(1 << 63), (1 << 63) - 1


def exact(value: float) -> float:
    """Return the value as a double holds it."""
    if isinstance(value, int):
        if -EXACT <= value <= EXACT:
            return value
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    return value


def checked(value: float) -> float:
    """Refuse what is no number."""
    if value != value:
        raise Problem("not_a_number", "The result is not a number (NaN).")
    return value


def truncated(value: float) -> float:
    """Cut off the fraction; infinity stays."""
    return int(value) if math.isfinite(value) else value


def int64(value: float) -> int:
    """Cast as C does on x86-64: what does not fit becomes the lowest number."""
    if not math.isfinite(value):
        return _INT64_MIN
    whole = int(value)
    return whole if _INT64_MIN <= whole <= _INT64_MAX else _INT64_MIN


def int32(value: float) -> int:
    """Cast to 32 bits as C does on x86-64."""
    whole = int64(value)
    return whole if -(1 << 31) <= whole < 1 << 31 else -(1 << 31)


def clamped(value: float) -> int:
    """Return the value as a whole 64-bit number, the nearest where it does not fit.

    2**63 is the exception: the double that asar compares with has this very value, so it becomes the lowest number.
    """
    if value > 1 << 63:
        return _INT64_MAX
    return int64(value)


def power(base: float, exponent: float) -> float:
    """C's pow."""
    try:
        result = math.pow(base, exponent)
    except OverflowError:
        return math.inf if base > 0 or exponent % 2 == 0 else -math.inf
    except ValueError:
        return math.inf if base == 0 else math.nan
    return int(result) if abs(result) <= EXACT and result == int(result) else result


def divide(left: float, right: float) -> float:
    """Divide; by zero is a problem."""
    if right == 0:
        raise Problem("division_by_zero", "Division by zero.")
    if isinstance(left, int) and isinstance(right, int) and left % right == 0:
        return left // right
    return left / right


def modulo(left: float, right: float) -> float:
    """C's fmod: the result has the sign of the left side."""
    if right == 0:
        raise Problem("modulo_by_zero", "Modulo by zero.")
    if not math.isfinite(left):
        return math.nan
    return exact(int(math.fmod(left, right))) if _whole(left, right) else math.fmod(left, right)


def shift(left: float, right: float, *, up: bool) -> float:
    """Shift a signed 64-bit number; x86 takes the distance modulo 64."""
    if right < 0:
        raise Problem("negative_shift", "A shift by a negative distance.")
    distance = int64(right) & 63
    if not up:
        return exact(int64(left) >> distance)
    shifted = (int64(left) << distance) & ((1 << 64) - 1)
    return exact(shifted - (1 << 64) if shifted >> 63 else shifted)


def written(value: float, precision: int = 100) -> str:
    """Return the number as asar puts it into a define: without useless zeros."""
    if not math.isfinite(value):
        return "nan" if value != value else "inf" if value > 0 else "-inf"
    if isinstance(value, int):
        return str(value)
    text = f"{value:.{max(0, min(100, precision))}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _whole(*values: float) -> bool:
    return all(isinstance(value, int) for value in values)
