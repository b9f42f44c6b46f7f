"""From a text to bytes: as many passes as its labels need."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from datasets_app.domains.asm65816.assembler.files import Files
from datasets_app.domains.asm65816.assembler.labels import Labels
from datasets_app.domains.asm65816.assembler.limits import UNBOUNDED, Budget, Limits, limits_for
from datasets_app.domains.asm65816.assembler.lines import Line, read_lines
from datasets_app.domains.asm65816.assembler.problem import Halt
from datasets_app.domains.asm65816.assembler.result import Assembly
from datasets_app.domains.asm65816.assembler.session import Session

_PASSES = 3


def assemble(
    source: str,
    *,
    origin: int = 0x008000,
    defines: Mapping[str, str] | None = None,
    stub_missing: bool = False,
    limits: Limits | None = None,
    root: Path | None = None,
) -> Assembly:
    """Assemble a text in the dialect of asar 1.91 for the 65816. Never raises, whatever the text says.

    The text begins at the 24-bit SNES address `origin`, in a LoROM cartridge until it says otherwise. `defines` are
    defines by name, without !. With `stub_missing` labels, defines, macros, functions and structs that the text uses
    but does not define get stand-ins, named in `stubbed`: an address in this bank; for a branch, its own address.

    Files are read only under `root`; without it every file is refused. `limits` bounds time, size and output: pass
    MODEL_OUTPUT for what a model wrote. Left out, a text without `root` may take a second for every 64 KB that it is
    long, one with `root` what it likes.
    """
    budget = Budget(limits or (UNBOUNDED if root else limits_for(len(source))))
    files = Files(root, budget)
    given = {name.removeprefix("!"): value for name, value in (defines or {}).items()}
    session, lines, number = None, None, 0
    while True:
        labels = Labels(session.labels.table, session.labels.static) if session else Labels({}, set())
        session = Session(
            origin=origin, defines=given, stub=stub_missing, budget=budget, files=files, labels=labels, number=number
        )
        lines = lines if lines is not None else _lines(session, source)
        halted = _run(session, lines)
        number += 1
        if halted or number == _PASSES or (number == 1 and not session.unsettled):
            return _assembly(session)
        files.start_again()


def _lines(session: Session, source: str) -> list[Line]:
    try:
        session.budget.read(len(source))
        session.budget.read(len(source.encode("utf-8", "surrogatepass")) - len(source))
    except Halt as halt:
        session.report.problem(halt)
        return []
    return read_lines(source)


def _run(session: Session, lines: list[Line]) -> bool:
    """Run a pass; whether it ended before its text."""
    try:
        session.flow.run(session, lines)
        session.close()
        session.finish()
    except Halt as halt:
        session.report.problem(halt)
        return True
    except RecursionError:
        session.report.error(
            "limit_nesting", "The text is nested too deeply.", "Look for a recursion that does not end."
        )
        return True
    return False


def _assembly(session: Session) -> Assembly:
    output, labels = session.output, session.labels
    return Assembly(
        blocks=tuple((chunk.address, bytes(chunk.data)) for chunk in output.chunks),
        labels={name: labels.table[name] for name in labels.visible() if name in labels.defined},
        instructions=tuple(output.instructions),
        diagnostics=session.report.said(),
        stubbed=tuple(session.lookup.stubs),
        printed=tuple(session.printed),
    )
