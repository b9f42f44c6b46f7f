"""What two runs from one state did differently."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from datasets_app.domains.asm65816.execution.running import Outcome

REGISTERS = ("a", "x", "y")
FLAGS = {"n": 0x80, "v": 0x40, "z": 0x02, "c": 0x01}
MODES = {"m": 0x20, "index width": 0x10, "decimal": 0x08, "interrupt": 0x04}
_ALL_MODES = sum(MODES.values())
_S, _P, _WRITTEN, _STEPS = (Outcome._fields.index(name) for name in ("s", "p", "written", "steps"))
LIVE_OUT = (*REGISTERS, *FLAGS)
"""What a routine may hand to its caller; a person may declare which of it counts."""


@dataclass(frozen=True)
class Difference:
    """One thing that differs: its name, what it is after the first run and after the second.

    `counts` is false for a register or flag that nobody declared: whether the caller reads it is not known.
    """

    name: str
    first: str
    second: str
    counts: bool = True


def differences(first: Outcome, second: Outcome, live_out: Collection[str] | None = None) -> list[Difference]:
    """Return what differs. Memory, hardware, stack, modes and the way out always count, `live_out` where it is given.

    `live_out` names registers (a, x, y) and flags (n, v, z, c); those that it leaves out do not matter, and with None
    they are told but do not count.
    """
    found = (
        []
        if _same_effect(first, second)
        else [*_ways(first, second), *_memory(first, second), *_hardware(first, second)]
    )
    return [*found, *_live(first, second, live_out)]


def _same_effect(first: Outcome, second: Outcome) -> bool:
    """Whether all that always counts is the same: nearly always so, and quicker to see than what differs."""
    return (
        first.ended == second.ended
        and first[_S:_P] == second[_S:_P]
        and not (first.p ^ second.p) & _ALL_MODES
        and first.emulation == second.emulation
        and first[_WRITTEN:_STEPS] == second[_WRITTEN:_STEPS]
    )


def _ways(first: Outcome, second: Outcome) -> Iterator[Difference]:
    for name in ("ended", "s", "d", "dbr", "emulation"):
        was, now = getattr(first, name), getattr(second, name)
        if was != now:
            yield Difference(
                _TITLES[name], _shown(was, 4 if name in "sd" else 2), _shown(now, 4 if name in "sd" else 2)
            )
    for name, bit in MODES.items():
        if (first.p ^ second.p) & bit:
            yield Difference(name, _bit(first.p & bit), _bit(second.p & bit))
    if first.calls != second.calls:
        yield Difference("calls", _calls(first), _calls(second))


def _memory(first: Outcome, second: Outcome) -> Iterator[Difference]:
    for address in sorted(first.written.keys() | second.written.keys()):
        was, now = first.written.get(address), second.written.get(address)
        if was != now:
            yield Difference(f"${address:06X}", _byte(was), _byte(now))


def _hardware(first: Outcome, second: Outcome) -> Iterator[Difference]:
    for was, now in zip(_padded(first, second), _padded(second, first), strict=True):
        if was != now:
            yield Difference("hardware access", _access(was), _access(now))
            return


def _live(first: Outcome, second: Outcome, live_out: Collection[str] | None) -> Iterator[Difference]:
    wanted = LIVE_OUT if live_out is None else live_out
    for name in REGISTERS:
        was, now = getattr(first, name), getattr(second, name)
        if name in wanted and was != now:
            yield Difference(name.upper(), _shown(was, 4), _shown(now, 4), live_out is not None)
    for name, bit in FLAGS.items():
        if name in wanted and (first.p ^ second.p) & bit:
            yield Difference(f"flag {name.upper()}", _bit(first.p & bit), _bit(second.p & bit), live_out is not None)


_TITLES = {"ended": "way out", "s": "stack pointer", "d": "D", "dbr": "data bank", "emulation": "emulation mode"}


def _shown(value: object, digits: int) -> str:
    return f"${value:0{digits}X}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _bit(value: int) -> str:
    return "1" if value else "0"


def _byte(value: int | None) -> str:
    return "unchanged" if value is None else f"${value:02X}"


def _padded(one: Outcome, other: Outcome) -> list[tuple[str, int, int] | None]:
    return [*one.hardware, *[None] * (len(other.hardware) - len(one.hardware))]


def _access(access: tuple[str, int, int] | None) -> str:
    if access is None:
        return "none"
    kind, address, value = access
    return f"writes ${value:02X} to ${address:04X}" if kind == "W" else f"reads ${address:04X}"


def _calls(outcome: Outcome) -> str:
    return ", ".join(f"{name} (A=${a:04X} X=${x:04X} Y=${y:04X})" for name, a, x, y in outcome.calls) or "none"
