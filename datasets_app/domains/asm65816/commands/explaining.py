"""`afs asm facts`: what a register, an opcode or an instruction is, with the sources."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence

from afsweb.refusal import Refusal
from afsweb.terminal import Verbs, say
from datasets_app.domains.asm65816.assembler.suggest import closest
from datasets_app.domains.asm65816.commands.printing import count, say_table
from datasets_app.domains.asm65816.disassembler import disassembled_rows
from datasets_app.domains.asm65816.facts.concepts import registers_for
from datasets_app.domains.asm65816.facts.instructions import (
    FLAG_NAMES,
    SOURCES,
    Instruction,
    all_instructions,
    instruction_named,
    opcode_at,
)
from datasets_app.domains.asm65816.opcodes import Opcode
from datasets_app.domains.asm65816.registers import (
    Register,
    all_registers,
    parse_address,
    register_at,
    registers_named,
)

_MOST = 8
_ACCESS = {"R": "read only", "W": "write only", "RW": "read and write"}
_BYTE = re.compile(r"(?:\$|0[xX])?([0-9A-Fa-f]{2})")
_ADDITIONS = {
    "m": "1 more with a 16-bit A",
    "M": "2 more with a 16-bit A",
    "x": "1 more with 16-bit X and Y",
    "d": "1 more where the low byte of D is not 0",
    "p": "1 more where the index crosses a page, or X and Y have 16 bits",
    "b": "1 more when the branch is taken",
    "e": "1 more in emulation mode when a taken branch crosses a page",
    "n": "1 more in native mode",
}


class NothingKnown(Refusal):
    """Nothing is known of “{what}”.{hint} Ask for a register by address or name, an opcode byte, an instruction, or a
    register's purpose."""


def add_verb(verbs: Verbs) -> None:
    """Register `afs asm facts`."""
    verb = verbs.add_parser("facts", help="what a register, an opcode or an instruction is, with the sources")
    verb.add_argument(
        "what", nargs="+", help="such as 2100, INIDISP, A9, LDA, or words for a purpose such as screen brightness"
    )
    verb.set_defaults(run=explain_command)


def explain_command(arguments: argparse.Namespace) -> None:
    """Print the facts. Raises NothingKnown."""
    what = " ".join(arguments.what).strip()
    registers = _registers(what)
    opcode = _BYTE.fullmatch(what)
    instruction = instruction_named(what)
    if registers:
        _say_registers(registers)
    elif opcode:
        _say_opcode(opcode_at(int(opcode[1], 16)))
    elif instruction:
        _say_instruction(instruction)
    elif found := registers_for(what):
        _say_found(found)
    else:
        raise NothingKnown(what=what, hint=_hint(what))


def _registers(what: str) -> Sequence[Register]:
    named = registers_named(what)
    address = parse_address(what)
    at = register_at(address) if address is not None else None
    return named or ((at,) if at else ())


def _say_found(found: Sequence[Register]) -> None:
    if len(found) == 1:
        _say_registers(found)
        return
    for register in found[:_MOST]:
        say(f"{register.label} {register.name:10} {register.purpose}")
    if len(found) > _MOST:
        say(f"and {len(found) - _MOST} more; say more of what it is for")


def _say_registers(registers: Sequence[Register]) -> None:
    for number, register in enumerate(registers[:_MOST]):
        if number:
            say()
        for line in _register_lines(register):
            say(line)
    if len(registers) > _MOST:
        say(f"\nand {len(registers) - _MOST} more of that name")


def _register_lines(register: Register) -> Iterator[str]:
    def source(fact: str) -> str:
        return f"  [{', '.join(register.provenance.get(fact, ()))}]"

    twice = ", two accesses make one value" if register.twice else ""
    yield f"{register.label} {register.name}: {register.purpose}{source('purpose')}"
    yield f"  name: {register.name}{source('name')}"
    yield f"  access: {_ACCESS[register.access]}{twice}{source('access')}"
    for bits in register.bits:
        yield f"  {bits}: {bits.meaning}{source('bits')}"
    for alias in register.aliases:
        yield f"  also called {alias}{source(alias)}"
    if register.words:
        yield f"  part of {', '.join(register.words)}"
    if register.disagreement:
        yield f"  sources differ: {register.disagreement}"


def _say_opcode(opcode: Opcode) -> None:
    instruction = all_instructions()[opcode.mnemonic]
    say(f"${opcode.code:02X} is {_written(opcode)}: {instruction.purpose}  [{SOURCES['encoding']}]")
    say(f"  bytes: {_size(opcode)}  [{SOURCES['size']}]")
    say(f"  cycles: {opcode.cycles}  [{SOURCES['cycles']}]")
    for letter in opcode.additions:
        say(f"    {_ADDITIONS[letter]}")
    say(f"  flags it can change: {_flags(instruction.flags_in(opcode.mode))}  [{SOURCES['flags']}]")


def _say_instruction(instruction: Instruction) -> None:
    say(f"{instruction.mnemonic}: {instruction.purpose}")
    say(f"  flags it can change: {_flags(instruction.flags)}  [{SOURCES['flags']}]")
    if instruction.aliases:
        say(f"  other assemblers call it {', '.join(instruction.aliases)}; asar does not  [{SOURCES['aliases']}]")
    rows = [("opcode", "written as", "bytes", "cycles", "and")]
    for one in instruction.encodings:
        more = "; ".join(_ADDITIONS[letter] for letter in one.additions)
        rows.append((f"${one.code:02X}", _written(one), _size(one), str(one.cycles), more))
    say_table(rows, "  ")
    say(f"  {count(len(instruction.encodings), 'encoding')}  [{SOURCES['encoding']}; cycles: {SOURCES['cycles']}]")


def _written(opcode: Opcode) -> str:
    """The instruction with a sample operand, as asar takes it."""
    code = bytes((opcode.code, 0x12, 0x34, 0x56))
    return disassembled_rows(code, labels=False)[0].text


def _size(opcode: Opcode) -> str:
    narrow, wide = opcode.size(m=True, x=True), opcode.size(m=False, x=False)
    return str(narrow) if narrow == wide else f"{narrow} or {wide}"


def _flags(letters: str) -> str:
    return ", ".join(f"{letter} ({FLAG_NAMES[letter]})" for letter in letters) or "none"


def _hint(what: str) -> str:
    address = parse_address(what)
    if address is not None:
        below = [one for one in all_registers() if one.address < address & 0xFFFF]
        above = [one for one in all_registers() if one.address > address & 0xFFFF]
        near = " and ".join(f"{one.label} {one.name}" for one in (*below[-1:], *above[:1]))
        return f" No register is there; next to it: {near}."
    names = [name for register in all_registers() for name in register.names]
    near = closest(what, [*all_instructions(), *names])
    return f" Did you mean {near}?" if near else ""
