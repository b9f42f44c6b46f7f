"""What is true of the hardware: registers, instructions, a project's symbols; and the claims of a text held against it.

`check_claims(text, symbols=None)` is the check. Lookups go both ways: an address and its register, an opcode byte and
its instruction, words and the registers that they describe.
"""

from datasets_app.domains.asm65816.facts.claims import KINDS, check_claims
from datasets_app.domains.asm65816.facts.concepts import registers_for
from datasets_app.domains.asm65816.facts.instructions import (
    Instruction,
    all_instructions,
    instruction_named,
    opcode_at,
    opcode_of,
)
from datasets_app.domains.asm65816.facts.names import name_claims
from datasets_app.domains.asm65816.facts.symbols import BadSymbols, Symbols, parse_symbols
from datasets_app.domains.asm65816.registers import (
    Register,
    all_registers,
    find_register,
    register_at,
    register_named,
    registers_named,
)

__all__ = [
    "KINDS",
    "BadSymbols",
    "Instruction",
    "Register",
    "Symbols",
    "all_instructions",
    "all_registers",
    "check_claims",
    "find_register",
    "instruction_named",
    "name_claims",
    "opcode_at",
    "opcode_of",
    "parse_symbols",
    "register_at",
    "register_named",
    "registers_for",
    "registers_named",
]
