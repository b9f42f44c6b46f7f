"""Instructions: the width of the operand, the opcode, the bytes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from datasets_app.domains.asm65816.assembler import quotes
from datasets_app.domains.asm65816.assembler.encodings import BRANCHES, REPEATABLE, Mnemonic, mnemonic_table
from datasets_app.domains.asm65816.assembler.expression import Expression
from datasets_app.domains.asm65816.assembler.lookup import STUB_DEFINE
from datasets_app.domains.asm65816.assembler.operand_bytes import (
    Finish,
    block_bytes,
    branch_bytes,
    value_bytes,
    warn_truncated,
)
from datasets_app.domains.asm65816.assembler.operands import Kind, Operand, read_operand
from datasets_app.domains.asm65816.assembler.output import Chunk
from datasets_app.domains.asm65816.assembler.problem import Problem
from datasets_app.domains.asm65816.assembler.result import Placed
from datasets_app.domains.asm65816.opcodes import Mode, Opcode

if TYPE_CHECKING:
    from datasets_app.domains.asm65816.assembler.session import Session
    from datasets_app.domains.asm65816.assembler.statement import Statement

_SUFFIXES = {"": 0, ".b": 1, ".w": 2, ".l": 3, ".d": 4}
_WIDTH_M, _WIDTH_X = 0x20, 0x10
_REP, _SEP = 0xC2, 0xE2


def assemble_instruction(session: Session, statement: Statement) -> None:
    """Assemble one instruction; raises Problem where the 65816, or asar, has no such thing."""
    word = statement.words[0]
    mnemonic = mnemonic_table()[word[:3].lower()]
    if len(statement.words) > 2:
        raise Problem(
            "operand_spaces",
            f"{mnemonic.name} takes one operand, without spaces in it.",
            "Write the operand without spaces; two statements are separated by “ : ”.",
            statement.words[1] or statement.words[2],
        )
    length = _SUFFIXES.get(word[3:].lower(), -1)
    if length < 0:
        raise Problem("invalid_length", f"“{word[3:]}” is no length.", "Lengths are .b, .w and .l.", word)
    operand = read_operand(statement.argument)
    if operand.kind is Kind.ACCUMULATOR and not (Kind.ACCUMULATOR in mnemonic.forms and not length):
        operand = _label_a(session, operand)
    if operand.kind is Kind.NONE or operand.kind is Kind.ACCUMULATOR:
        _without_operand(session, mnemonic, operand, length, word)
    elif operand.kind is Kind.IMMEDIATE:
        _immediate(session, mnemonic, operand, length)
    elif operand.kind is Kind.PLAIN and mnemonic.relative:
        _branch(session, mnemonic.relative, operand)
    elif operand.kind is Kind.PLAIN and mnemonic.block:
        _block(session, mnemonic.block, operand, length)
    else:
        _addressed(session, mnemonic, operand, length)


def _label_a(session: Session, operand: Operand) -> Operand:
    """Take A for a label where there is one of this name."""
    if session.labels.find(operand.text):
        return Operand(Kind.PLAIN, operand.text)
    session.unsettled = session.unsettled or not session.final
    return operand


def _without_operand(session: Session, mnemonic: Mnemonic, operand: Operand, length: int, word: str) -> None:
    sizes = mnemonic.forms.get(operand.kind)
    if sizes and not length:
        ((size, opcode),) = sizes.items()
        _put(session, opcode, None, bytes((opcode.code,)) + bytes(size))
    elif sizes:
        raise Problem("invalid_length", f"{mnemonic.name} without operand takes no length.", at=word)
    else:
        raise _wrong_form(mnemonic, operand)


def _immediate(session: Session, mnemonic: Mnemonic, operand: Operand, length: int) -> None:
    sizes = mnemonic.forms.get(Kind.IMMEDIATE)
    if not operand.text:
        raise Problem("missing_value", f"{mnemonic.name} # has no value.", "Write the value after the #.", "#")
    if not sizes:
        if mnemonic.name in REPEATABLE:
            _repeated(session, mnemonic, operand)
            return
        raise _wrong_form(mnemonic, operand)
    expression = session.read(operand.text)
    width = length or _immediate_width(session, expression, sizes)
    guessed = not length and session.unresolved
    if len(sizes) == 2:
        width = 1 if width == 1 else 2  # LDA.l # has two bytes, too.
    elif width != 1:
        raise Problem(
            "operand_width",
            f"{mnemonic.name} takes one byte, and #{operand.text} is {width} bytes wide.",
            "asar counts the digits: #$20, not #$0020.",
            f"#{operand.text}",
        )
    check = partial(_immediate_width, session, expression, sizes) if guessed else None
    _put_value(session, sizes[width], width, expression, value_bytes, check)
    if sizes[width].code in (_REP, _SEP):
        _follow_flags(session, sizes[width].code)


def _immediate_width(session: Session, expression: Expression, sizes: dict[int, Opcode]) -> int:
    widths = expression.widths
    session.unresolved = False
    if widths.bank:
        return 1
    if any(name.startswith(STUB_DEFINE) for name in widths.names):
        wide = session.wide & (_WIDTH_X if sizes[1].mode is Mode.IMMEDIATE_X else _WIDTH_M)
        return 2 if wide and len(sizes) == 2 else 1
    width = _width(session, expression)
    return width if len(sizes) == 1 or width == 1 else 2


def _follow_flags(session: Session, code: int) -> None:
    """Only for defines that are missing: their width is a guess, and the last REP or SEP makes it a good one."""
    flags = session.output.instructions[-1].data[1]
    session.wide = session.wide | flags if code == _REP else session.wide & ~flags


def _width(session: Session, expression: Expression) -> int:
    session.unresolved = False
    widths = expression.widths
    if not widths.names:
        return min(3, widths.literal)
    return min(3, max(widths.literal, session.lookup.width(widths.names)))


def _repeated(session: Session, mnemonic: Mnemonic, operand: Operand) -> None:
    count = session.integer(operand.text)
    if session.found:
        raise Problem("no_labels_here", "How often to repeat cannot depend on a label.", at=operand.text)
    ((_, opcode),) = mnemonic.forms[Kind.NONE].items()
    count &= 0xFFFFFFFF
    session.budget.write(count)
    for _ in range(count):
        session.budget.spend()
        _put(session, opcode, None, bytes((opcode.code,)))


def _addressed(session: Session, mnemonic: Mnemonic, operand: Operand, length: int) -> None:
    sizes = mnemonic.forms.get(operand.kind)
    if not sizes:
        raise _wrong_form(mnemonic, operand)
    expression = session.read(operand.text)
    opcode, size = _choose(session, mnemonic, operand, expression, length)
    guessed = not length and session.unresolved
    if operand.odd:
        session.report.warning(
            "no_such_addressing",
            f"The 65816 has no ({operand.text.strip('()')}),X; asar takes it for {operand.text.strip('()')},X.",
            "(address,X) adds X before the pointer is read, (address),Y adds Y after.",
            operand.text,
        )
    check = partial(_chosen_size, session, mnemonic, operand, expression) if guessed else None
    _put_value(session, opcode, size, expression, value_bytes, check)


def _chosen_size(session: Session, mnemonic: Mnemonic, operand: Operand, expression: Expression) -> int:
    return _choose(session, mnemonic, operand, expression, 0, quiet=True)[1]


def _choose(
    session: Session, mnemonic: Mnemonic, operand: Operand, expression: Expression, length: int, *, quiet: bool = False
) -> tuple[Opcode, int]:
    sizes = mnemonic.forms[operand.kind]
    width = length
    if not length:
        width = _jump_width(session, expression) if mnemonic.name in ("JMP", "JSR") else _width(session, expression)
    session.unresolved = session.unresolved and not length
    if width in sizes:
        return sizes[width], width
    larger = [size for size in sizes if size > max(width, 1)]
    if operand.kind is Kind.Y and width == 1 and larger:
        if not quiet:
            session.report.warning(
                "assumed_16_bit",
                f"{mnemonic.name} has no direct page form with Y; asar takes 16 bits.",
                f"Write {mnemonic.name}.w, or use X.",
                operand.text,
            )
        return sizes[larger[0]], larger[0]
    if larger and not length and width < 3:
        return sizes[min(larger)], min(larger)
    if length:
        raise Problem(
            "operand_width",
            f"{mnemonic.name} {operand.kind.value} does not come with {'.' + 'bwld'[length - 1]}.",
            f"It takes {' or '.join('.' + 'bwl'[size - 1] for size in sorted(sizes))}.",
            operand.text,
        )
    raise _wrong_width(mnemonic, operand, width, sizes)


def _jump_width(session: Session, expression: Expression) -> int:
    """JMP and JSR stay in their bank, whatever `bank` says."""
    settings = session.settings
    if settings.bank is None:
        return _width(session, expression)
    session.settings = settings.with_bank(None)
    try:
        return _width(session, expression)
    finally:
        session.settings = settings


def _branch(session: Session, opcode: Opcode, operand: Operand) -> None:
    _put_value(session, opcode, BRANCHES[opcode.mode], session.read(operand.text), branch_bytes, None)


def _block(session: Session, opcode: Opcode, operand: Operand, length: int) -> None:
    parts = quotes.split_arguments(operand.text)
    if parts is None:
        raise Problem("mismatched_parentheses", "The parentheses do not match.", at=operand.text)
    if len(parts) == 2 and not length:
        for part in parts:
            if not part:
                raise Problem("missing_value", f"{opcode.mnemonic} takes two banks: {opcode.mnemonic} $7E,$7F", at=part)
            _check_block_part(session, part)
        text = f"(({parts[1]})&255)<<8|(({parts[0]})&255)"
        _put_value(session, opcode, 2, session.read(text), block_bytes, None)
        return
    expression = session.read(operand.text)
    if (length or _width(session, expression)) != 2:
        raise Problem("missing_value", f"{opcode.mnemonic} takes two banks: {opcode.mnemonic} $7E,$7F", at=operand.text)
    _put_value(session, opcode, 2, expression, block_bytes, None)


def _check_block_part(session: Session, part: str) -> None:
    value = session.value(session.read(part))
    if not session.found and not -128 <= value < 256:
        warn_truncated(session, part, 256)


def _put_value(
    session: Session,
    opcode: Opcode,
    size: int,
    expression: Expression,
    finish: Finish,
    check: Callable[[], int] | None,
) -> None:
    session.here()
    value = session.value(expression)
    waiting = session.unresolved
    operand, data = (0, bytes(size)) if waiting else finish(session, opcode, size, value, expression.text)
    name = session.operand_name(expression) if expression.name else ""
    _put(session, opcode, operand, bytes((opcode.code,)) + data, name)
    if (waiting or check) and not session.final:
        chunk, start = session.output.mark(1 + size)
        index = len(session.output.instructions) - 1
        session.defer_at_last(partial(_complete, session, index, chunk, start, expression, finish, check))


def _complete(
    session: Session,
    index: int,
    chunk: Chunk,
    start: int,
    expression: Expression,
    finish: Finish,
    check: Callable[[], int] | None,
) -> None:
    """Fill in the operand, now that all labels are known; or ask for another pass when its width was guessed wrong."""
    placed = session.output.instructions[index]
    size = len(placed.data) - 1
    if check and check() != size:
        session.unsettled = True
        return
    value = session.value(expression)
    operand, data = finish(session, placed.opcode, size, value, expression.text)
    data = placed.data[:1] + data
    chunk.data[start : start + 1 + size] = data
    session.output.instructions[index] = Placed(
        placed.address, placed.opcode, operand, data, placed.line, placed.column, session.operand_name(expression)
    )


def _put(session: Session, opcode: Opcode, operand: int | None, data: bytes, name: str = "") -> None:
    report = session.report
    session.output.instructions.append(
        Placed(session.here() & 0xFFFFFF, opcode, operand, data, report.line, report.start + 1, name)
    )
    session.write(data)


def _wrong_form(mnemonic: Mnemonic, operand: Operand) -> Problem:
    forms = ", ".join(_shown(mnemonic, kind) for kind in Kind if kind in mnemonic.forms)
    given = {Kind.NONE: "stand without operand", Kind.PLAIN: "take an address"}.get(
        operand.kind, f"take the form {operand.kind.value}"
    )
    return Problem("addressing_mode", f"{mnemonic.name} cannot {given}.", f"It can be: {forms}.", operand.text)


def _shown(mnemonic: Mnemonic, kind: Kind) -> str:
    if mnemonic.block:
        return f"{mnemonic.name} bank,bank"
    return f"{mnemonic.name} {kind.value}".strip()


def _wrong_width(mnemonic: Mnemonic, operand: Operand, width: int, sizes: dict[int, Opcode]) -> Problem:
    can = " or ".join(f"{size} byte{'s' * (size > 1)}" for size in sorted(sizes))
    hint = "asar counts the digits that are written; .b, .w and .l set the length."
    if mnemonic.name in ("JMP", "JSR") and width == 3:
        hint = f"The target is in another bank: use {'JML' if mnemonic.name == 'JMP' else 'JSL'}."
    return Problem(
        "operand_width",
        f"{mnemonic.name} {operand.kind.value} takes {can}, and {operand.text or 'the operand'} has {width}.",
        hint,
        operand.text,
    )
