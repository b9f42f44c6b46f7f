"""A run in words: as a table, as a list of changes, as prose."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from datasets_app.domains.asm65816.execution.state import State
from datasets_app.domains.asm65816.execution.tables import flags_text
from datasets_app.domains.asm65816.execution.tracing import Step
from datasets_app.domains.asm65816.generators.layouts import choose
from datasets_app.domains.asm65816.generators.pool.routine import Routine

LAYOUTS = (
    "code table",
    "table end code",
    "code list",
    "list end code",
    "code prose",
    "code prose end",
    "lead code table end",
    "lead code list end",
    "code changes",
    "changes end code",
    "lead code changes end",
    "prose code",
)

_ASKS = (
    "Trace this routine, starting from {state}. Give the registers after every instruction.",
    "Execute this by hand. Start: {state}.",
    "Step through this code with {state} and show what changes.",
    "What happens, instruction by instruction, when this is called with {state}?",
    "Play CPU: begin with {state} and go on to the return.",
    "Follow the run of this routine. At entry: {state}.",
    "Show a register trace of this code for {state}.",
    "Single-step this. The state at entry is {state}.",
)
_LEADS = (
    "The lines, numbered:",
    "The run refers to these line numbers:",
    "First the listing with numbers:",
    "With line numbers in the comments:",
)
_FLAGS = (("N", 0x80), ("V", 0x40), ("Z", 0x02), ("C", 0x01))
_M, _X = 0x20, 0x10


@dataclass(frozen=True, slots=True)
class Told:
    """A run with the routine it is of; `lines` are the lines of its listing that the steps stand on."""

    routine: Routine
    state: State
    steps: Sequence[Step]
    lines: Sequence[int]

    def quote(self, number: int) -> str:
        """The instruction of a step as it stands in the listing."""
        listing = self.routine.listing
        return listing.quotes[listing.rows.index(self.lines[number])]


def request(state: State, steps: Sequence[Step], rng: random.Random) -> str:
    """The wish, with all that the run depends on."""
    return rng.choice(_ASKS).format(state=_state_text(state, steps))


def numbered(told: Told) -> str:
    """The listing with the numbers of its lines as comments."""
    rows = told.routine.listing.text.split("\n")
    width = max(len(row.expandtabs(8)) for row in rows) + 2
    return "\n".join(f"{row}{' ' * (width - len(row.expandtabs(8)))}; {at}" for at, row in enumerate(rows, 1))


def parts(told: Told, rng: random.Random) -> dict[str, str]:
    """The parts of an answer but the code."""
    return {
        "lead": rng.choice(_LEADS),
        "table": _table(told, rng),
        "list": _list(told, rng),
        "changes": _changes_table(told, rng),
        "prose": _prose(told, rng),
        "end": _end(told, rng),
    }


def _state_text(state: State, steps: Sequence[Step]) -> str:
    """Registers, widths and the bytes of memory that the run reads before it writes them."""
    registers = (
        f"A=${state.a:04X}, X=${state.x:0{2 if state.p & _X else 4}X}, Y=${state.y:0{2 if state.p & _X else 4}X}"
    )
    flags = f"flags {flags_text(state.p)}"
    cells = ", ".join(f"{_address(at)}=${value:02X}" for at, value in _inputs(steps).items())
    return f"{registers}, {flags}, D=$0000, DBR=${state.dbr:02X}" + (f" and in memory {cells}" if cells else "")


def _inputs(steps: Sequence[Step]) -> dict[int, int]:
    found: dict[int, int] = {}
    written: set[int] = set()
    for step in steps:
        for at, value in step.read:
            if at not in written and not _is_stack(at):
                found.setdefault(at, value)
        written.update(at for at, _ in step.written)
    return found


def _is_stack(address: int) -> bool:
    return (0x1C00 <= address & 0xFFFF < 0x1EF3 and address < 0x800000) or address in (0x1EF3, 0x1EF4)


def _address(at: int) -> str:
    low = at & 0xFFFF
    return (
        f"${low:04X}"
        if low < 0x2000 and at >> 16 in (0x00, 0x7E, 0x80)
        else f"${at:06X}"
        if at >> 16 & 0x7F
        else f"${low:04X}"
    )


def _register(name: str, step: Step) -> str:
    value = getattr(step, name)
    narrow = step.p & (_M if name == "a" else _X)
    return f"${value & 0xFF:02X}" if narrow else f"${value:04X}"


def _before(told: Told, number: int) -> Step | State:
    return told.steps[number - 1] if number else told.state


def _changes(told: Told, number: int) -> list[str]:
    """What a step changed: registers by their value, flags, widths, memory."""
    step, before = told.steps[number], _before(told, number)
    found = [f"{name.upper()} = {_register(name, step)}" for name in "axy" if _differs(name, step, before)]
    found += [
        f"{label} = ${getattr(step, name):04X}"
        for name, label in (("d", "D"),)
        if getattr(step, name) != getattr(before, name)
    ]
    found += [f"DBR = ${step.dbr:02X}"] if step.dbr != before.dbr else []
    found += [f"{name} = {int(bool(step.p & bit))}" for name, bit in _FLAGS if (step.p ^ before.p) & bit]
    found += [
        f"{'A' if bit == _M else 'X and Y'} now {8 if step.p & bit else 16} bits"
        for bit in (_M, _X)
        if (step.p ^ before.p) & bit
    ]
    found += [f"{_address(at)} = ${value:02X}" for at, value in step.written if not _is_stack(at)]
    return found


def _differs(name: str, step: Step, before: Step | State) -> bool:
    return bool(getattr(step, name) != getattr(before, name))


def _happened(told: Told, number: int) -> str:
    changes = _changes(told, number)
    if changes:
        return ", ".join(changes)
    op = told.quote(number)[:3].upper()
    if op in ("BCC", "BCS", "BEQ", "BNE", "BPL", "BMI", "BVC", "BVS"):
        return "taken" if _is_taken(told, number) else "not taken"
    if op.startswith("PH"):
        return f"stack pointer ${told.steps[number].s:04X}"
    return "returns" if op.startswith("RT") else "nothing else changes"


def _is_taken(told: Told, number: int) -> bool:
    return number + 1 < len(told.steps) and told.steps[number + 1].address != told.steps[number].address + 2


def _table(told: Told, rng: random.Random) -> str:
    """Every register after every step; the instruction stands last, or the values carry their names."""
    named = rng.random() < 0.5
    heads = ("Line", "Instruction", "After it") if named else ("Line", "A", "X", "Y", "Flags", "after")
    rows: list[tuple[str, ...]] = [heads]
    rows.append(("---",) * len(rows[0]))
    for number, step in enumerate(told.steps):
        line, code = str(told.lines[number]), f"`{told.quote(number)}`"
        a, x, y = (_register(name, step) for name in "axy")
        flags = flags_text(step.p)
        rows.append((line, code, f"A={a} X={x} Y={y} {flags}") if named else (line, a, x, y, flags, code))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _changes_table(told: Told, rng: random.Random) -> str:
    heads = rng.choice((("Line", "Instruction", "Change"), ("Line", "Executed", "Then")))
    rows = [heads, ("---",) * 3]
    rows += [(str(told.lines[n]), f"`{told.quote(n)}`", _happened(told, n)) for n in range(len(told.steps))]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _list(told: Told, rng: random.Random) -> str:
    form = rng.choice(
        ("{n}. `{code}` - {what}", "{n}. Line {line}, `{code}`: {what}", "- line {line}: `{code}` -> {what}")
    )
    return "\n".join(
        form.format(n=n + 1, line=told.lines[n], code=told.quote(n), what=_happened(told, n))
        for n in range(len(told.steps))
    )


def _prose(told: Told, rng: random.Random) -> str:
    """Sentences, three or four steps to a paragraph."""
    said = []
    for number in range(len(told.steps)):
        lead = (
            rng.choice(("Line {line}, `{code}`: {what}.", "`{code}` (line {line}): {what}.", "Then `{code}`: {what}."))
            if number
            else (
                rng.choice(
                    (
                        "The run begins with `{code}`: {what}.",
                        "First `{code}`: {what}.",
                        "It starts at line {line}, `{code}`: {what}.",
                    )
                )
            )
        )
        said.append(lead.format(line=told.lines[number], code=told.quote(number), what=_happened(told, number)))
    size = rng.choice((3, 4, 5))
    return "\n\n".join(" ".join(said[at : at + size]) for at in range(0, len(said), size))


def _end(told: Told, rng: random.Random) -> str:
    last = told.steps[-1]
    written = {at: value for step in told.steps for at, value in step.written if not _is_stack(at)}
    cells = ", ".join(f"{_address(at)} = ${value:02X}" for at, value in sorted(written.items())) or "unchanged"
    registers = ", ".join(f"{name.upper()} = {_register(name, last)}" for name in "axy")
    return choose(
        rng,
        "On return: {registers}. Memory written: {cells}. That took {steps} instructions and {cycles} CPU cycles.",
        "At the end {registers}; in memory {cells}. {steps} instructions were executed, {cycles} cycles.",
        "Result: {cells} in memory, {registers}. The run is {steps} instructions long ({cycles} cycles).",
        registers=registers,
        cells=cells,
        steps=str(len(told.steps)),
        cycles=str(sum(step.cycles for step in told.steps)),
    )
