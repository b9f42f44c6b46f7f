"""What a text is about: the part of the hardware that it names most, else the sort of instructions that it is made of.

A closed list, so that counts by topic can be compared over time. Register families follow the areas of fullsnes' list
of I/O ports; the groups of instructions are those of WDC's data sheet, with loads, flags, calls and branches last,
because code of every sort is full of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from datasets_app.domains.asm65816.facts.mentions import find_mentions, instruction_in
from datasets_app.domains.asm65816.listing import code_blocks

NOTHING = "other"
_COMMENT = re.compile(r";.*")
# The first word of a statement: at the start of a line, after a label, or after the colon between two statements.
_STATEMENT = re.compile(r"(?:^|:)\s*([A-Za-z]{3})(?=[.\s:]|$)", re.MULTILINE)
# Family | what people read | its registers, where 43xN is that register of each DMA channel.
_FAMILIES = """
display|screen and brightness|2100 2133 213E 213F
sprites|sprites (OAM)|2101-2104 2138
backgrounds|backgrounds and scrolling|2105-2114
vram|video memory (VRAM)|2115-2119 2139 213A
mode7|mode 7|211A-2120 2134-2136
palette|palette (CGRAM)|2121 2122 213B
windows|windows|2123-212B 212E 212F
layers|layers and colour math|212C 212D 2130-2132
counters|beam position|2137 213C 213D
apu|APU ports|2140-2143
wram|work RAM port|2180-2183
joypads|joypads and I/O port|4016 4017 4201 4213 4218-421F
interrupts|interrupts and timers|4200 4207-420A 4210-4212
multiply_divide|multiply and divide|4202-4206 4214-4217
dma|DMA|420B 43x0-43x6
hdma|HDMA|420C 43x7-43xA
speed|memory speed|420D
"""
# Group | what people read | its instructions. In the second table those that count only where no other one does.
_GROUPS = """
block_move|block moves|MVN MVP
stack|stack|PHA PHB PHD PHK PHP PHX PHY PLA PLB PLD PLP PLX PLY PEA PEI PER TCS TSC TSX TXS
shifts|shifts and rotates|ASL LSR ROL ROR
logic|logic and bits|AND ORA EOR BIT TSB TRB
arithmetic|arithmetic|ADC SBC INC DEC
index|index registers|INX INY DEX DEY TAX TAY TXA TYA TXY TYX
transfers|other transfers|TCD TDC XBA
system|system and waiting|BRK COP WDM STP WAI NOP
"""
_COMMON = """
branches|compares and branches|CMP CPX CPY BCC BCS BEQ BMI BNE BPL BRA BRL BVC BVS
calls|jumps and calls|JML JMP JSL JSR RTI RTL RTS
flags|flags and widths|CLC CLD CLI CLV SEC SED SEI REP SEP XCE
loads|loads and stores|LDA LDX LDY STA STX STY STZ
"""


def _rows(table: str) -> Iterator[tuple[str, str, list[str]]]:
    for line in table.strip().splitlines():
        name, label, members = line.split("|")
        yield name, label, members.split()


TOPICS: Mapping[str, str] = {
    **{name: label for table in (_FAMILIES, _GROUPS, _COMMON) for name, label, _ in _rows(table)},
    NOTHING: "something else",
}
"""Every topic with its label."""


def topic_of(text: str) -> str:
    """The topic of a text, one of TOPICS: `other` when it names neither a register nor an instruction.

    Registers go before instructions; the family mentioned most wins, and of equals the one mentioned first.
    """
    mentions = find_mentions(text)
    families = [_family_of()[one.key] for one in mentions if one.kind == "register"]
    if families:
        return _most(families)
    named = [one.key for one in mentions if one.kind == "instruction"] or list(_written(text))
    for groups in (_groups(_GROUPS), _groups(_COMMON)):
        if found := [groups[name] for name in named if name in groups]:
            return _most(found)
    return NOTHING


def _written(text: str) -> Iterator[str]:
    """The instructions in a text's code."""
    for block in code_blocks(text):
        for match in _STATEMENT.finditer(_COMMENT.sub("", block.source)):
            if name := instruction_in(match[1]):
                yield name


def _most(names: Iterable[str]) -> str:
    # Of equal counts a Counter gives the one that came first.
    return Counter(names).most_common(1)[0][0]


@cache
def _groups(table: str) -> dict[str, str]:
    return {mnemonic: name for name, _, members in _rows(table) for mnemonic in members}


@cache
def _family_of() -> dict[str, str]:
    """A register's address as four digits -> its family."""
    return {f"{address:04X}": name for name, _, spans in _rows(_FAMILIES) for address in _addresses(spans)}


def _addresses(spans: Iterable[str]) -> Iterator[int]:
    for span in spans:
        for channel in range(8) if "x" in span else range(1):
            low, _, high = span.replace("x", str(channel)).partition("-")
            yield from range(int(low, 16), int(high or low, 16) + 1)
