"""Assemble a text and say what the lint finds."""

from __future__ import annotations

from collections.abc import Iterable

from datasets_app.domains.asm65816.assembler import assemble
from datasets_app.domains.asm65816.assembler.result import Assembly, Diagnostic
from datasets_app.domains.asm65816.lint import Timing, lint, timing


def placed(source: str) -> Assembly:
    """Assemble a text whose routines may be elsewhere; it must be without errors."""
    assembly = assemble(source, stub_missing=True)
    assert assembly.ok, assembly.diagnostics
    return assembly


def found(
    source: str, *, m: bool | None = None, x: bool | None = None, entries: Iterable[str] | None = None
) -> list[tuple[str, int, str]]:
    """Return severity, line and code of everything but notes."""
    remarks = lint(placed(source), m=m, x=x, entries=entries)
    return [(remark.severity, remark.line, remark.code) for remark in remarks if remark.severity != "note"]


def only(source: str, code: str) -> Diagnostic:
    """Return the one finding with that code."""
    remarks = [remark for remark in lint(placed(source)) if remark.code == code]
    assert len(remarks) == 1, remarks
    return remarks[0]


def timed(source: str, *, m: bool | None = True, x: bool | None = True) -> Timing:
    """Return the timing of a text."""
    return timing(placed(source), m=m, x=x)
