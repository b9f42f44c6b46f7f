"""The text of gilyon's snes-tests as data: one instruction, the state before, the state after.

The file is not part of this repository: it lies at ../shared/data/snes-tests/tests-full.txt from the checkout, or where
SNES_TESTS says. The README there says where it comes from.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from datasets_app.domains.asm65816.machine import Machine, SparseMemory
from datasets_app.domains.asm65816.opcodes import Mode, Opcode, opcodes_of

CHECKOUT = Path(__file__).resolve().parents[3]
FILE = Path(os.environ.get("SNES_TESTS") or CHECKOUT.parent / "shared/data/snes-tests/tests-full.txt")
CODE = 0x008100
# What the ROM of those tests holds there, and where its vectors lead.
ROM = {0x00FFA0: "1212", 0x00FFA2: "0080", 0x00FFA4: "00807E"}

_VALUE = re.compile(r"(\w+)=\$?([0-9a-fA-F]+)")
_CELL = re.compile(r"\(\$(\w+)\)=\$(\w+)")
_SHAPES = {
    r"#\$(\w+)": [Mode.IMMEDIATE_M, Mode.IMMEDIATE_X, Mode.IMMEDIATE_8, Mode.SIGNATURE],
    r"\$(\w{2})": [Mode.DIRECT, Mode.SIGNATURE],
    r"\$(\w{2}),x": [Mode.DIRECT_X],
    r"\$(\w{2}),y": [Mode.DIRECT_Y],
    r"\(\$(\w{2})\)": [Mode.DIRECT_INDIRECT],
    r"\(\$(\w{2}),x\)": [Mode.DIRECT_X_INDIRECT],
    r"\(\$(\w{2})\),y": [Mode.DIRECT_INDIRECT_Y],
    r"\[\$(\w{2})\]": [Mode.DIRECT_LONG_INDIRECT],
    r"\[\$(\w{2})\],y": [Mode.DIRECT_LONG_INDIRECT_Y],
    r"\$(\w{4})": [Mode.ABSOLUTE, Mode.IMMEDIATE_16],
    r"\$(\w{4}),x": [Mode.ABSOLUTE_X],
    r"\$(\w{4}),y": [Mode.ABSOLUTE_Y],
    r"\[\$(\w{4})\]": [Mode.ABSOLUTE_LONG_INDIRECT],
    r"\$(\w{6})": [Mode.LONG],
    r"\$(\w{6}),x": [Mode.LONG_X],
    r"\$(\w{2}),s": [Mode.STACK],
    r"\(\$(\w{2}),s\),y": [Mode.STACK_INDIRECT_Y],
    r"a": [Mode.ACCUMULATOR],
    r"@(\w+)": [Mode.RELATIVE_8],
    r"": [Mode.IMPLIED],
}


@dataclass(frozen=True)
class Vector:
    """One test: registers and memory before and after; `more` says that the ROM does more than the text shows."""

    name: str
    instruction: str
    before: dict[str, int]
    after: dict[str, int]
    memory: dict[int, int]
    written: dict[int, int]
    more: bool

    @property
    def emulation(self) -> bool:
        return bool(self.before["e"])

    @property
    def start(self) -> int:
        """Where the instruction stands: in RAM, where the memory begins with it, else where we put it."""
        first = next(iter(self.memory), 0)
        return first if self.more and first >> 16 in (0x7E, 0x7F) else CODE


class MirroredMemory(SparseMemory):
    """Memory whose first 8 KB of bank 0 are those of bank $7E, as on the console."""

    def __init__(self) -> None:
        super().__init__()
        read, write = self.read, self.write
        self.read = lambda address: read(address | 0x7E0000 if address < 0x2000 else address)
        self.write = lambda address, value: write(address | 0x7E0000 if address < 0x2000 else address, value)


def read_vectors() -> list[Vector]:
    """Return all tests of the file."""
    blocks = re.split(r"^Test ", FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return [_read(block.splitlines()) for block in blocks]


def _read(lines: list[str]) -> Vector:
    name, _, instruction = lines[0].partition(": ")
    more = any("Additional" in line for line in lines)
    sides = [line.partition(": ")[2] for line in lines[1:3]]
    before, after = ({name.lower(): int(value, 16) for name, value in _VALUE.findall(_CELL.sub("", s))} for s in sides)
    memory, written = ({int(address, 16): int(value, 16) for address, value in _CELL.findall(side)} for side in sides)
    return Vector(name, instruction.partition(";")[0].strip(), before, after, memory, written, more)


def encode(vector: Vector) -> bytes:
    """Return the bytes of the vector's instruction."""
    mnemonic, _, operand = vector.instruction.lower().partition(" ")
    if mnemonic in ("mvn", "mvp"):
        source, target = re.findall(r"\$(\w+)", operand)
        return bytes([opcodes_of(mnemonic)[Mode.BLOCK].code, int(target, 16), int(source, 16)])
    for shape, modes in _SHAPES.items():
        found = re.fullmatch(shape, operand)
        opcode = next((opcodes_of(mnemonic)[mode] for mode in modes if mode in opcodes_of(mnemonic)), None)
        if found and opcode:
            return bytes([opcode.code]) + _operand(vector, opcode, found.group(1) if found.groups() else "0")
    raise ValueError(vector.instruction)


def _operand(vector: Vector, opcode: Opcode, digits: str) -> bytes:
    flags, emulation = vector.before["p"], vector.emulation
    size = opcode.operand_size(m=emulation or bool(flags & 0x20), x=emulation or bool(flags & 0x10))
    value = 0x10 if digits == "not_ok" else int(digits, 16)
    return value.to_bytes(size, "little")


def machine_for(vector: Vector) -> Machine:
    """Return a machine in the state before."""
    memory = MirroredMemory()
    for address, data in ROM.items():
        memory.load(address, bytes.fromhex(data))
    for address, value in vector.memory.items():
        memory.write(address, value)
    if vector.start == CODE:
        memory.load(CODE, encode(vector))
    machine = Machine(memory)
    machine.s, machine.pbr, machine.pc = 0x1EF, vector.start >> 16, vector.start & 0xFFFF
    for register, value in vector.before.items():
        setattr(machine, register, value)
    return machine


def differences(vector: Vector) -> list[str]:
    """Run the vector and return what is not as it should be."""
    machine = machine_for(vector)
    machine.step()
    while vector.instruction[:3] in ("mvn", "mvp") and machine.pc == vector.start & 0xFFFF:
        machine.step()
    expected = {register: (value, getattr(machine, register)) for register, value in vector.after.items()}
    expected |= {f"${address:06X}": (value, machine.bus.read(address)) for address, value in vector.written.items()}
    if 0xDB in vector.memory.values():  # STP lies where a wrong jump would lead.
        landed = machine.pbr << 16 | machine.pc
        expected["not on STP"] = (True, machine.bus.read(landed) != 0xDB)
    return [f"{what}: {should} expected, {is_}" for what, (should, is_) in expected.items() if should != is_]
