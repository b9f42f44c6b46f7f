"""A place in a routine where worse code can stand: a slower way to do the same, or a fault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from datasets_app.domains.asm65816.generators.pool.lines import Code, Line

Width = tuple[bool | None, bool | None]


@dataclass(frozen=True, slots=True)
class Site:
    """`count` lines from `at` on are the `better` ones; `worse` are the lines that would stand for them.

    `others` are lines further on that change with them, by their position.
    """

    at: int
    count: int
    worse: tuple[Line, ...]
    better: tuple[Line, ...]
    others: tuple[tuple[int, tuple[Line, ...]], ...] = ()


def widths_of(code: Code) -> list[Width]:
    """Return the flags m and x before each line, None where they are not known; a straight reading of the text."""
    m: bool | None = None
    x: bool | None = None
    found = []
    for line in code:
        found.append((m, x))
        bits = int(line.operand[2:], 16) if line.op in ("REP", "SEP") else 0
        m = line.op == "SEP" if bits & 0x20 else m
        x = line.op == "SEP" if bits & 0x10 else x
        if line.op == "PLP":
            m = x = None
    return found


def immediate(value: int, narrow: bool) -> str:
    """Return an immediate operand of a width."""
    return f"#${value & 0xFF:02X}" if narrow else f"#${value & 0xFFFF:04X}"


def value_of(line: Line) -> int | None:
    """Return the number of an immediate operand, None where it is none."""
    return int(line.operand[2:], 16) if line.operand.startswith("#$") else None


def is_memory(line: Line) -> bool:
    """Whether an operand is plain memory, indexed or not, and no hardware register."""
    head = line.operand.split(",")[0]
    if not head.startswith("$") or ",S" in line.operand:
        return False
    return not 0x2100 <= int(head[1:], 16) <= 0x43FF or len(head) > 5


def applied(code: Code, site: Site) -> Code:
    """Put the worse lines in; labels of the lines they replace stay in front of them."""
    changes = {site.at: (site.count, site.worse), **{at: (1, lines) for at, lines in site.others}}
    made: list[Line] = []
    at = 0
    while at < len(code):
        count, lines = changes.get(at, (1, (code[at],)))
        made += labelled(code[at].label, lines)
        at += count
    return tuple(made)


def labelled(label: str, lines: Sequence[Line]) -> list[Line]:
    """Return lines with a label in front that is not to be lost."""
    if not label or any(line.label == label for line in lines):
        return list(lines)
    if lines and not lines[0].label:
        return [replace(lines[0], label=label), *lines[1:]]
    return [Line(label=label), *lines]
