"""How many instructions a second the 65816 runs on sparse memory, beside a bare Python loop of the same length."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial

from datasets_app.domains.asm65816.machine import Machine, SparseMemory
from tests.benchmarks.harness import Bar, report

STEPS = 200_000
REPEATS = 9
# At least this many instructions a second on an idle core.
RATE = 700_000
ORIGIN = 0x008000

# loop: INX : BNE loop : BRA loop
TIGHT = "E8 D0FD 80FB"
# loop: LDA $1000,X : STA $2000,X : INX : CPX #$0400 : BNE loop : LDX #$0000 : BRA loop
COPY = "BD0010 9D0020 E8 E00004 D0F4 A20000 80EF"
# loop: JSR add : LDA $14 : ASL : ROL $12 : STA ($20),Y : DEC $16 : LDA $16 : LSR : BCS loop
# SEP #$20 : LDA [$24],Y : CMP #$40 : BCS on : AND #$3F : PHA : PLA : on: REP #$20 : INY : BRA loop
# add: PHX : LDA $10 : CLC : ADC $7E2000,X : STA $14
# TAX : LDA $1000,X : SBC $18 : EOR #$00FF : STA $18 : PLX : INX : RTS
MIXED = (
    "202680 A514 0A 2612 9120 C616 A516 4A B0EF E220 B724 C940 B004 293F 48 68 C220 C8 80DE EAEAEAEA"
    "DA A510 18 7F00207E 8514 AA BD0010 E518 49FF00 8518 FA E8 60"
)


def machine_with(code: str) -> Machine:
    """A machine in native mode with 16-bit registers in front of this code."""
    memory = SparseMemory()
    memory.load(ORIGIN, bytes.fromhex(code))
    memory.load(0x000020, bytes.fromhex("0030 0000 0040 7E"))
    machine = Machine(memory)
    machine.e, machine.p, machine.s, machine.dbr, machine.pc = False, 0x00, 0x01FF, 0x7E, ORIGIN
    return machine


def rate(run: Callable[[], object]) -> int:
    """Median of the rates per second at which `run` does STEPS steps."""
    rates = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        run()
        rates.append(STEPS / (time.perf_counter() - begin))
    return round(statistics.median(rates))


def bare_loop() -> int:
    """What a step costs at the very least: take a function from a table and call it."""
    table = (lambda value: value + 1 & 0xFFFF,) * 256
    value = 0
    for _ in range(STEPS):
        value = table[value & 0xFF](value)
    return value


def main() -> None:
    figures = {}
    for name, code in {"tight": TIGHT, "copy": COPY, "mixed": MIXED}.items():
        machine = machine_with(code)
        figures[f"{name}_per_s"] = rate(partial(machine.run, STEPS))
        assert ORIGIN <= machine.pc < ORIGIN + len(bytes.fromhex(code)), f"{name} ran away to ${machine.pc:04X}"
    figures["control_per_s"] = rate(bare_loop)
    report("asm65816_machine", figures, {"mixed_per_s": Bar(figures["mixed_per_s"], at_least=RATE)})


if __name__ == "__main__":
    main()
