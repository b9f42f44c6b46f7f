"""Namespaces: what labels get in front of their names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from datasets_app.domains.asm65816.assembler import quotes
from datasets_app.domains.asm65816.assembler.problem import Problem

if TYPE_CHECKING:
    from datasets_app.domains.asm65816.assembler.session import Session
    from datasets_app.domains.asm65816.assembler.statement import Statement

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Namespaces:
    """The namespaces that hold, from outside in; `pushed` are those that pushns kept."""

    def __init__(self) -> None:
        self.names: tuple[str, ...] = ()
        self.nested = False
        self.pushed: list[tuple[tuple[str, ...], bool]] = []

    def prefix(self) -> str:
        """Return what labels get in front."""
        return "".join(f"{name}_" for name in self.names)


def choose_namespace(session: Session, statement: Statement) -> None:
    """`namespace name`, `namespace off`, `namespace nested on`."""
    spaces = session.namespaces
    words = statement.words
    first = words[1].lower() if len(words) > 1 else "off"
    if first == "nested" and len(words) == 3:
        if words[2].lower() in ("on", "off"):
            spaces.nested = words[2].lower() == "on"
    elif first == "nested" or len(words) > 2:
        raise Problem("broken_namespace", "This is no namespace.", "It is written: namespace name", words[-1])
    elif first == "off":
        spaces.names = spaces.names[:-1] if spaces.nested else ()
    else:
        name = quotes.unquote(words[1]) or ""
        if not _NAME.fullmatch(name):
            raise Problem("broken_namespace", f"“{words[1]}” is no name.", at=words[1])
        session.budget.spend(1 + len(spaces.names))
        spaces.names = (*spaces.names, name) if spaces.nested else (name,)
    session.labels.namespace = spaces.prefix()
    session.budget.check_line(len(session.labels.namespace))


def push_namespace(session: Session, _: Statement) -> None:
    """`pushns`: keeps the namespaces and leaves them."""
    spaces = session.namespaces
    session.budget.spend()
    spaces.pushed.append((spaces.names, spaces.nested))
    spaces.names, spaces.nested = (), False
    session.labels.namespace = ""


def pull_namespace(session: Session, _: Statement) -> None:
    """`pullns`."""
    spaces = session.namespaces
    if not spaces.pushed:
        raise Problem("pullns_without_pushns", "pullns finds nothing that pushns kept.", "Use pushns first.")
    spaces.names, spaces.nested = spaces.pushed.pop()
    session.labels.namespace = spaces.prefix()
