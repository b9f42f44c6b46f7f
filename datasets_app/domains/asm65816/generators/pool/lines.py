"""Code as lines that can be changed: what a mutation or a rewriting works on before it becomes text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

_LINE = re.compile(
    r"(?:(?P<label>\.?\w+):)?\s*(?:(?P<op>[A-Za-z]{2,3})(?P<suffix>\.[bwl])?(?:\s+(?P<operand>[^;]*?))?)?\s*(?:;(?P<comment>.*))?"
)
_SUM = re.compile(r"\$([0-9A-F]+)([+-])(\d+)")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of code: `label` with its dot and without a colon, `op` in capitals, `suffix` such as “.l”.

    Numbers in `operand` are as wide as they are meant: $10 is on the direct page, $0010 is not.
    """

    op: str = ""
    operand: str = ""
    label: str = ""
    suffix: str = ""
    comment: str = ""

    @property
    def text(self) -> str:
        """The instruction alone, as prose quotes it."""
        return f"{self.op}{self.suffix} {self.operand}".strip()


Code = tuple[Line, ...]


@cache
def read_lines(text: str) -> Code:
    """Read a template that has been filled in; a blank line counts for nothing. ValueError for what is no code."""
    return tuple(_line(stripped) for row in text.splitlines() if (stripped := row.strip()))


def _line(row: str) -> Line:
    match = _LINE.fullmatch(row)
    if match is None:
        raise ValueError(f"“{row}” is no line of code.")
    operand = _SUM.sub(_added, match["operand"] or "")
    return Line(
        (match["op"] or "").upper(),
        operand,
        match["label"] or "",
        match["suffix"] or "",
        (match["comment"] or "").strip(),
    )


def _added(match: re.Match[str]) -> str:
    """`$0310+1` is $0311, as wide as it was."""
    step = int(match[3]) if match[2] == "+" else -int(match[3])
    return f"${int(match[1], 16) + step:0{len(match[1])}X}"


def replaced(code: Code, at: int, count: int, lines: Sequence[Line]) -> Code:
    """Put `lines` where `count` lines stand from `at` on; a label of the first one stays in its place."""
    lines = list(lines)
    label = code[at].label if count else ""
    if label and lines and lines[0].label != label:
        lines[0] = replace(lines[0], label=label) if not lines[0].label else lines[0]
    elif label and not lines:
        lines = [Line(label=label)]
    return code[:at] + tuple(lines) + code[at + count :]


def line(text: str) -> Line:
    """Read one line, for those who make new ones."""
    return _line(text)
