"""What each instruction does to the registers and memory, as templates of Python lines.

Names in braces depend on the width of the registers involved (`tables` fills them in): {mask} and {sign} are 0xFF and
0x80 or 0xFFFF and 0x8000, {bits} is 8 or 16, {store_a} puts `result` into the accumulator, leaving its high byte alone
when it is 8 bits wide, {flags} sets N and Z from `result`, {high} shifts a word's high byte down. The machine keeps N
and Z unfinished, because most of them are overwritten before anybody asks: Z is set when `cpu.nonzero` is 0, N when bit
7 of `cpu.negative` is. V is set when `cpu.overflow` is not 0; the carry is 0 or 1.

Source: the instruction descriptions of WDC's W65C816S data sheet; decimal arithmetic is in `decimal`.
"""

from __future__ import annotations

from datasets_app.domains.asm65816.machine.addressing import BYTE

READS = {
    "LDA": ["result = value", "{store_a}", "{flags}"],
    "LDX": ["cpu.x = result = value", "{flags}"],
    "LDY": ["cpu.y = result = value", "{flags}"],
    "AND": ["result = cpu.a & value", "{store_a}", "{flags}"],
    "ORA": ["result = cpu.a & {mask} | value", "{store_a}", "{flags}"],
    "EOR": ["result = cpu.a & {mask} ^ value", "{store_a}", "{flags}"],
    "ADC": [
        "held = cpu.a & {mask}",
        "if cpu.modes & 8:",
        "    result = add_decimal(cpu, held, value, {bits})",
        "else:",
        "    result = held + value + cpu.carry",
        "    cpu.carry = result >> {bits}",
        "    cpu.overflow = (held ^ result) & (value ^ result) & {sign}",
        "    result &= {mask}",
        "{store_a}",
        "{flags}",
    ],
    "SBC": [
        "held = cpu.a & {mask}",
        "value ^= {mask}",
        "if cpu.modes & 8:",
        "    result = subtract_decimal(cpu, held, value, {bits})",
        "else:",
        "    result = held + value + cpu.carry",
        "    cpu.carry = result >> {bits}",
        "    cpu.overflow = (held ^ result) & (value ^ result) & {sign}",
        "    result &= {mask}",
        "{store_a}",
        "{flags}",
    ],
    # A difference below zero has -1 above its bits, any other has 0.
    "CMP": ["result = (cpu.a & {mask}) - value", "cpu.carry = (result >> {bits}) + 1", "result &= {mask}", "{flags}"],
    "CPX": ["result = cpu.x - value", "cpu.carry = (result >> {bits}) + 1", "result &= {mask}", "{flags}"],
    "CPY": ["result = cpu.y - value", "cpu.carry = (result >> {bits}) + 1", "result &= {mask}", "{flags}"],
    "BIT": ["cpu.nonzero = cpu.a & value", "cpu.negative = value{high}", "cpu.overflow = value & {sign} >> 1"],
}
"""Instructions that read `value`."""

BIT_IMMEDIATE = ["cpu.nonzero = cpu.a & value"]
"""BIT with an immediate leaves N and V alone."""

WRITES = {"STA": "cpu.a", "STX": "cpu.x", "STY": "cpu.y", "STZ": "0"}
"""Instructions that write a register, or zero."""

CHANGES = {
    "ASL": ["cpu.carry = value >> {bits} - 1", "result = value << 1 & {mask}", "{flags}"],
    "LSR": ["cpu.carry = value & 1", "result = value >> 1", "{flags}"],
    "ROL": ["result = value << 1 & {mask} | cpu.carry", "cpu.carry = value >> {bits} - 1", "{flags}"],
    "ROR": ["result = value >> 1 | cpu.carry << {bits} - 1", "cpu.carry = value & 1", "{flags}"],
    "INC": ["result = value + 1 & {mask}", "{flags}"],
    "DEC": ["result = value - 1 & {mask}", "{flags}"],
    "TSB": ["cpu.nonzero = cpu.a & value", "result = value | cpu.a & {mask}"],
    "TRB": ["cpu.nonzero = cpu.a & value", "result = value & ~cpu.a"],
}
"""Instructions that read `value` and write `result` back."""

BY_INDEX = {
    "INX": ["cpu.x = result = cpu.x + 1 & {mask}", "{flags}"],
    "INY": ["cpu.y = result = cpu.y + 1 & {mask}", "{flags}"],
    "DEX": ["cpu.x = result = cpu.x - 1 & {mask}", "{flags}"],
    "DEY": ["cpu.y = result = cpu.y - 1 & {mask}", "{flags}"],
    "TAX": ["cpu.x = result = cpu.a & {mask}", "{flags}"],
    "TAY": ["cpu.y = result = cpu.a & {mask}", "{flags}"],
    "TXY": ["cpu.y = result = cpu.x", "{flags}"],
    "TYX": ["cpu.x = result = cpu.y", "{flags}"],
    "TSX": ["cpu.x = result = cpu.s & {mask}", "{flags}"],
}
"""Implied instructions as wide as the index registers."""

BY_ACCUMULATOR = {
    "TXA": ["result = cpu.x & {mask}", "{store_a}", "{flags}"],
    "TYA": ["result = cpu.y & {mask}", "{store_a}", "{flags}"],
}
"""Implied instructions as wide as the accumulator."""

ALWAYS_WIDE = {
    "TCD": ["cpu.d = result = cpu.a", "{flags}"],
    "TDC": ["cpu.a = result = cpu.d", "{flags}"],
    "TSC": ["cpu.a = result = cpu.s", "{flags}"],
}
"""Implied instructions that take 16 bits whatever the flags say."""

PLAIN = {
    "NOP": [],
    "WDM": [BYTE],
    "CLC": ["cpu.carry = 0"],
    "SEC": ["cpu.carry = 1"],
    "CLV": ["cpu.overflow = 0"],
    "CLD": ["cpu.modes &= ~8"],
    "SED": ["cpu.modes |= 8"],
    "XBA": ["held = cpu.a", "cpu.a = held >> 8 | held << 8 & 0xFF00", "cpu.negative = cpu.nonzero = held >> 8"],
}
"""Instructions that depend on no width."""

BRANCHES = {
    "BPL": "not cpu.negative & 0x80",
    "BMI": "cpu.negative & 0x80",
    "BVC": "not cpu.overflow",
    "BVS": "cpu.overflow",
    "BCC": "not cpu.carry",
    "BCS": "cpu.carry",
    "BNE": "cpu.nonzero",
    "BEQ": "not cpu.nonzero",
    "BRA": "True",
}
"""When each branch is taken."""
