"""Code run from its start with unknown inputs: what the registers hold after a line, whatever they held before."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from datasets_app.domains.asm65816.assembler import assemble
from datasets_app.domains.asm65816.assembler.result import Assembly
from datasets_app.domains.asm65816.execution.registers import RecordedRegisters
from datasets_app.domains.asm65816.machine import Machine, NoisyMemory
from datasets_app.domains.asm65816.machine.memory import placed
from datasets_app.domains.asm65816.opcodes import Mode

STEPS = 2000
_M, _X, _DECIMAL = 0x20, 0x10, 0x08


@dataclass(frozen=True, slots=True)
class Observed:
    """The registers at one moment of one state's run; `p` are the flags."""

    a: int
    x: int
    y: int
    d: int
    dbr: int
    p: int

    def value(self, register: str) -> int:
        """Return a register by its name in capitals: A and C are the whole accumulator."""
        return {"A": self.a, "C": self.a, "X": self.x, "Y": self.y, "D": self.d, "DB": self.dbr, "DBR": self.dbr}[
            register
        ]

    def is_narrow(self, register: str) -> bool:
        """Say whether a register is 8 bits wide now. C is the 16 bits of A at any width."""
        return bool(self.p & {"A": _M, "X": _X, "Y": _X}.get(register, 0))


def observe(source: str, lines: Collection[int]) -> Mapping[int, tuple[Observed, ...]]:
    """Return what was seen after the last instruction of each of `lines` (from 1), in at least two random states.

    Lines that fewer than two states reached are missing, and so is everything where the code does not assemble. A run
    ends where it leaves the code. Widths that the code never sets are those its first immediate operands have.
    """
    assembly = assemble(source, stub_missing=True)
    if not assembly.ok or not assembly.instructions:
        return {}
    last = {one.line: one.address for one in assembly.instructions if one.line in lines}
    marks = {address: line for line, address in last.items()}
    if not marks:
        return {}
    image = {at: byte for start, data in assembly.blocks for at, byte in placed(start, data).items()}
    code = {one.address for one in assembly.instructions}
    seen: dict[int, list[Observed]] = {line: [] for line in last}
    reached: dict[int, set[int]] = {line: set() for line in last}
    widths = (_first_width(assembly, Mode.IMMEDIATE_M, _M), _first_width(assembly, Mode.IMMEDIATE_X, _X))
    # Three states make chance agreement of noise as rare as 1 in 65,536; four hold every width that is open.
    for state in range(4 if None in widths else 3):
        for line, observed in _run(assembly, image, code, marks, widths, state):
            seen[line].append(observed)
            reached[line].add(state)
    return {line: tuple(found) for line, found in seen.items() if len(reached[line]) > 1}


def _run(
    assembly: Assembly,
    image: Mapping[int, int],
    code: Collection[int],
    marks: Mapping[int, int],
    widths: tuple[int | None, int | None],
    state: int,
) -> Iterator[tuple[int, Observed]]:
    machine = Machine(NoisyMemory(image, state, registers=RecordedRegisters(state)))
    _set_up(machine, assembly.instructions[0].address, widths, state)
    for _ in range(STEPS):
        at = machine.pbr << 16 | machine.pc
        if at not in code or machine.stopped or machine.waiting:
            return
        machine.step()
        if at in marks and not machine.waiting:
            yield marks[at], Observed(machine.a, machine.x, machine.y, machine.d, machine.dbr, machine.p)


def _set_up(machine: Machine, start: int, widths: tuple[int | None, int | None], state: int) -> None:
    rng = random.Random(state)
    machine.e = False
    machine.a, machine.x, machine.y = (rng.randrange(0x10000) for _ in range(3))
    machine.s = 0x1FF - rng.randrange(16)
    flags = rng.randrange(0x100) & ~(_M | _X | _DECIMAL)
    for bit, width, turn in ((_M, widths[0], 1), (_X, widths[1], 2)):
        if width == 1 or (width is None and state & turn):
            flags |= bit
    machine.p = flags
    if flags & _X:
        machine.x, machine.y = machine.x & 0xFF, machine.y & 0xFF
    machine.pbr, machine.pc = start >> 16, start & 0xFFFF


def _first_width(assembly: Assembly, mode: Mode, bit: int) -> int | None:
    """Return the bytes of the first immediate operand before the code sets that width, None where it sets it first."""
    for one in assembly.instructions:
        if one.opcode.mode == mode:
            return len(one.data) - 1
        if (one.opcode.mnemonic in ("REP", "SEP") and one.data[1] & bit) or one.opcode.mnemonic in ("PLP", "XCE"):
            return None
    return None
