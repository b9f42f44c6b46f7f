"""What a routine expects and leaves behind, in words: the part of every answer that a caller needs."""

from __future__ import annotations

import random

from datasets_app.domains.asm65816.generators.pool.measured import Measured
from datasets_app.domains.asm65816.generators.pool.routine import Routine

Items = list[tuple[str, str]]
"""What it is about, and the facts, without a full stop."""

_HEADINGS = (
    {
        "entry": "Entry",
        "exit": "Exit",
        "widths": "Widths on return",
        "kept": "Preserved",
        "size": "Size",
        "time": "Time",
    },
    {"entry": "In", "exit": "Out", "widths": "Leaves", "kept": "Keeps", "size": "Bytes", "time": "Cycles"},
    {
        "entry": "Expects",
        "exit": "Returns",
        "widths": "Width at the end",
        "kept": "Untouched",
        "size": "Length",
        "time": "CPU time",
    },
    {
        "entry": "Input",
        "exit": "Result",
        "widths": "On return",
        "kept": "Saved",
        "size": "Code size",
        "time": "Run time",
    },
)


def entry_of(routine: Routine) -> str:
    """Return what must hold when it is called."""
    m, x = routine.family.entry
    widths = (
        "" if m is None and x is None and routine.family.takes.find("widths") >= 0 else widths_text(m, x, "at entry")
    )
    return "; ".join(part for part in (routine.fill(routine.family.takes), widths) if part)


def widths_text(m: bool | None, x: bool | None, when: str = "") -> str:
    """Return register widths in words; `when` closes what is said of unknown ones."""
    if m is None and x is None:
        return f"any register widths {when}".strip()
    if m == x:
        return f"{bits(m)} A, X and Y"
    parts = [f"{bits(m)} A" if m is not None else "", f"{bits(x)} X and Y" if x is not None else ""]
    return ", ".join(part for part in parts if part)


def bits(narrow: bool | None) -> str:
    """Return a width in words."""
    return "8-bit" if narrow else "16-bit"


def time_text(measured: Measured) -> str:
    """Return how many CPU cycles a run takes, the return included, the call not."""
    low, high = measured.cycles
    if high is None:
        return f"{low} CPU cycles or more, depending on the data"
    return f"{low} CPU cycles" if low == high else f"{low} to {high} CPU cycles, depending on the data"


def size_text(measured: Measured) -> str:
    """Return the size of its instructions."""
    return f"{measured.size} bytes"


def contract(routine: Routine, measured: Measured, rng: random.Random, *, costs: bool = True) -> Items:
    """Return its contract as headed facts; `costs`: with bytes and cycles."""
    heads = rng.choice(_HEADINGS)
    items = [(heads["entry"], entry_of(routine)), (heads["exit"], routine.fill(routine.family.gives))]
    left = _left(routine, measured)
    if left:
        items.append((heads["widths"], left))
    if measured.kept and rng.random() < 0.7:
        items.append((heads["kept"], ", ".join(measured.kept.upper())))
    if costs:
        items += [(heads["size"], size_text(measured)), (heads["time"], time_text(measured))]
    return [(head, text) for head, text in items if text]


def _left(routine: Routine, measured: Measured) -> str:
    """The widths on return where they are known; a width that it never sets is its caller's."""
    if "widths" in routine.family.takes or (measured.m is None and measured.x is None):
        return "widths as at entry" if "PLP" in {line.op for line in routine.code} else ""
    return widths_text(measured.m, measured.x)


def bullets(items: Items, rng: random.Random) -> str:
    """Write them as a list."""
    mark = rng.choice(("- {}: {}", "- **{}**: {}", "* {}: {}", "- {}: {}."))
    return "\n".join(mark.format(head, text) for head, text in items)


def table(items: Items, rng: random.Random) -> str:
    """Write them as a table."""
    head = rng.choice((("", "Routine"), ("What", "Value"), ("Contract", ""), ("Item", "Detail")))
    rows = [head, ("---", "---"), *items]
    return "\n".join(f"| {left} | {right} |" for left, right in rows)


def comment_block(items: Items, rng: random.Random) -> str:
    """Write them as comments above a routine."""
    line = rng.choice(("", "; " + "-" * 40, ";" + "=" * 40))
    rows = [f"; {head}: {text}" for head, text in items]
    return "\n".join([line, *rows, line] if line else rows)


def sentences(items: Items, rng: random.Random) -> str:
    """Write them as short sentences."""
    link = rng.choice((": ", " - ", ": "))
    return " ".join(f"{head}{link}{text}." for head, text in items)
