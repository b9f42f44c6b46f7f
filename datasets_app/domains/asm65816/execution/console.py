"""One run on a console, from a state that a person gave, with everything that happened on the way.

Memory that nobody set is 0, and the registers answer as `machine.snes` models them. A routine elsewhere returns at once
and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from datasets_app.domains.asm65816.disassembler import disassembled_rows
from datasets_app.domains.asm65816.execution.program import Program
from datasets_app.domains.asm65816.execution.state import State
from datasets_app.domains.asm65816.machine import Access, Machine, SnesBus, is_register, record_accesses, save_state
from datasets_app.domains.asm65816.machine import State as Registers
from datasets_app.domains.asm65816.machine.memory import canonical
from datasets_app.domains.asm65816.opcodes import Mode

_CALLED = {"JSR": 2, "JSL": 3}
_HIROM_BANKS, _WORK_RAM = 0x40, 0x7E0000


class NoMemory(ValueError):
    """There is no memory at ${address:06X}."""

    def __init__(self, address: int) -> None:
        super().__init__(f"There is no memory at ${address:06X}.")


@dataclass(frozen=True)
class Step:
    """One instruction that ran: where, what it is, the registers after it, its CPU cycles."""

    address: int
    text: str
    after: Registers
    cycles: int


@dataclass(frozen=True)
class Watched:
    """What a run came to.

    `ended` is as in `running.Outcome`. `written` has (before, after) for each byte of memory that was written, by its
    lowest address; free stack is left out. `calls` are the routines elsewhere with A, X and Y. `clocks` are master
    clocks.
    """

    ended: str
    begin: Registers
    end: Registers
    written: Mapping[int, tuple[int, int]]
    hardware: tuple[Access, ...]
    calls: tuple[tuple[str, int, int, int], ...]
    steps: int
    cycles: int
    clocks: int


def watch(program: Program, state: State, *, limit: int, trace: Callable[[Step], None] | None = None) -> Watched:
    """Run from `state`, at most `limit` instructions; `trace` is told of each. Raises NoMemory."""
    return _Run(program, state).go(limit, trace)


class _Run:
    """A console with the routine in it, about to be run."""

    def __init__(self, program: Program, state: State) -> None:
        self.program, self.state = program, state
        self.bus = SnesBus(mapping="hirom" if any(map(_is_hirom, program.cells)) else "lorom")
        self.machine = Machine(self.bus)
        frame = [state.p, *_bytes(program.home, 3)] if program.ends_by_rti else _bytes(program.home - 1, 2)
        if not program.ends_by_rti:
            frame.append(program.home >> 16)
        for address, value in program.cells.items():
            self._place(address, value)
        for address, value in ({state.s + 1 + at: byte for at, byte in enumerate(frame)} | state.memory).items():
            self._place(address, value)
        self._set_registers()
        self.before = bytes(self.bus.wram)
        self.hardware = record_accesses(self.machine)
        self.written: dict[int, tuple[int, int]] = {}
        self._note_writes()
        self.bus.extra_clocks = 0

    def go(self, limit: int, trace: Callable[[Step], None] | None) -> Watched:
        machine, program = self.machine, self.program
        begin, steps, ended = save_state(machine), 0, "limit"
        calls: list[tuple[str, int, int, int]] = []
        while steps < limit:
            where, text = machine.program_bank | machine.pc, self._text() if trace else ""
            run = machine.run(1 if trace else limit - steps, program.stops)
            steps += run.steps
            if trace and run.steps:
                trace(Step(where, text, save_state(machine), run.cycles))
            if run.reason in ("waiting", "stopped"):
                ended = {"waiting": "WAI", "stopped": "STP"}[run.reason]
                break
            here = machine.program_bank | machine.pc
            name = program.outside.get(here, "")
            if machine.stopped or machine.waiting:
                continue  # The next turn tells whether an interrupt comes.
            if run.reason == "until" and name in program.calls:
                calls.append((name, machine.a, machine.x, machine.y))
                self._return(_CALLED[program.calls[name]])
            elif run.reason == "until":
                ended = self._end(here, name)
                break
        written = self._all_written()
        end = save_state(machine)
        return Watched(
            ended, begin, end, written, tuple(self.hardware), tuple(calls), steps, machine.cycles, self.bus.clocks
        )

    def _place(self, address: int, value: int) -> None:
        cartridge = self.bus.cartridge
        if _is_work_ram(address):
            self.bus.load(address, bytes([value]))
            return
        cartridge.write(address, value)
        if not is_register(address) and cartridge.rom_index(address) is not None:
            cartridge.place(address, bytes([value]))
        if cartridge.read(address) != value:
            raise NoMemory(address)

    def _set_registers(self) -> None:
        machine, state, entry = self.machine, self.state, self.program.entry
        machine.e, machine.p, machine.s, machine.d = False, state.p, state.s, state.d
        machine.a, machine.x, machine.y, machine.dbr = state.a, state.x, state.y, state.dbr
        machine.pbr, machine.pc, machine.cycles = entry >> 16, entry & 0xFFFF, 0

    def _note_writes(self) -> None:
        write, peek = self.machine.write, self.bus.peek

        def writing(address: int, value: int) -> object:
            home = canonical(address)
            if is_register(home):
                return write(address, value)
            before = self.written[home][0] if home in self.written else peek(address)
            write(address, value)
            self.written[home] = before, peek(address)
            return None

        self.machine.write = writing

    def _all_written(self) -> dict[int, tuple[int, int]]:
        """What the CPU wrote, and what DMA did: that wrote behind its back."""
        written = dict(self.written)
        for offset, (was, now) in enumerate(zip(self.before, self.bus.wram, strict=True)):
            if was != now:
                home = canonical(_WORK_RAM + offset)
                written[home] = written.get(home, (was,))[0], now
        floor = max(self.machine.s - 0x1FF, 0)
        return {at: written[at] for at in sorted(written) if not floor <= at <= self.machine.s}

    def _return(self, length: int) -> None:
        machine = self.machine
        raw = [self.bus.peek(machine.s + 1 + at) for at in range(length)]
        machine.s += length
        machine.pc = (raw[0] | raw[1] << 8) + 1 & 0xFFFF
        if length == 3:
            machine.pbr = raw[2]

    def _end(self, here: int, name: str) -> str:
        if here != self.program.home:
            return f"jump {name}" if name else "end"
        return {2: "RTS", 3: "RTL", 4: "RTI"}.get(self.machine.s - self.state.s, "return from another depth")

    def _text(self) -> str:
        machine = self.machine
        here = machine.program_bank | machine.pc
        if is_register(here):
            return ""
        code = bytes(self.bus.peek(here & 0xFF0000 | here + at & 0xFFFF) for at in range(4))
        narrow = bool(machine.e)
        m, x = narrow or bool(machine.p & 0x20), narrow or bool(machine.p & 0x10)
        row = disassembled_rows(code, origin=here, m=m, x=x, labels=False)[0]
        if row.opcode and row.operand is not None and row.opcode.mode in (Mode.RELATIVE_8, Mode.RELATIVE_16):
            return f"{row.opcode.mnemonic} ${row.operand & 0xFFFF:04X}"
        return row.text


def _is_work_ram(address: int) -> bool:
    return address & 0xFE0000 == _WORK_RAM or address & 0x40FFFF < 0x2000


def _is_hirom(address: int) -> bool:
    return address >> 16 & 0x7F >= _HIROM_BANKS and address & 0xFFFF < 0x8000 and not _is_work_ram(address)


def _bytes(value: int, count: int) -> list[int]:
    return [value >> 8 * at & 0xFF for at in range(count)]
