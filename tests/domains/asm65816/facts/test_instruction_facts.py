"""What is held about instructions: complete, sourced, and the flags as the machine changes them."""

from __future__ import annotations

import random

import pytest

from datasets_app.domains.asm65816.facts import all_instructions, instruction_named, opcode_at, opcode_of
from datasets_app.domains.asm65816.facts.instructions import SOURCES
from datasets_app.domains.asm65816.machine import Machine
from datasets_app.domains.asm65816.opcodes import Mode, Opcode, all_opcodes, mnemonics

BITS = {"N": 0x80, "V": 0x40, "M": 0x20, "X": 0x10, "D": 0x08, "I": 0x04, "Z": 0x02, "C": 0x01}


def test_every_mnemonic_has_its_facts() -> None:
    assert set(all_instructions()) == mnemonics()
    for instruction in all_instructions().values():
        assert instruction.purpose and len(instruction.purpose) < 90
        assert set(instruction.flags) <= set("NVMXDIZCE")
        assert instruction.encodings


def test_every_kind_of_fact_has_a_source() -> None:
    assert {"encoding", "size", "cycles", "flags", "aliases", "purpose"} <= set(SOURCES)
    assert all(SOURCES.values())


def changed_by(code: int) -> set[str]:
    """The flags that differ after one instruction in any of 400 random states, in native mode."""
    rng = random.Random(code)
    found: set[str] = set()
    for _ in range(400):
        machine = Machine()
        machine.bus.write(0x8000, code)
        for offset in range(1, 4):
            machine.bus.write(0x8000 + offset, rng.randrange(256))
        for address in range(0x1F0, 0x220):
            machine.bus.write(address, rng.randrange(256))
        machine.e, machine.pc, machine.s, machine.d = False, 0x8000, 0x1FF, rng.randrange(256)
        machine.p = before = rng.randrange(256)
        narrow = 0xFF if before & 0x10 else 0xFFFF
        machine.a, machine.x, machine.y = rng.randrange(0x10000), rng.randrange(0x10000) & narrow, 1
        machine.step()
        found |= {flag for flag, bit in BITS.items() if (before ^ machine.p) & bit}
    return found


@pytest.mark.parametrize("opcode", all_opcodes(), ids=lambda o: f"{o.code:02X}-{o.mnemonic}")
def test_the_flags_are_those_the_machine_changes(opcode: Opcode) -> None:
    said = set(all_instructions()[opcode.mnemonic].flags_in(opcode.mode)) - {"E"}
    if opcode.mnemonic == "XCE":
        said -= {"M", "X"} - changed_by(opcode.code)
    assert changed_by(opcode.code) == said


@pytest.mark.parametrize(
    ("alias", "mnemonic"),
    [("BLT", "BCC"), ("BGE", "BCS"), ("SWA", "XBA"), ("TSA", "TSC"), ("CPA", "CMP"), ("ina", "INC"), ("lda", "LDA")],
)
def test_other_names_find_their_instruction(alias: str, mnemonic: str) -> None:
    instruction = instruction_named(alias)
    assert instruction is not None
    assert instruction.mnemonic == mnemonic


def test_no_alias_is_a_mnemonic_or_belongs_to_two() -> None:
    aliases = [alias for instruction in all_instructions().values() for alias in instruction.aliases]
    assert len(aliases) == len(set(aliases))
    assert not set(aliases) & mnemonics()
    assert instruction_named("LAD") is None


def test_a_byte_and_its_instruction_find_each_other() -> None:
    for opcode in all_opcodes():
        assert opcode_at(opcode.code) == opcode == opcode_of(opcode.mnemonic, opcode.mode)
    assert opcode_of("LDA", Mode.IMPLIED) is None


@pytest.mark.parametrize("code", [-1, 256])
def test_what_is_no_byte_is_refused(code: int) -> None:
    with pytest.raises(IndexError):
        opcode_at(code)
