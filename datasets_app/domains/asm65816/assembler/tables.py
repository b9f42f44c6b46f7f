"""What the characters of texts become in db and its kin: themselves, until the text says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datasets_app.domains.asm65816.assembler.problem import Problem

if TYPE_CHECKING:
    from datasets_app.domains.asm65816.assembler.session import Session
    from datasets_app.domains.asm65816.assembler.statement import Statement


class Tables:
    """The table that holds, and those that were pushed. asar 1.91 works on bytes: others than ASCII are UTF-8."""

    def __init__(self) -> None:
        self.current: dict[int, int] = {}
        self.pushed: list[dict[int, int]] = []

    def value_of(self, character: str) -> int:
        """Return the value of one character."""
        code = character.encode("utf-8", "surrogatepass")[0]
        return self.current.get(code, code)

    def values_of(self, text: str) -> list[int]:
        """Return the values of a text's bytes."""
        data = text.encode("utf-8", "surrogatepass")
        current = self.current
        return [current.get(code, code) for code in data] if current else list(data)

    def set(self, character: str, value: int) -> None:
        """Give a character another value."""
        self.current = {**self.current, character.encode("utf-8", "surrogatepass")[0]: value & 0xFFFFFFFF}


def clear_table(session: Session, _: Statement) -> None:
    """`cleartable`: every character is itself again."""
    session.tables.current = {}


def push_table(session: Session, _: Statement) -> None:
    """`pushtable`."""
    session.budget.spend()
    session.tables.pushed.append(session.tables.current)


def pull_table(session: Session, _: Statement) -> None:
    """`pulltable`."""
    if not session.tables.pushed:
        raise Problem(
            "pulltable_without_pushtable", "pulltable finds nothing that pushtable kept.", "Use pushtable first."
        )
    session.tables.current = session.tables.pushed.pop()


def load_table(session: Session, statement: Statement) -> None:
    """`table "file"`, with `,rtl` where the lines are `41=A` and not `A=41`."""
    name = statement.words[1]
    flipped = name.lower().endswith(",rtl")
    if name.lower().endswith((",ltr", ",rtl")):
        name = name[:-4]
    text = session.files.text(session.files.named(name))
    table: dict[int, int] = {}
    for number, line in enumerate(text.replace("\r", "").split("\n"), start=1):
        if line:
            character, value = _entry(line, flipped, number)
            table[character] = value
    session.tables.current = table


def _entry(line: str, flipped: bool, number: int) -> tuple[int, int]:
    digits, character = (line[:-2], line[-1:]) if flipped else (line[2:], line[:1])
    sign = line[-2:-1] if flipped else line[1:2]
    try:
        value = int(digits, 16)
    except ValueError:
        value = -1
    if sign != "=" or not 0 <= value <= 0xFFFFFFFF or not digits.isalnum():
        raise Problem("invalid_table", f"Line {number} of the table is no entry.", "Lines look like A=41.")
    return character.encode("utf-8", "surrogatepass")[0], value
