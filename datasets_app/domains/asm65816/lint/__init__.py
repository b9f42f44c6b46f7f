"""Flow lint of 65816 code: how wide the registers are and what is on the stack at each place, what is wrong there."""

from __future__ import annotations

from collections.abc import Iterable

from datasets_app.domains.asm65816.assembler.result import Assembly, Diagnostic
from datasets_app.domains.asm65816.lint.cycles import Timing, time_flow
from datasets_app.domains.asm65816.lint.entries import UnknownEntry, follow
from datasets_app.domains.asm65816.lint.findings import findings
from datasets_app.domains.asm65816.lint.flow import TooMuchToFollow

TOO_LARGE = Diagnostic(
    "warning",
    1,
    1,
    "flow_too_large",
    "The code has too many ways through it: its flow was not followed.",
    "Look at its routines one by one.",
)
"""All that is said of code whose flow would take too long to follow."""

__all__ = ["TOO_LARGE", "Timing", "UnknownEntry", "examine", "lint", "timing"]


def lint(
    assembly: Assembly, *, m: bool | None = None, x: bool | None = None, entries: Iterable[str] | None = None
) -> tuple[Diagnostic, ...]:
    """Return what is wrong with the flow of the code, in the order of lines.

    `m` and `x` are the flags where execution enters (True 8 bits wide); None: nothing is said, and the first operand
    tells. `entries` are labels, see `entries.follow`. An error is surely wrong, a warning likely, a note a remark.
    """
    try:
        return findings(follow(assembly, m=m, x=x, entries=entries))
    except TooMuchToFollow:
        return (TOO_LARGE,)


def timing(
    assembly: Assembly, *, m: bool | None = None, x: bool | None = None, entries: Iterable[str] | None = None
) -> Timing:
    """Return the bytes of the code and the CPU cycles from the first entry until it returns, see `Timing`."""
    try:
        return time_flow(follow(assembly, m=m, x=x, entries=entries))
    except TooMuchToFollow:
        return _unknown_time(assembly)


def examine(
    assembly: Assembly, *, m: bool | None = None, x: bool | None = None, entries: Iterable[str] | None = None
) -> tuple[tuple[Diagnostic, ...], Timing]:
    """Return what `lint` and `timing` do, following the code once."""
    try:
        flow = follow(assembly, m=m, x=x, entries=entries)
    except TooMuchToFollow:
        return (TOO_LARGE,), _unknown_time(assembly)
    return findings(flow), time_flow(flow)


def _unknown_time(assembly: Assembly) -> Timing:
    return Timing(sum(len(placed.data) for placed in assembly.instructions), 0, None, TOO_LARGE.message)
