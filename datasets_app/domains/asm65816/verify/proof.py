"""Rung 8: the code is run. What must hold depends on what the sample is: an optimisation, a routine, a fix."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from datasets_app.domains.asm65816.assembler.result import Assembly
from datasets_app.domains.asm65816.execution.cases import Case, Miss, misses, read_cases
from datasets_app.domains.asm65816.execution.equivalence import compare_routines
from datasets_app.domains.asm65816.execution.program import load
from datasets_app.domains.asm65816.execution.running import Runner
from datasets_app.domains.asm65816.execution.tables import case_table, difference_table
from datasets_app.domains.asm65816.execution.widths import common_widths
from datasets_app.domains.asm65816.lint import lint
from datasets_app.domains.asm65816.listing import code_blocks
from datasets_app.domains.asm65816.verify.code import Examined, assemble_fragment
from datasets_app.domains.asm65816.verify.rungs import Rung
from datasets_app.domains.asm65816.verify.savings import check_savings
from datasets_app.domains.base import Context, Finding

_OPTIMISES = re.compile(r"\b(?:optimi[sz]\w*|faster|speed(?:s|ing)? up|fewer (?:bytes|cycles)|smaller|shorter)\b", re.I)


def prove(text: str, examined: Sequence[Examined], context: Context) -> list[Finding]:
    """Run the last block of the answer against what is required of it; nothing where nothing is known to be required.

    `context.params["proof"]`, written by a generator, is {"kind": "equal", "live_out": [...]} with the input's code as
    the one to equal, {"kind": "end", "cases": [...]}, or {"kind": "fix", "cases": [...]}, where the input's code has to
    fail; the cases are as `read_cases` reads them. A fix with a "rule" is of a fault that no run shows, such as reading
    a result too early: the input has to break that rule of the lint instead of failing. Without a proof, the answer to
    a wish for optimisation must equal the input's code.
    """
    proof = context.params.get("proof") or {}
    kind = proof.get("kind") or ("equal" if _OPTIMISES.search(f"{context.kind} {context.instruction}") else "")
    runnable = [one for one in examined if one.timing]
    if not kind or not runnable or runnable[-1] is not examined[-1]:
        return []
    answer = runnable[-1]
    original = _code_of(context.input)
    if kind == "equal":
        return _prove_equal(text, original, answer, proof.get("live_out")) if original else []
    cases = read_cases(proof["cases"])
    findings = _prove_bug(original, answer, cases, proof.get("rule", "")) if kind == "fix" and original else []
    return [*findings, _prove_cases(answer, cases)]


def _code_of(text: str) -> Assembly | None:
    blocks = code_blocks(text)
    assembly = assemble_fragment(blocks[0].source) if blocks else None
    return assembly if assembly and assembly.ok and assembly.instructions else None


def _prove_equal(text: str, original: Assembly, answer: Examined, live_out: list[str] | None) -> list[Finding]:
    first, second = load(original), load(answer.assembly)
    found = compare_routines(first, second, common_widths(original, answer.assembly), live_out=live_out)
    if found.state is not None:
        message = "It does not do what the code it replaces does: from the state below they part."
        return [_finding("bad", "other_effect", message, answer, difference_table(found))]
    if not found.tried:
        return [_finding("warn", "not_executed", f"It could not be compared by running: {found.cut}.", answer)]
    saved = len(original.code) - len(answer.assembly.code), (found.cycles[0] - found.cycles[1]) / found.tried
    cut = f" ({found.cut})" if found.cut else ""
    aside = f" {', '.join(found.aside)} may differ; who declares the results can rule that out." if found.aside else ""
    message = f"It does the same from {found.tried:,} states{cut}: {_saving(*saved)}.{aside}"
    findings = [_finding("warn" if found.aside else "ok", "same_effect", message, answer)]
    return [*findings, *check_savings(text, *saved)]


def _saving(size: int, cycles: float) -> str:
    def said(count: float, unit: str) -> str:
        return f"{abs(count):g} {unit} {'fewer' if count > 0 else 'more'}" if count else f"as many {unit}"

    return f"{said(size, 'bytes')}, {said(round(cycles, 1), 'cycles')} on average"


def _prove_bug(original: Assembly, answer: Examined, cases: list[Case], rule: str) -> list[Finding]:
    """Show that the given code is wrong: it breaks the rule of the lint, or without one it misses a case."""
    if rule:
        broken = next((one for one in lint(original) if one.code == rule), None)
        if broken:
            return [_finding("ok", "bug_reproduced", f"The given code breaks a rule: {broken.message}", answer)]
    elif failed := _first_miss(original, cases):
        return [
            _finding("ok", "bug_reproduced", "The bug shows when the given code runs.", answer, case_table(*failed))
        ]
    message = "The code to be fixed does what is required: there is no bug to be seen."
    return [_finding("bad", "no_bug", message, answer)]


def _prove_cases(answer: Examined, cases: list[Case]) -> Finding:
    failed = _first_miss(answer.assembly, cases)
    if failed:
        message = "It does not do what is required: from the state below it comes to something else."
        return _finding("bad", "wrong_result", message, answer, case_table(*failed))
    noun = "case" if len(cases) == 1 else "cases"
    return _finding("ok", "right_result", f"It does what is required in {len(cases)} {noun}.", answer)


def _first_miss(assembly: Assembly, cases: list[Case]) -> tuple[Case, list[Miss]] | None:
    runner = Runner(load(assembly))
    for case in cases:
        _, missed = misses(runner, case)
        if missed:
            return case, missed
    return None


def _finding(level: Any, code: str, message: str, answer: Examined, table: Any = ()) -> Finding:
    return Finding(level, code, message, answer.block.line, table=table, rung=Rung.EXECUTE)
