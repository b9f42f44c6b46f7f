"""What the hardware needs time for: the results of the multiplier and of the divider are not there at once."""

from __future__ import annotations

from datasets_app.domains.asm65816.assembler.result import Placed
from datasets_app.domains.asm65816.lint.effects import Effect
from datasets_app.domains.asm65816.lint.remarks import Remarks
from datasets_app.domains.asm65816.lint.transfer import State
from datasets_app.domains.asm65816.lint.widths import UNKNOWN
from datasets_app.domains.asm65816.opcodes import Mode

EARLY_RESULT = "early_result"

_NEEDS = {0x4203: 8, 0x4206: 16}
"""CPU cycles from the write that starts the work to its result. Source: SNESdev wiki, MMIO registers; fullsnes."""

_RESULTS = {0x4203: (0x4216, 0x4217), 0x4206: (0x4214, 0x4215, 0x4216, 0x4217)}
_STORES = ("STA", "STX", "STY", "STZ")
_UNITS = {0x4203: "multiplier", 0x4206: "divider"}
_FETCHED = {Mode.ABSOLUTE: 3, Mode.LONG: 4}
"""Cycles of an instruction before it reads its operand's memory."""


def check_early_results(remarks: Remarks) -> None:
    """Find `early_result`: a result read before even the slowest run of the code between can have waited long enough.

    Only straight code is looked at: a label or a branch between the write and the read ends the search.
    """
    graph = remarks.flow.graph
    starts = [at for at, placed in enumerate(graph.instructions) if _may_start(placed)]
    if not starts:
        return
    states = {at: state for (_, at, _, _), state in remarks.flow.states.items()}
    for at in starts:
        port = _port_written(graph.instructions[at], states.get(at))
        if port:
            _follow(remarks, at, port, states)


def _may_start(placed: Placed) -> bool:
    stores = placed.opcode.mnemonic in _STORES and placed.opcode.mode in _FETCHED
    return stores and _register(placed.operand or 0) in (0x4202, 0x4203, 0x4205, 0x4206)


def _port_written(placed: Placed, state: State | None) -> int | None:
    """The port that a store starts: its address, or the one behind it where the store is 16 bits wide."""
    if state is None:
        return None
    address = _register(placed.operand or 0)
    kind = (state[1] if placed.opcode.mnemonic in ("STX", "STY") else state[0]) & 7
    if address in _NEEDS:
        return address
    return address + 1 if kind < UNKNOWN and kind & 1 and address + 1 in _NEEDS else None


def _register(operand: int) -> int:
    return operand & 0xFFFF if operand >> 16 & 0x7F < 0x40 else 0


def _follow(remarks: Remarks, at: int, port: int, states: dict[int, State]) -> None:
    graph, waited = remarks.flow.graph, 0
    start = at
    while waited < _NEEDS[port]:
        at = graph.following[at]
        if at < 0 or at in graph.jumped or graph.effects[at] >= Effect.BRANCH or at not in states:
            return
        placed = graph.instructions[at]
        if placed.opcode.mode in _FETCHED and _register(placed.operand or 0) in _RESULTS[port]:
            if placed.opcode.mnemonic[:2] != "ST":
                _remark(remarks, start, at, port, waited + _FETCHED[placed.opcode.mode])
            return
        m, x = states[at][0] & 7, states[at][1] & 7
        waited += placed.opcode.cycles_with(
            m=m < UNKNOWN and not m & 1, x=x < UNKNOWN and not x & 1, direct_unaligned=True, page_crossed=True
        )


def _remark(remarks: Remarks, start: int, at: int, port: int, waited: int) -> None:
    if waited >= _NEEDS[port]:
        return
    placed = remarks.flow.graph.instructions[at]
    said = f"{placed.opcode.mnemonic} ${_register(placed.operand or 0):04X}"
    remarks.add(
        "error",
        at,
        EARLY_RESULT,
        f"{said} reads the {_UNITS[port]}'s result {waited} cycles after {remarks.said(start)} started it; it takes "
        f"{_NEEDS[port]}.",
        f"Put NOPs or other work between them: {_NEEDS[port] - waited} cycles are missing.",
    )
