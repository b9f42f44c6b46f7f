"""The code of an answer, made ready to run; or what stands against it, with its lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from datasets_app.domains.asm65816.assembler import assemble
from datasets_app.domains.asm65816.assembler.limits import MODEL_OUTPUT
from datasets_app.domains.asm65816.assembler.result import Assembly, Diagnostic
from datasets_app.domains.asm65816.execution.program import Program, load
from datasets_app.domains.asm65816.execution.state import Widths
from datasets_app.domains.asm65816.grading.tasks import Task
from datasets_app.domains.asm65816.lint import lint
from datasets_app.domains.asm65816.listing import CodeBlock, code_blocks

_RETURNS = {"RTS", "RTL", "RTI"}
_WORK_RAM = (0x7E, 0x7F)


@dataclass(frozen=True)
class Fault:
    """Something wrong before anything ran: which sort, what to say, the lines of the answer, from 1."""

    outcome: str
    message: str
    lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """Code that can be run. `first_line` is its first in the answer, `remarks` are what the lint is not sure about."""

    assembly: Assembly
    program: Program
    first_line: int
    remarks: tuple[Diagnostic, ...]


def answered_code(answer: str) -> CodeBlock | None:
    """The block that counts: the last one in which a routine returns, else the last one; None without code.

    Answers quote the old code first; behind the new one there may be an example of a call.
    """
    blocks = [block for block in code_blocks(answer) if block.source.strip()]
    returning = [block for block in blocks if _RETURNS & set(block.source.upper().replace(":", " ").split())]
    return next(reversed(returning or blocks), None)


def prepare(block: CodeBlock, task: Task) -> Candidate | Fault:
    """Assemble it and look it over. Names that the task does not know of must be defined."""
    assembly = assemble(block.source, stub_missing=bool(task.outside), limits=MODEL_OUTPUT)
    errors = [one for one in assembly.diagnostics if one.severity == "error"]
    if errors:
        return _fault("does not assemble", errors, block)
    missing = [name for name in assembly.stubbed if name not in task.outside]
    if missing:
        return Fault("does not assemble", f"It uses {', '.join(missing[:4])}, which it does not define.")
    if not assembly.instructions:
        return Fault("no code", "There is no instruction in the code of this answer.")
    if any(not is_rom(at + offset) for at, data in assembly.blocks for offset in (0, len(data) - 1)):
        return Fault("not in ROM", "It puts code or data where the console has no ROM.")
    findings = lints(assembly, task.widths)
    errors = [one for one in findings if one.severity == "error"]
    if errors:
        return _fault("breaks a rule", errors, block)
    try:
        program = replace(load(assembly), hints=task.hints)
    except ValueError as error:
        return Fault("does not assemble", str(error))
    return Candidate(assembly, program, block.line, tuple(one for one in findings if one.severity == "warning"))


def lints(assembly: Assembly, widths: Sequence[Widths]) -> list[Diagnostic]:
    """What the lint finds from any of these widths at entry, each once."""
    return list(dict.fromkeys(one for entry in widths for one in lint(assembly, m=entry.m, x=entry.x)))


def is_rom(address: int) -> bool:
    """Whether the cartridge's ROM may stand at a 24-bit address: no work RAM, register or expansion."""
    bank = address >> 16
    return bank not in _WORK_RAM and (address & 0xFFFF >= 0x8000 or bool(bank & 0x40))


def _fault(outcome: str, errors: Iterable[Diagnostic], block: CodeBlock) -> Fault:
    lines = [block.line + one.line - 1 for one in errors]
    first = next(iter(errors))
    return Fault(outcome, f"Line {lines[0]}: {first.message} {first.hint}".strip(), tuple(dict.fromkeys(lines)))
