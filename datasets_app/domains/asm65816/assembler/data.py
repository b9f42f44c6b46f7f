"""Bytes and gaps: db dw dl dd, fill, pad, skip, align."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from datasets_app.domains.asm65816.assembler import numbers, quotes
from datasets_app.domains.asm65816.assembler.output import Chunk
from datasets_app.domains.asm65816.assembler.problem import Problem

if TYPE_CHECKING:
    from datasets_app.domains.asm65816.assembler.expression import Expression
    from datasets_app.domains.asm65816.assembler.session import Session
    from datasets_app.domains.asm65816.assembler.statement import Statement

SIZES = {"db": 1, "dw": 2, "dl": 3, "dd": 4}
_UNITS = {"byte": 1, "word": 2, "long": 3, "dword": 4}
_PATTERN = 12
_LARGEST_ALIGNMENT = 0x800000


def write_data(session: Session, statement: Statement) -> None:
    """`db $12,"text",label` and its wider kin: numbers low byte first, every character of a text as one number."""
    size = SIZES[statement.head]
    parts = quotes.split_arguments(statement.words[1])
    if parts is None:
        raise Problem("mismatched_parentheses", "The parentheses do not match.", at=statement.words[1])
    for part in parts:
        session.budget.spend()
        if part.startswith('"'):
            _write_text(session, part, size)
        else:
            _write_number(session, part.removeprefix("#"), size)


def _write_text(session: Session, part: str, size: int) -> None:
    text = quotes.unquote(part)
    if text is None:
        raise Problem("garbage_near_quotes", "More than a quoted text stands here.", at=part)
    values = session.tables.values_of(text)
    session.budget.write(0)
    for_one = 1 << 8 * size
    session.write_long(b"".join((value % for_one).to_bytes(size, "little") for value in values))


def _write_number(session: Session, text: str, size: int) -> None:
    if not text:
        raise Problem("missing_value", "A value is missing between the commas.", at=",")
    expression = session.read(text)
    session.here()
    value = session.value(expression)
    waiting = session.unresolved
    session.write(bytes(size) if waiting else _number(session, value, size, text))
    if waiting and not session.final:
        chunk, start = session.output.mark(size)
        session.defer(partial(_complete, session, expression, chunk, start, size))


def _complete(session: Session, expression: Expression, chunk: Chunk, start: int, size: int) -> None:
    chunk.data[start : start + size] = _number(session, session.value(expression), size, expression.text)


def _number(session: Session, value: float, size: int, text: str) -> bytes:
    whole, limit = numbers.clamped(value), 1 << 8 * size
    if not session.found and not -(limit >> 1) <= whole < limit:
        session.report.warning(
            "truncated",
            f"{text} does not fit {8 * size} bits; asar keeps the low ones without a word.",
            "Use dw, dl or dd for wider numbers.",
            text,
        )
    return (whole % limit).to_bytes(size, "little")


def fill(session: Session, statement: Statement) -> None:
    """`fill 16`, `fill align 16`, `fill align 16 offset 4`."""
    amount = _amount(session, statement)
    if amount > 0:
        session.budget.write(amount)
        session.write_long(_repeated(session.fill_pattern, amount))


def skip(session: Session, statement: Statement) -> None:
    """`skip 16` and, as for fill, with align: moves on and writes nothing."""
    session.place.step(_amount(session, statement))


def _repeated(pattern: bytes, amount: int) -> bytes:
    return (pattern * (amount // _PATTERN + 1))[:amount]


def _amount(session: Session, statement: Statement) -> int:
    words = statement.words
    if len(words) == 2:
        amount = session.fixed(words[1], statement.head)
        session.settle()
        return numbers.int32(amount)
    offset_given = len(words) == 5 and words[3].lower() == "offset"
    if words[1:2] == () or words[1].lower() != "align" or not (len(words) == 3 or offset_given):
        raise Problem("broken_command", f"This is no {statement.head}.", f"It is written: {statement.head} align 16")
    alignment = session.fixed(words[2], statement.head)
    offset = session.fixed(words[4], statement.head) if offset_given else 0
    check_alignment(alignment, words[2])
    return (alignment - ((session.here() - offset) & (alignment - 1))) & (alignment - 1)


def check_alignment(alignment: int, text: str) -> None:
    """Refuse what is no power of two; raises Problem."""
    if not 1 <= alignment <= _LARGEST_ALIGNMENT or alignment & (alignment - 1):
        raise Problem("invalid_alignment", f"{text} is no alignment.", "It is a power of two, at most $800000.", text)


def set_fill(session: Session, statement: Statement) -> None:
    """`fillbyte`, `fillword`, `filllong`, `filldword`."""
    session.fill_pattern = _pattern(session, statement.words[1], _UNITS[statement.head.removeprefix("fill")])


def set_pad(session: Session, statement: Statement) -> None:
    """`padbyte`, `padword`, `padlong`, `paddword`."""
    session.pad_pattern = _pattern(session, statement.words[1], _UNITS[statement.head.removeprefix("pad")])


def _pattern(session: Session, text: str, size: int) -> bytes:
    value = session.integer(text)
    session.settle()
    return (value & 0xFFFFFFFF).to_bytes(4, "little")[:size] * (_PATTERN // size)


def pad(session: Session, statement: Statement) -> None:
    """`pad $00FFC0`: fills up to an address."""
    text = statement.words[1]
    address = session.integer(text)
    session.settle()
    if not 0 <= address <= 0xFFFFFF:
        raise Problem("address_out_of_range", f"{text} is no 24-bit address.", at=text)
    place = session.place
    session.here()
    if address <= place.real:
        return
    length = place.to_file(address) - place.to_file(place.real)
    if length > 0:
        session.budget.write(length)
        session.write_long(_repeated(session.pad_pattern, length))
