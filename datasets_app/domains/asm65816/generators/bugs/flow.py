"""Faults in branches, comparisons and the flags that they rest on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from datasets_app.domains.asm65816.generators.bugs.kinds import Bug, changed, dropped
from datasets_app.domains.asm65816.generators.pool.lines import Code, Line
from datasets_app.domains.asm65816.generators.site import Site, value_of

_OPPOSITE = {
    "BEQ": "BNE",
    "BNE": "BEQ",
    "BCC": "BCS",
    "BCS": "BCC",
    "BPL": "BMI",
    "BMI": "BPL",
    "BVC": "BVS",
    "BVS": "BVC",
}
_FLAGGED = {"BEQ", "BNE", "BPL", "BMI"}
_SIGNED = {"BCC": "BMI", "BCS": "BPL"}


def _opposite(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code):
        if line.op in _OPPOSITE:
            yield changed(code, at, replace(line, op=_OPPOSITE[line.op], comment=""))


def _first_skipped(code: Code) -> Iterator[Site]:
    """BNE for BPL at the end of a loop that counts down: offset 0 is left out."""
    for at, line in enumerate(code):
        if line.op == "BPL" and code[at - 1].op in ("DEX", "DEY"):
            yield changed(code, at, replace(line, op="BNE", comment=""))


def _wrong_target(code: Code) -> Iterator[Site]:
    labels = [line.label for line in code if line.label and line.op not in ("DB", "DW")]
    for at, line in enumerate(code):
        if line.op in _OPPOSITE or line.op == "BRA":
            others = [label for label in labels if label != line.operand]
            for other in others[:2]:
                yield changed(code, at, replace(line, operand=other, comment=""))


def _loop_restarts(code: Code) -> Iterator[Site]:
    """The loop's label stands one line too early, so that the counter is set again on every pass."""
    for at, line in enumerate(code[1:], 1):
        before = code[at - 1]
        loops = any(one.op in _OPPOSITE and one.operand == line.label for one in code[at:])
        if (
            line.label
            and loops
            and before.op in ("LDX", "LDY", "LDA")
            and value_of(before) is not None
            and not before.label
        ):
            worse = (replace(before, label=line.label), replace(line, label=""))
            yield Site(at - 1, 2, worse, (line,))


def _off_by_one(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code):
        value = value_of(line)
        if line.op in ("CMP", "CPX", "CPY") and value:
            for step in (-1, 1):
                other = f"#${value + step:0{len(line.operand) - 2}X}"
                if len(other) == len(line.operand):
                    yield changed(code, at, replace(line, operand=other, comment=""))


def _signed(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code):
        if line.op in _SIGNED and code[at - 1].op in ("CMP", "SBC"):
            yield changed(code, at, replace(line, op=_SIGNED[line.op], comment=""))


def _operands_swapped(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code[:-1]):
        second = code[at + 1]
        if line.op == "LDA" and second.op == "CMP" and "#" not in line.operand + second.operand and not second.label:
            worse = (
                replace(line, operand=second.operand, comment=""),
                replace(second, operand=line.operand, comment=""),
            )
            yield Site(at, 2, worse, (line, second))


def _equal_forgotten(code: Code) -> Iterator[Site]:
    """BEQ or BNE where an order is meant."""
    for at, line in enumerate(code):
        if line.op in ("BCC", "BCS") and code[at - 1].op == "CMP":
            yield changed(code, at, replace(line, op="BNE" if line.op == "BCC" else "BEQ", comment=""))


def _load_between(code: Code) -> Iterator[Site]:
    """The load behind a branch stands before it and overwrites the flags."""
    for at, line in enumerate(code[:-1]):
        second = code[at + 1]
        if line.op in _FLAGGED and not second.label and not line.label and second.op in ("LDA", "LDX", "LDY"):
            yield Site(at, 2, (second, line), (line, second))


def _counter_between(code: Code) -> Iterator[Site]:
    """An instruction that sets Z and N has slipped between a test and its branch."""
    for at, line in enumerate(code):
        before = code[at - 1]
        if line.op in ("BEQ", "BNE") and before.op in ("CMP", "LDA", "AND", "DEC") and not line.label:
            for extra in ("INX", "INY"):
                if extra not in {one.op for one in code}:
                    yield Site(at, 1, (Line(extra), line), (line,))


def _flag_not_set(code: Code) -> Iterator[Site]:
    """The last instruction before the return sets Z for the caller, and is missing."""
    for at, line in enumerate(code):
        if line.text in ("LDA #$00", "ORA #$00") and ("equal" in line.comment or "Z from" in line.comment):
            yield dropped(code, at)


BUGS = (
    Bug(
        "opposite_branch",
        "branch",
        _opposite,
        (
            "{worse} in line {row} branches in exactly the wrong case; it has to be {better}.",
            "The condition is the wrong way round: {worse} where {better} is needed.",
        ),
    ),
    Bug(
        "first_skipped",
        "branch",
        _first_skipped,
        (
            "The loop ends when the index reaches 0, so offset 0 is never handled: "
            "{worse} has to be {better}, which goes on until the index"
            " is negative.",
            "{worse} leaves the loop one pass too early. With {better} the last pass runs at index 0.",
        ),
    ),
    Bug(
        "wrong_target",
        "branch",
        _wrong_target,
        (
            "The branch in line {row} goes to the wrong label, so the code "
            "between is skipped or run when it should not be.",
            "Line {row} branches to the wrong place.",
        ),
    ),
    Bug(
        "loop_restarts",
        "branch",
        _loop_restarts,
        (
            "The loop goes back to the line that sets the counter or the start value, "
            "so it is set again on every pass. The label belongs"
            " behind it.",
        ),
    ),
    Bug(
        "off_by_one",
        "comparison",
        _off_by_one,
        (
            "The limit in {worse} is off by one; it has to be {better}.",
            "{worse} in line {row} compares with the wrong bound: {better} is right.",
        ),
    ),
    Bug(
        "signed_branch",
        "comparison",
        _signed,
        (
            "The values have no sign, so the carry decides: {better}. {worse} tests the "
            "sign of the difference and is wrong when the values"
            " are far apart.",
            "{worse} looks at bit 7 of the difference. For unsigned numbers the branch has to be {better}.",
        ),
    ),
    Bug(
        "operands_swapped",
        "comparison",
        _operands_swapped,
        (
            "The two operands are compared the wrong way round; {better} is the right order.",
            "CMP sets the carry when A is not below its operand, so the order matters: {better}.",
        ),
    ),
    Bug(
        "equal_forgotten",
        "comparison",
        _equal_forgotten,
        (
            "{worse} only tells equal from unequal, but below and above have to be told apart: {better}.",
            "The branch in line {row} looks at Z; the order is in the carry, so it has to be {better}.",
        ),
    ),
    Bug(
        "load_between",
        "zero_flag",
        _load_between,
        (
            "The load stands before the branch and sets Z and N anew. The right order is {better}.",
            "A load changes Z and N. It stands between the test and the branch in line {row} and has to come after it.",
        ),
    ),
    Bug(
        "counter_between",
        "zero_flag",
        _counter_between,
        (
            "An instruction between the test and {better} changes Z, so the branch no longer depends on the test.",
            "The instruction in line {row} overwrites the zero flag that the next branch relies on.",
        ),
    ),
    Bug(
        "flag_not_set",
        "zero_flag",
        _flag_not_set,
        (
            "{better} is missing: Z is still what the index left, not what the code behind relies on.",
            "Nothing sets Z from A at this point; {better} has to.",
        ),
    ),
)
