"""asar's mathematical functions: the built-in ones, and those that a text defines."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datasets_app.domains.asm65816.assembler import numbers
from datasets_app.domains.asm65816.assembler.problem import Problem
from datasets_app.domains.asm65816.assembler.suggest import did_you_mean

if TYPE_CHECKING:
    from datasets_app.domains.asm65816.assembler.session import Session

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SYMBOLIC = re.compile(r"[A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Signature:
    """What a built-in function takes (“number”, “text”, “name”) and what it does."""

    apply: Callable[..., float]
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UserFunction:
    """A function of the text: its parameters and its body, in which they are replaced as text."""

    parameters: tuple[str, ...]
    body: str


class Functions:
    """The functions that the text has defined so far. A definition makes a new dictionary, so old ones stay as seen."""

    def __init__(self) -> None:
        self.defined: dict[str, UserFunction] = {}
        self._depth = 0

    def define(self, name: str, function: UserFunction) -> None:
        """Add a function, or replace one."""
        self.defined = {**self.defined, name: function}

    def call(
        self, session: Session, name: str, raws: tuple[str, ...], built_in: Callable[[Session], float] | None
    ) -> float:
        """Return the value of a call; raises Problem for a function that nobody defined."""
        function = self.defined.get(name)
        if function is None:
            if built_in is not None:
                return built_in(session)
            return session.missing_function(name, did_you_mean(name, [*self.defined, *BUILTINS]))
        session.budget.spend()
        session.budget.check_nesting(self._depth, "Functions")
        self._depth += 1
        try:
            return self._expand(session, name, function, raws)
        finally:
            self._depth -= 1

    def _expand(self, session: Session, name: str, function: UserFunction, raws: tuple[str, ...]) -> float:
        given = () if len(raws) == 1 and not raws[0].strip(" ") else raws
        if len(given) != len(function.parameters):
            raise Problem(
                "wrong_argument_count",
                f"{name} takes {len(function.parameters)} arguments, and {len(given)} are given.",
                at=name,
            )
        values = {p.lower(): self._argument(session, raw) for p, raw in zip(function.parameters, given, strict=True)}
        text = _NAME.sub(lambda found: values.get(found[0].lower(), found[0]), function.body)
        session.budget.check_line(len(text))
        return session.evaluate_inner(text)

    def _argument(self, session: Session, raw: str) -> str:
        if raw.startswith('"') or _SYMBOLIC.fullmatch(raw):
            return raw
        return numbers.written(session.evaluate_inner(raw))


def _safely(apply: Callable[[float], float]) -> Callable[..., float]:
    def call(_: Session, value: float) -> float:
        try:
            return apply(value)
        except (ValueError, OverflowError):
            return math.nan

    return call


def _log(apply: Callable[[float], float]) -> Callable[..., float]:
    return lambda session, value: -math.inf if value == 0 else _safely(apply)(session, value)


def _rounding(apply: Callable[[float], int]) -> Callable[..., float]:
    return lambda _, value: apply(value) if math.isfinite(value) else value


def _plain(apply: Callable[..., Any]) -> Callable[..., float]:
    def call(_: Session, *values: float) -> float:
        result = apply(*values)
        return int(result) if isinstance(result, bool) else result

    return call


def _truth(value: float) -> bool:
    return bool(numbers.int64(value) & 0xFFFFFFFF)


def _clamp(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))


def _safediv(dividend: float, divisor: float, default: float) -> float:
    return default if divisor == 0 else numbers.divide(dividend, divisor)


def _round(value: float, digits: float) -> float:
    if not math.isfinite(value):
        return value
    return float(numbers.written(float(value), max(0, min(100, numbers.clamped(digits)))))


def _sizeof(session: Session, name: str) -> float:
    if name == "...":
        return session.macros.variadic_count()
    return session.structs.size(session, name)


def _read(count: int) -> Callable[..., float]:
    def call(_: Session, __: float, default: float | None = None) -> float:
        if default is None:
            raise Problem("no_rom", f"read{count} reads from a ROM, and there is none here.", "Give a default value.")
        return default

    return call


def _nothing(_: Session, *__: float) -> float:
    return 0


_N = ("number",)
_NN = ("number", "number")
_NNN = ("number", "number", "number")

BUILTINS: dict[str, Signature] = {
    **{name: Signature(_safely(getattr(math, name)), _N) for name in ("sqrt", "sin", "cos", "tan")},
    **{name: Signature(_safely(getattr(math, name)), _N) for name in ("asin", "acos", "atan")},
    **{"arc" + name: Signature(_safely(getattr(math, "a" + name)), _N) for name in ("sin", "cos", "tan")},
    **{name: Signature(_log(getattr(math, name)), _N) for name in ("log", "log10", "log2")},
    "ceil": Signature(_rounding(math.ceil), _N),
    "floor": Signature(_rounding(math.floor), _N),
    "round": Signature(_plain(_round), _NN),
    "max": Signature(_plain(lambda a, b: a if a > b else b), _NN),
    "min": Signature(_plain(lambda a, b: a if a < b else b), _NN),
    "clamp": Signature(_plain(_clamp), _NNN),
    "safediv": Signature(_plain(_safediv), _NNN),
    "select": Signature(_plain(lambda which, a, b: b if which == 0 else a), _NNN),
    "bank": Signature(_plain(lambda value: numbers.int32(value) >> 16), _N),
    "not": Signature(_plain(lambda value: not _truth(value)), _N),
    "equal": Signature(_plain(operator.eq), _NN),
    "notequal": Signature(_plain(operator.ne), _NN),
    "less": Signature(_plain(operator.lt), _NN),
    "lessequal": Signature(_plain(operator.le), _NN),
    "greater": Signature(_plain(operator.gt), _NN),
    "greaterequal": Signature(_plain(operator.ge), _NN),
    "and": Signature(_plain(lambda a, b: _truth(a) and _truth(b)), _NN),
    "or": Signature(_plain(lambda a, b: _truth(a) or _truth(b)), _NN),
    "nand": Signature(_plain(lambda a, b: not (a and b)), _NN),
    "nor": Signature(_plain(lambda a, b: not (a or b)), _NN),
    "xor": Signature(_plain(lambda a, b: bool(a) != bool(b)), _NN),
    "defined": Signature(lambda session, name: int(session.defines.exists(name)), ("text",)),
    "stringsequal": Signature(_plain(operator.eq), ("text", "text")),
    "stringsequalnocase": Signature(_plain(lambda a, b: a.lower() == b.lower()), ("text", "text")),
    "sizeof": Signature(_sizeof, ("name",)),
    "objectsize": Signature(lambda session, name: session.structs.object_size(session, name), ("name",)),
    "datasize": Signature(lambda session, name: session.data_size(name), ("name",)),
    "snestopc": Signature(lambda session, address: session.place.to_file(numbers.int32(address)), _N),
    "pctosnes": Signature(lambda session, offset: session.place.to_snes(numbers.int32(offset)), _N),
    "realbase": Signature(lambda session: session.place.real, ()),
    "pc": Signature(lambda session: session.place.known_pc() & 0xFFFFFF, ()),
    **{f"read{n}": Signature(_read(n), _N, _N) for n in (1, 2, 3, 4)},
    **{f"canread{n}": Signature(_nothing, _N) for n in (1, 2, 3, 4)},
    "canread": Signature(_nothing, _NN),
    **{
        f"readfile{n}": Signature(
            lambda session, name, offset, default=None, count=n: session.files.number(name, offset, count, default),
            ("text", "number"),
            _N,
        )
        for n in (1, 2, 3, 4)
    },
    **{
        f"canreadfile{n}": Signature(
            lambda session, name, offset, count=n: session.files.holds(name, offset, count), ("text", "number")
        )
        for n in (1, 2, 3, 4)
    },
    "canreadfile": Signature(
        lambda session, name, offset, count: session.files.holds(name, offset, count), ("text", "number", "number")
    ),
    "filesize": Signature(lambda session, name: session.files.size(name), ("text",)),
    "getfilestatus": Signature(lambda session, name: session.files.status(name), ("text",)),
}
"""By name; each also answers to its name with a leading underscore."""
