"""Finding registers and instructions by address, name or what they are for."""

from __future__ import annotations

from difflib import get_close_matches

from datasets_app.domains.asm65816.facts.instructions import Instruction, all_instructions, instruction_named
from datasets_app.domains.asm65816.registers import Register, all_registers, find_register, registers_named

_CLOSE = 0.6  # of 1, as difflib counts likeness


def find_one(words: str) -> Register | Instruction | None:
    """The one register or instruction that `words` name; None for words that name none, or a pair of registers."""
    named = registers_named(words.strip())
    if len(named) > 1:
        return None
    return find_register(words) or instruction_of(words)


def find_registers(words: str, area: str = "") -> list[Register]:
    """The registers of an area (or all) that `words` name, or whose names, bits or purpose hold every word."""
    rows = [one for one in all_registers() if not area or one.area == area]
    exact = find_register(words) if words else None
    if exact:
        named = registers_named(words.strip()) or (exact,)
        return [one for one in rows if one in named]
    return [one for one in rows if _holds(words, register_text(one))]


def find_instructions(words: str) -> list[Instruction]:
    """The instructions that `words` name (an opcode byte names one too), or whose purpose holds every word."""
    exact = instruction_of(words)
    if exact:
        return [exact]
    return [one for one in all_instructions().values() if _holds(words, f"{one.mnemonic} {one.purpose}")]


def instruction_of(name: str) -> Instruction | None:
    """The instruction of a mnemonic, of another assembler's name for it, or of an opcode byte such as A9 or $A9."""
    found = instruction_named(name.strip())
    code = _opcode(name.strip())
    if found or code is None:
        return found
    return next(one for one in all_instructions().values() for encoding in one.encodings if encoding.code == code)


def _opcode(text: str) -> int | None:
    digits = text.removeprefix("$")
    try:
        return int(digits, 16) if len(digits) == 2 and digits.isalnum() else None
    except ValueError:
        return None


def opcode_in(name: str) -> str:
    """The two digits of an opcode byte where `name` is one, for the place on the page; "" otherwise."""
    code = _opcode(name.strip())
    return "" if code is None else f"{code:02X}"


def similar(name: str) -> list[tuple[str, Register | Instruction]]:
    """Up to five facts whose names look like `name`, with those names."""
    known: dict[str, Register | Instruction] = {
        alias.upper(): register for register in all_registers() for alias in (*register.names, register.label[1:])
    }
    known |= {one.mnemonic: one for one in all_instructions().values()}
    return [(found, known[found]) for found in get_close_matches(name.strip("$ ").upper(), known, 5, _CLOSE)]


def register_text(register: Register) -> str:
    """What a register can be found by."""
    bits = " ".join(field.meaning for field in register.bits)
    return f"{register.label} {' '.join((*register.names, *register.words))} {register.purpose} {bits}"


def _holds(words: str, text: str) -> bool:
    folded = text.casefold()
    return all(word in folded for word in words.casefold().split())
