"""Structs: names for the offsets of fields, and how large it all is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from datasets_app.domains.asm65816.assembler.problem import Problem
from datasets_app.domains.asm65816.assembler.suggest import did_you_mean

if TYPE_CHECKING:
    from datasets_app.domains.asm65816.assembler.place import Position
    from datasets_app.domains.asm65816.assembler.report import Where
    from datasets_app.domains.asm65816.assembler.session import Session
    from datasets_app.domains.asm65816.assembler.statement import Statement

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Struct:
    """`end` is the address after the last field; `object_size` counts the largest struct that extends it, too."""

    end: int
    size: int
    object_size: int
    static: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """The struct that is being defined."""

    name: str
    parent: str
    base: int
    static: bool
    position: Position
    bank: int | None
    where: Where


class Structs:
    """The structs by name; those that extend another as parent.name."""

    def __init__(self) -> None:
        self.defined: dict[str, Struct] = {}
        self.opened: Opened | None = None

    def size(self, session: Session, name: str) -> int:
        """Return sizeof(name)."""
        struct = self._find(session, name)
        return struct.size if struct else 0

    def object_size(self, session: Session, name: str) -> int:
        """Return objectsize(name)."""
        struct = self._find(session, name)
        return struct.object_size if struct else 0

    def _find(self, session: Session, name: str) -> Struct | None:
        struct = self.defined.get(name)
        if struct is None:
            if not session.final:
                session.unresolved = True
                return None
            if session.stub:
                session.lookup.stub(name)
                session.stubbed = True
                return None
            raise Problem("struct_not_found", f"There is no struct {name}.", did_you_mean(name, self.defined), name)
        return struct

    def begin(self, session: Session, statement: Statement) -> None:
        """`struct name`, `struct name $7E0000`, `struct name extends parent`."""
        words = statement.words
        if self.opened:
            raise Problem("nested_struct", "A struct cannot stand inside another.", "Put endstruct before it.")
        if not 2 <= len(words) <= 4 or not _NAME.fullmatch(words[1]):
            raise Problem("broken_struct", "This declares no struct.", "It is written: struct name $7E0000")
        if words[1] in self.defined and len(words) < 4:
            raise Problem("struct_redefined", f"The struct {words[1]} is defined already.", at=words[1])
        base, static, parent = session.place.pc, False, ""
        if len(words) == 3:
            base = session.integer(words[2])
            session.settle()
            static = session.static or not session.found
            if not 0 <= base <= 0xFFFFFF:
                raise Problem("address_out_of_range", f"${base:X} is no 24-bit address.", at=words[2])
        elif len(words) == 4:
            base, static, parent = self._extended(words)
        self._open(session, words[1], parent, base, static)

    def _extended(self, words: tuple[str, ...]) -> tuple[int, bool, str]:
        if words[2].lower() != "extends":
            raise Problem("broken_struct", f"extends was expected, not “{words[2]}”.", at=words[2])
        parent = self.defined.get(words[3])
        if parent is None:
            hint = did_you_mean(words[3], self.defined)
            raise Problem("struct_not_found", f"There is no struct {words[3]}.", hint, words[3])
        return parent.end, parent.static, words[3]

    def _open(self, session: Session, name: str, parent: str, base: int, static: bool) -> None:
        place, labels = session.place, session.labels
        full = f"{parent}.{name}" if parent else name
        self.opened = Opened(
            name, parent, base, static, place.position(), session.settings.bank, session.report.where()
        )
        session.settings = session.settings.with_bank(None)
        place.restore((base, 0, base, 0))
        session.set_label(full, base, static=static)
        labels.struct = full

    def end(self, session: Session, statement: Statement) -> None:
        """`endstruct`, `endstruct align 4`."""
        words, opened = statement.words, self.opened
        if opened is None:
            raise Problem("misplaced_endstruct", "endstruct ends no struct.", "Begin with struct name.")
        if len(words) not in (1, 3) or (len(words) == 3 and words[1].lower() != "align"):
            raise Problem("broken_struct", "endstruct takes nothing, or align and a number.", at=words[-1])
        alignment = session.integer(words[2]) if len(words) == 3 else 1
        if alignment < 1:
            raise Problem("alignment_too_small", "An alignment is at least 1.", at=words[-1])
        self._close(session, opened, alignment)

    def _close(self, session: Session, opened: Opened, alignment: int) -> None:
        place = session.place
        size = -(-(place.pc - opened.base) // alignment) * alignment
        struct = Struct(place.pc, size, size, opened.static)
        name = opened.name
        if opened.parent:
            name = f"{opened.parent}.{name}"
            parent = self.defined[opened.parent]
            largest = max(parent.object_size, parent.size + size)
            self.defined[opened.parent] = replace(parent, object_size=largest)
        self.defined[name] = struct
        place.restore(opened.position)
        session.settings = session.settings.with_bank(opened.bank)
        session.labels.struct = ""
        self.opened = None


def begin_struct(session: Session, statement: Statement) -> None:
    """`struct`."""
    session.structs.begin(session, statement)


def end_struct(session: Session, statement: Statement) -> None:
    """`endstruct`."""
    session.structs.end(session, statement)
