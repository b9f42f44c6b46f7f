"""One block of code on rungs 2 to 5 and 7: assembled strictly, its flow checked, its bytes and cycles measured."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from datasets_app.domains.asm65816.assembler import assemble
from datasets_app.domains.asm65816.assembler.limits import MODEL_OUTPUT
from datasets_app.domains.asm65816.assembler.result import Assembly, Diagnostic
from datasets_app.domains.asm65816.lint import Timing, examine
from datasets_app.domains.asm65816.listing import CodeBlock
from datasets_app.domains.asm65816.verify.rungs import Remark, Rung
from datasets_app.domains.base import Finding, FindingLevel

PARENT = "Main:"
"""What is put before a block that begins with a sublabel: a routine's name, left out as people do in print."""

TRUNCATED = {"truncated", "no_such_addressing"}
"""Warnings about code that asar encodes as something else than what is written."""

ENCODING = {"branch_out_of_range", "addressing_mode", "address_out_of_range"}
RESOLVING = {
    "label_not_found",
    "define_not_found",
    "macro_not_found",
    "function_not_found",
    "struct_not_found",
    "unsupported",
    "file_unreadable",
    "file_outside_root",
    "no_rom",
}

_LEVELS: dict[str, FindingLevel] = {"error": "bad", "warning": "warn"}


@dataclass(frozen=True)
class Examined:
    """A block with what came of it. `timing` is None where it does not assemble."""

    block: CodeBlock
    assembly: Assembly
    remarks: tuple[Remark, ...]
    timing: Timing | None = None


def examine_block(block: CodeBlock, where: str = "output", known: Collection[str] = ()) -> Examined:
    """Check one block; findings stand on lines of the whole text. `known` are labels that other blocks define."""
    assembly = assemble_fragment(block.source)
    remarks = [_remark(one, block, where, _rung_of(one)) for one in assembly.diagnostics if one.severity in _LEVELS]
    if not assembly.ok or not assembly.instructions:
        return Examined(block, assembly, tuple(remarks))
    flow, timing = examine(assembly)
    remarks += [_remark(one, block, where, Rung.FLOW) for one in flow if one.severity in _LEVELS]
    remarks += _externals(assembly, block, where, known)
    return Examined(block, assembly, tuple(remarks), timing)


def assemble_fragment(source: str) -> Assembly:
    """Assemble a piece of a program as print shows it: what it does not define is stubbed, its parent label added."""
    assembly = assemble(source, stub_missing=True, limits=MODEL_OUTPUT)
    if lacks_parent(assembly):
        assembly = _without_first_line(assemble(f"{PARENT}\n{source}", stub_missing=True, limits=MODEL_OUTPUT))
    return assembly


def lacks_parent(assembly: Assembly) -> bool:
    """Whether a text begins with sublabels of a label that it leaves out."""
    return any(one.code == "label_missing_parent" for one in assembly.diagnostics)


def _without_first_line(assembly: Assembly) -> Assembly:
    def up(line: int) -> int:
        return max(line - 1, 1)

    return replace(
        assembly,
        diagnostics=tuple(replace(one, line=up(one.line)) for one in assembly.diagnostics),
        instructions=tuple(replace(one, line=up(one.line)) for one in assembly.instructions),
    )


def _rung_of(diagnostic: Diagnostic) -> Rung:
    if diagnostic.severity == "warning" or diagnostic.code in ENCODING:
        return Rung.ENCODE
    return Rung.RESOLVE if diagnostic.code in RESOLVING else Rung.PARSE


def _remark(one: Diagnostic, block: CodeBlock, where: str, rung: Rung) -> Remark:
    level: FindingLevel = "bad" if one.code in TRUNCATED else _LEVELS[one.severity]
    return Remark(rung, Finding(level, one.code, one.message, block.line + one.line - 1, where, one.hint))


def _externals(assembly: Assembly, block: CodeBlock, where: str, known: Collection[str]) -> Iterator[Remark]:
    names = [name for name in assembly.stubbed if name not in known]
    if names:
        said = ", ".join(f"“{name}”" for name in names[:8]) + (f" and {len(names) - 8} more" if names[8:] else "")
        message = f"It uses {said}, which it does not define: stubs stand for them."
        yield Remark(Rung.RESOLVE, Finding("warn", "external_names", message, block.line, where))
