"""print, warn, error: texts with values in them."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from datasets_app.domains.asm65816.assembler import numbers, quotes
from datasets_app.domains.asm65816.assembler.problem import Problem

if TYPE_CHECKING:
    from datasets_app.domains.asm65816.assembler.session import Session
    from datasets_app.domains.asm65816.assembler.statement import Statement

_CALL = re.compile(r"(bin|dec|hex|double)\((.*)\)", re.IGNORECASE | re.DOTALL)
_MOST_DIGITS = 64


def print_text(session: Session, statement: Statement) -> None:
    """`print "text", pc, hex(value)`."""
    index = len(session.printed)
    session.printed.append("")
    session.budget.write(0)
    _print(session, statement.words[1], index, session.output.count)


def _print(session: Session, text: str, index: int, written: int) -> None:
    session.printed[index] = printed_text(session, text, written)
    session.budget.write(len(session.printed[index]))
    if session.unresolved and not session.final:
        session.defer(partial(_print, session, text, index, written))


def report_error(session: Session, statement: Statement) -> None:
    """`error`, `error "text"`."""
    text = printed_text(session, statement.words[1]) if len(statement.words) > 1 else ""
    raise Problem("error_command", f"The text says: {text}" if text else "The text says that this is an error.")


def report_warning(session: Session, statement: Statement) -> None:
    """`warn`, `warn "text"`; `warn xkas on` is of no concern here."""
    if len(statement.words) == 3:
        return
    text = printed_text(session, statement.words[1]) if len(statement.words) > 1 else ""
    session.report.warning("warn_command", f"The text says: {text}" if text else "The text warns.")


def printed_text(session: Session, text: str, written: int | None = None) -> str:
    """Return the text that print and its kin make of their arguments; raises Problem."""
    parts = quotes.split_arguments(text)
    if parts is None:
        raise Problem("mismatched_parentheses", "The parentheses do not match.", at=text)
    count = session.output.count - session.counted_from if written is None else written - session.counted_from
    session.unresolved = False
    unresolved = False
    made = []
    for part in parts:
        made.append(_part(session, part, count))
        unresolved = unresolved or session.unresolved
    session.unresolved = unresolved
    return "".join(made)


def _part(session: Session, part: str, count: int) -> str:
    if part.startswith('"'):
        text = quotes.unquote(part)
        if text is None:
            raise Problem("garbage_near_quotes", "More than a quoted text stands here.", at=part)
        return text
    lower = part.lower()
    if lower == "bytes":
        return str(count)
    if lower == "freespaceuse":
        return "0"
    if lower == "pc":
        return f"{session.here() & 0xFFFFFF:06X}"
    matched = _CALL.fullmatch(part.rstrip(" "))
    if not matched:
        hint = 'Values are printed with hex(), dec(), bin() or double(): print "x = ",hex(x)'
        raise Problem("unknown_variable", f"“{part[:40]}” cannot be printed.", hint, part)
    arguments = quotes.split_arguments(matched[2]) or [""]
    if len(arguments) > 2:
        raise Problem("wrong_argument_count", f"{matched[1]} takes a value and a number of digits.", at=part)
    digits = session.integer(arguments[1]) if len(arguments) == 2 else -1
    return _formatted(session, matched[1].lower(), arguments[0], digits)


def _formatted(session: Session, kind: str, text: str, digits: int) -> str:
    wide = max(0, min(_MOST_DIGITS, digits))
    if kind == "double":
        return numbers.written(float(session.evaluate(text)), 5 if digits < 0 else wide)
    value = session.integer(text)
    if kind == "dec":
        return f"{value:0{wide}d}"
    if kind == "hex":
        return f"{value & 0xFFFFFFFFFFFFFFFF:0{wide}X}"
    return f"-{-value:0{max(0, wide - 1)}b}" if value < 0 else f"{value:0{wide}b}"
