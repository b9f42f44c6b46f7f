"""Random programs, and what happens when the machine runs them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from datasets_app.domains.asm65816.assembler.result import Assembly
from datasets_app.domains.asm65816.machine import Machine
from datasets_app.domains.asm65816.opcodes import Mode

_PLAIN = [
    *("LDA $12", "STA $1234,X", "LDA $1280,Y", "INC $12", "LDA ($12),Y", "LDA $7E1234,X", "STZ $20", "ASL $1234,X"),
    *("LDA [$12]", "LDA 3,S", "INX", "TAX", "TYA", "CLC", "SEC", "ROL A", "DEC A"),
]
_IMMEDIATE = [
    f"{mnemonic}{operand}" for mnemonic in ("LDA", "ADC", "CMP", "LDX", "CPY") for operand in (".b #1", ".w #2")
]
_BRANCHES = ["BEQ", "BNE", "BCC", "BCS", "BMI", "BPL", "BRA"]
_RETURN_TO = 0x007F34


@dataclass
class Outcome:
    """How a run ended: "wide" at an immediate of the wrong width, "stack" at a return with another stack, "done"."""

    how: str
    line: int
    cycles: int


def program(random: Random) -> str:
    """Write up to three routines that call later ones, with widths, pushes and branches anyhow."""
    count = random.randint(1, 3)
    return "\n".join(line for number in range(count) for line in _routine(random, number, count))


def _routine(random: Random, number: int, count: int) -> list[str]:
    lines = [f"R{number}:"]
    ahead: list[str] = []
    pushed: list[str] = []
    for place in range(random.randint(2, 14)):
        if ahead and random.random() < 0.4:
            lines.append(f".{ahead.pop()}:")
        kind = random.choice(["switch", "immediate", "immediate", "plain", "branch", "call", "loop", "push", "pull"])
        if kind == "switch":
            lines.append(f"{random.choice(['REP', 'SEP'])} #${random.choice(['10', '20', '30'])}")
        elif kind == "branch":
            ahead.append(f"l{place}")
            lines.append(f"{random.choice(_BRANCHES)} .l{place}")
        elif kind == "call" and number + 1 < count:
            lines.append(f"JSR R{random.randint(number + 1, count - 1)}")
        elif kind == "loop":
            register = random.choice("XY")
            body = [random.choice(["NOP", "STZ $20", "REP #$20", f"BCC .n{place}"])]
            start = f"LD{register}{random.choice(['.b #$04', '.w #$0006'])}"
            lines += [start, f".n{place}:", *body, f"DE{register}", f"{random.choice(['BNE', 'BPL'])} .n{place}"]
        elif kind == "push":
            pushed.append(random.choice("AXYPB"))
            lines.append(f"PH{pushed[-1]}")
        elif kind == "pull" and pushed:
            lines.append(f"PL{pushed.pop()}" if random.random() < 0.9 else random.choice(["PLA", "PLX", "PLB"]))
        else:
            lines.append(random.choice(_IMMEDIATE if kind == "immediate" else _PLAIN))
    lines += [f".{label}:" for label in ahead]
    return [*lines, *(f"PL{what}" for what in reversed(pushed) if random.random() < 0.95), "RTS"]


def run(assembly: Assembly, random: Random, *, m: bool, x: bool) -> Outcome | None:
    """Call the code with random registers; None where it does not end soon, or overwrites its own stack."""
    machine = _machine(assembly, random, m=m, x=x)
    instructions = {placed.address: placed for placed in assembly.instructions}
    stacks = [machine.s]
    cycles = 0
    for _ in range(5000):
        if machine.pc == _RETURN_TO:
            return Outcome("done", 0, cycles)
        placed = instructions.get(machine.pc)
        if placed is None:
            return None
        flag = {Mode.IMMEDIATE_M: 0x20, Mode.IMMEDIATE_X: 0x10}.get(placed.opcode.mode)
        if flag and (len(placed.data) == 2) != bool(machine.p & flag):
            return Outcome("wide", placed.line, cycles)
        if placed.opcode.mnemonic == "JSR":
            stacks.append((machine.s - 2) & 0xFFFF)
        if placed.opcode.mnemonic == "RTS" and machine.s != stacks.pop():
            return Outcome("stack", placed.line, cycles)
        cycles += machine.step()
    return None


def _machine(assembly: Assembly, random: Random, *, m: bool, x: bool) -> Machine:
    machine = Machine()
    for address, block in assembly.blocks:
        for offset, byte in enumerate(block):
            machine.bus.write(address + offset, byte)
    machine.e = 0
    machine.p = random.randrange(256) & ~0x38 | 0x20 * m | 0x10 * x
    machine.a, machine.x, machine.y = (random.randrange(256 if narrow else 65536) for narrow in (False, x, x))
    machine.d, machine.s, machine.pc = random.choice([0, 1]), 0x1FEF, 0x8000
    machine.bus.write(0x1FF0, (_RETURN_TO - 1) & 0xFF)
    machine.bus.write(0x1FF1, _RETURN_TO >> 8)
    return machine
