"""Branches, loops, returns and width changes that could be shorter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from datasets_app.domains.asm65816.generators.pool.lines import Code, Line
from datasets_app.domains.asm65816.generators.rewriting.kinds import Rewriting
from datasets_app.domains.asm65816.generators.site import Site, immediate, value_of, widths_of

_OPPOSITE = {"BEQ": "BNE", "BNE": "BEQ", "BCC": "BCS", "BCS": "BCC", "BPL": "BMI", "BMI": "BPL"}


def _jump(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code):
        if line.op == "BRA":
            yield Site(at, 1, (Line("JMP", line.operand),), (line,))


def _branch_over(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code[:-1]):
        if line.op in _OPPOSITE and not code[at + 1].label:
            slow = (Line(_OPPOSITE[line.op], ".over"), Line("BRA", line.operand), Line(label=".over"))
            yield Site(at, 1, slow, (line,))


def _late_return(code: Code) -> Iterator[Site]:
    """A return in the middle as a branch to the last one."""
    last = code[-1]
    if last.op != "RTS" or not last.label:
        return
    for at, line in enumerate(code[:-1]):
        if line.op == "RTS":
            yield Site(at, 1, (Line("BRA", last.label),), (line,))


def _count_up(code: Code) -> Iterator[Site]:
    """LDX #n-1 … DEX : BPL as LDX #0 … INX : CPX #n : BNE."""
    for at, (line, (_, x)) in enumerate(zip(code, widths_of(code), strict=True)):
        value, register = value_of(line), line.op[-1:]
        if line.op not in ("LDX", "LDY") or value is None or x is None:
            continue
        end = next((n for n in range(at + 1, len(code)) if code[n].op == f"DE{register}"), None)
        if (
            end is None
            or code[end + 1].op != "BPL"
            or code[end + 2].op == f"DE{register}"
            or code[end - 1].op == f"DE{register}"
        ):
            continue
        up = (
            replace(code[end], op=f"IN{register}"),
            Line(f"CP{register}", immediate(value + 1, x)),
            Line("BNE", code[end + 1].operand),
        )
        yield Site(at, 1, (Line(line.op, immediate(0, x)),), (code[end], code[end + 1]), ((end, up), (end + 1, ())))


def _split_width(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code):
        if line.op in ("REP", "SEP") and line.operand == "#$30":
            yield Site(at, 1, (Line(line.op, "#$20"), Line(line.op, "#$10")), (line,))


def _repeated_width(code: Code) -> Iterator[Site]:
    """SEP #$20 where A is 8 bits wide already, and the like."""
    for at, (line, (m, _)) in enumerate(zip(code, widths_of(code), strict=True)):
        if m is not None and at and line.op in ("LDA", "STA", "CLC", "SEC") and not line.label:
            yield Site(at, 1, (Line("SEP" if m else "REP", "#$20"), line), (line,))


REWRITINGS = (
    Rewriting(
        "jump",
        _jump,
        (
            "The target is near, so BRA does what JMP did, with a byte less.",
            "JMP becomes BRA: two bytes instead of three.",
        ),
    ),
    Rewriting(
        "branch_over",
        _branch_over,
        (
            "The branch around a BRA is turned round: {fast} goes to the target itself.",
            "{fast} replaces a branch that only jumped over another one.",
        ),
    ),
    Rewriting(
        "late_return",
        _late_return,
        (
            "RTS returns at once; a branch to another RTS takes longer.",
            "The branch to the common exit is replaced by the return itself.",
        ),
    ),
    Rewriting(
        "count_up",
        _count_up,
        (
            "The loop counts down to zero, so that {fast} needs no compare.",
            "Counting down saves the compare: the decrement sets the sign that ends the loop.",
        ),
    ),
    Rewriting(
        "split_width",
        _split_width,
        ("Both widths change in one instruction, {fast}.", "{fast} sets what two instructions set before."),
    ),
    Rewriting(
        "repeated_width",
        _repeated_width,
        (
            "A already has that width, so the second width change goes.",
            "One of the width changes changed nothing and is gone.",
        ),
    ),
)
