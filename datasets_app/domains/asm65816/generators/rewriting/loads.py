"""Loads, stores and transfers that could be shorter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from datasets_app.domains.asm65816.generators.pool.lines import Code, Line
from datasets_app.domains.asm65816.generators.rewriting.kinds import Rewriting
from datasets_app.domains.asm65816.generators.site import (
    Site,
    immediate,
    is_memory,
    value_of,
    widths_of,
)

_LONG = {"LDA", "STA", "ADC", "SBC", "CMP", "AND", "ORA", "EOR"}
_TESTED = {"BEQ", "BNE", "BPL", "BMI"}


def _store_zero(code: Code) -> Iterator[Site]:
    for at, (line, (m, _)) in enumerate(zip(code, widths_of(code), strict=True)):
        if line.op == "STZ" and m is not None:
            slow = (Line("LDA", immediate(0, m)), Line("STA", line.operand))
            yield Site(at, 1, slow, (line,))


def _index_through_a(code: Code) -> Iterator[Site]:
    for at, (line, (m, x)) in enumerate(zip(code, widths_of(code), strict=True)):
        if line.op in ("LDX", "LDY") and m is not None and m == x and "," not in line.operand:
            yield Site(at, 1, (Line("LDA", line.operand), Line(f"TA{line.op[2]}")), (line,))


def _store_through_a(code: Code) -> Iterator[Site]:
    for at, (line, (m, x)) in enumerate(zip(code, widths_of(code), strict=True)):
        if line.op in ("STX", "STY") and m is not None and m == x:
            yield Site(at, 1, (Line(f"T{line.op[2]}A"), Line("STA", line.operand)), (line,))


def _reload(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code[:-1]):
        if line.op == "STA" and is_memory(line) and not code[at + 1].label and code[at + 1].op != "LDA":
            yield Site(at, 1, (line, Line("LDA", line.operand, suffix=line.suffix)), (line,))


def _long_address(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code):
        head = line.operand.split(",")[0]
        if line.op in _LONG and len(head) == 5 and head.startswith("$0") and ",Y" not in line.operand:
            far = replace(line, operand=line.operand.replace("$", "$7E"), suffix="", label="")
            yield Site(at, 1, (far,), (line,))


def _is_loop(code: Code, at: int) -> bool:
    """Whether something further on goes back to this line."""
    return bool(code[at].label) and any(line.operand == code[at].label for line in code[at:])


def _invariant_load(code: Code) -> Iterator[Site]:
    """LDA #v before a loop that only stores it goes into the loop."""
    for at, line in enumerate(code):
        if line.op != "LDA" or value_of(line) is None:
            continue
        behind = next(
            (n for n in range(at + 1, len(code)) if code[n].op not in ("LDX", "LDY") or code[n].label), len(code)
        )
        if behind < len(code) and code[behind].op == "STA" and _is_loop(code, behind):
            loop = code[behind]
            inside = (Line("LDA", line.operand, loop.label), replace(loop, label=""))
            yield Site(at, 1, (), (line,), ((behind, inside),))


def _useless_push(code: Code) -> Iterator[Site]:
    for at, (line, (m, x)) in enumerate(zip(code, widths_of(code), strict=True)):
        if line.op in ("LDX", "LDY") and m is not None and x is not None and at and not line.label:
            yield Site(at, 1, (Line("PHA"), line, Line("PLA")), (line,))


def _useless_mask(code: Code) -> Iterator[Site]:
    for at, (line, (m, _)) in enumerate(zip(code, widths_of(code), strict=True)):
        if line.op == "LDA" and m is not None and value_of(line) is None:
            mask = Line("AND", immediate(0xFFFF, m))
            yield Site(at, 1, (line, mask), (line,))


def _compare_with_zero(code: Code) -> Iterator[Site]:
    """A load, DEX or the like has set Z and N; a compare with 0 before the branch says nothing new."""
    for at, (line, (m, x)) in enumerate(zip(code, widths_of(code), strict=True)):
        if at + 1 >= len(code) or code[at + 1].op not in _TESTED or code[at + 1].label:
            continue
        if line.op in ("LDA", "AND", "EOR", "ORA") and m is not None:
            yield Site(at, 1, (line, Line("CMP", immediate(0, m))), (line,))
        if line.op in ("DEX", "DEY", "INX", "INY") and x is not None:
            yield Site(at, 1, (line, Line(f"CP{line.op[2]}", immediate(0, x))), (line,))


REWRITINGS = (
    Rewriting(
        "store_zero",
        _store_zero,
        (
            "{slow} becomes {fast}: STZ stores zero without a detour through A.",
            "STZ does in one instruction what took a load and a store.",
        ),
    ),
    Rewriting(
        "index_through_a",
        _index_through_a,
        (
            "{fast} loads the index register directly; {slow} went through A.",
            "The index is loaded without a transfer: {fast}.",
        ),
    ),
    Rewriting(
        "store_through_a",
        _store_through_a,
        (
            "{fast} stores the index register itself, so the transfer to A goes.",
            "No transfer is needed before a store: {fast}.",
        ),
    ),
    Rewriting(
        "reload",
        _reload,
        (
            "After {fast} the value is still in A; it need not be loaded again.",
            "The load behind {fast} read back what A held anyway.",
        ),
    ),
    Rewriting(
        "long_address",
        _long_address,
        (
            "{fast} reaches the same byte as {slow}: the first 8 KB of bank $7E are "
            "mirrored in the system banks, so a 16-bit address"
            " is enough.",
            "The bank byte is not needed for low work RAM: {fast} instead of {slow}.",
        ),
    ),
    Rewriting(
        "invariant_load",
        _invariant_load,
        (
            "{fast} moves out of the loop, since the value never changes in it.",
            "The constant is loaded once before the loop and not on every pass.",
        ),
    ),
    Rewriting(
        "useless_push",
        _useless_push,
        ("Loading an index register leaves A alone, so the push and the pull around it go.",),
    ),
    Rewriting(
        "useless_mask",
        _useless_mask,
        ("The mask kept every bit of A and is dropped.", "An AND with all bits set changes nothing."),
    ),
    Rewriting(
        "compare_with_zero",
        _compare_with_zero,
        (
            "{fast} has set Z and N already; the compare with zero goes.",
            "No compare with zero is needed behind {fast}: the flags are right.",
        ),
    ),
)
