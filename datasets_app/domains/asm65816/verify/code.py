"""One block of code on rungs 2 to 5 and 7: assembled strictly, its flow checked, its bytes and cycles measured."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from datasets_app.domains.asm65816.assembler import assemble
from datasets_app.domains.asm65816.assembler.limits import MODEL_OUTPUT
from datasets_app.domains.asm65816.assembler.result import Assembly, Diagnostic
from datasets_app.domains.asm65816.assembler.suggest import did_you_mean
from datasets_app.domains.asm65816.lint import TOO_LARGE, Timing, examine
from datasets_app.domains.asm65816.listing import CodeBlock
from datasets_app.domains.asm65816.verify.rungs import Rung
from datasets_app.domains.base import NO_NAMES, Finding, FindingLevel, Names

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
    "files_refused",
    "file_not_found",
    "file_unreadable",
    "file_outside_root",
    "no_rom",
}

LEFT_OUT = {"label_missing_parent"}
"""What a piece of a program may lack: print leaves the routine's name out before its sublabels."""

_LEVELS: dict[str, FindingLevel] = {"error": "bad", "warning": "warn"}


@dataclass(frozen=True)
class Examined:
    """A block with what came of it. `timing` is None where it does not assemble, or is too large to be followed."""

    block: CodeBlock
    assembly: Assembly
    findings: tuple[Finding, ...]
    timing: Timing | None = None


def examine_block(
    block: CodeBlock, where: str = "output", known: Collection[str] = (), names: Names = NO_NAMES
) -> Examined:
    """Check one block; findings stand on lines of the whole text.

    `known` are labels that other blocks define, `names` those of the project, where there is one.
    """
    assembly = assemble_fragment(block.source)
    findings = [
        _finding(one, block, where, _rung_of(one))
        for one in assembly.diagnostics
        if one.severity in _LEVELS and one.code not in LEFT_OUT
    ]
    if not assembly.ok or not assembly.instructions:
        return Examined(block, assembly, tuple(findings))
    flow, timing = examine(assembly)
    findings += [_finding(one, block, where, Rung.FLOW) for one in flow if one.severity in _LEVELS]
    findings += _externals(assembly, block, where, known, names)
    return Examined(block, assembly, tuple(findings), None if TOO_LARGE in flow else timing)


def assemble_fragment(source: str) -> Assembly:
    """Assemble a piece of a program as print shows it: what it does not define is stubbed."""
    return assemble(source, stub_missing=True, limits=MODEL_OUTPUT)


def _rung_of(diagnostic: Diagnostic) -> Rung:
    if diagnostic.severity == "warning" or diagnostic.code in ENCODING:
        return Rung.ENCODE
    return Rung.RESOLVE if diagnostic.code in RESOLVING else Rung.PARSE


def _finding(one: Diagnostic, block: CodeBlock, where: str, rung: Rung) -> Finding:
    level: FindingLevel = "bad" if one.code in TRUNCATED else _LEVELS[one.severity]
    return Finding(level, one.code, one.message, block.line + one.line - 1, where, one.hint, rung=rung)


def _externals(
    assembly: Assembly, block: CodeBlock, where: str, known: Collection[str], names: Names
) -> Iterator[Finding]:
    project = _names_of(names)
    missing = [name for name in assembly.stubbed if name not in known and name not in project]
    if not missing:
        return
    line = block.line + next((one.line for one in assembly.instructions if one.label in missing), 1) - 1
    if project:
        message = f"The project's symbols hold no {_listed(missing)}: a stub stands for it."
        hint = did_you_mean(missing[0], project)
        yield Finding("warn", "unknown_names", message, line, where, hint, rung=Rung.RESOLVE)
    else:
        message = f"It uses {_listed(missing)}, which it does not define: stubs stand for them."
        yield Finding("warn", "external_names", message, line, where, rung=Rung.RESOLVE)


@lru_cache(maxsize=8)
def _names_of(names: Names) -> frozenset[str]:
    return frozenset(name for _, name in names.pairs)


def _listed(names: list[str]) -> str:
    return ", ".join(f"“{name}”" for name in names[:8]) + (f" and {len(names) - 8} more" if names[8:] else "")
