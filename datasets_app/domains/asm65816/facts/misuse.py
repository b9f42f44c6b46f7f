"""Code that accesses a register the wrong way: `LDA $2100` claims that the register can be read, which is false.

An access that the hardware allows claims nothing, so that plain code gathers no credit. Behind PLB the data bank is
unknown: then only a long address (`LDA.l $002100`) is sure to be the register.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from datasets_app.domains.asm65816.facts.access import ACCESS, access_claim, access_truth
from datasets_app.domains.asm65816.facts.anchors import Anchor
from datasets_app.domains.asm65816.facts.passages import Passage
from datasets_app.domains.asm65816.facts.reading import Reading
from datasets_app.domains.asm65816.facts.statements import Statement
from datasets_app.domains.asm65816.opcodes import Mode
from datasets_app.domains.base import Claim

_READS = frozenset(["LDA", "LDX", "LDY", "CMP", "CPX", "CPY", "ADC", "SBC", "AND", "ORA", "EOR", "BIT"])
_WRITES = frozenset(["STA", "STX", "STY", "STZ"])
_MODIFIES = frozenset(["INC", "DEC", "ASL", "LSR", "ROL", "ROR", "TSB", "TRB"])
_WHOLE_ADDRESS = (Mode.ABSOLUTE, Mode.LONG)


def find_misuses(reading: Reading) -> Iterator[Claim]:
    """Yield the accesses of code that the hardware does not allow."""
    text = reading.text
    for passage in reading.passages:
        if not passage.is_code:
            continue
        end = passage.end if passage.comment is None else passage.comment
        suspects = [a for a in reading.anchors(passage.start, end) if _is_suspect(text, a)]
        for statement in reading.code(passage) if suspects else ():
            yield from _misuse(reading, passage, statement, suspects)


def _is_suspect(text: str, operand: Anchor) -> bool:
    """Say quickly whether the word before an operand may access it in a way that the register does not allow."""
    before = text[max(0, operand.start - 12) : operand.start].split()
    ways = _ways(before[-1][:3].upper()) if before else ""
    return bool(operand.registers) and any(way not in operand.registers[0].access for way in ways)


def _ways(mnemonic: str) -> str:
    return "R" if mnemonic in _READS else "W" if mnemonic in _WRITES else "RW" if mnemonic in _MODIFIES else ""


def _is_banked(reading: Reading, passage: Passage) -> bool:
    """Say whether a PLB stands before a line of code, in the same code: then its data bank is not known."""
    for other in reversed(reading.passages[: reading.passages.index(passage)]):
        if not other.is_code:
            if not reading.is_between_code(other):
                return False
        elif any(statement.mnemonic == "PLB" for statement in reading.code(other)):
            return True
    return False


def _misuse(reading: Reading, passage: Passage, statement: Statement, anchors: Sequence[Anchor]) -> Iterator[Claim]:
    ways = _ways(statement.mnemonic)
    operand = next((a for a in anchors if statement.start <= a.start and a.end <= statement.end), None)
    if not ways or operand is None or operand.end != statement.end or not _is_whole(statement, operand):
        return
    if "plb" in reading.text.lower() and not _is_long(operand) and _is_banked(reading, passage):
        return
    register = operand.registers[0]
    for way in ways:
        if way not in register.access and way not in register.disputed_access:
            start, end = statement.start, statement.end
            yield access_claim(reading, ACCESS, "contradicted", register, False, start, end, access_truth(register))


def _is_whole(statement: Statement, operand: Anchor) -> bool:
    """Say whether the operand is the register's address and nothing else."""
    if not statement.operand.lstrip("!").endswith(operand.text.lstrip("!")) or statement.operand[0] in "#([":
        return False
    return any(opcode.mode in _WHOLE_ADDRESS for opcode in statement.opcodes)


def _is_long(operand: Anchor) -> bool:
    return (operand.address or 0) > 0xFFFF or (operand.kind == "address" and len(operand.text) == 7)
