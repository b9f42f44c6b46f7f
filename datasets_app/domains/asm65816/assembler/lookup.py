"""What a name in an expression comes to, and what happens when nobody defined it."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from datasets_app.domains.asm65816.assembler.problem import Problem
from datasets_app.domains.asm65816.assembler.suggest import did_you_mean

if TYPE_CHECKING:
    from datasets_app.domains.asm65816.assembler.session import Session

UNKNOWN = 0xFFFFFF
STUB_DEFINE = "__missing_define_"
_STUBS_FROM, _STUBS = 0xE000, 0x1F00


class Lookup:
    """Finds labels for the expressions of a session, and stands in for those that are missing where that is allowed."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.stubs: dict[str, int] = {}

    def label(self, raw: str) -> float:
        """Return the 24-bit address of a label as written; raises Problem where there is none."""
        session = self._session
        session.found = True
        if raw.startswith(STUB_DEFINE):
            session.stubbed = True
            return self.stub("!" + raw.removeprefix(STUB_DEFINE))
        return self._named(session.labels.full_name(raw, orphan=session.stub), raw)

    def anonymous(self, token: str) -> float:
        """Return the address of +, --, ?+ and their like."""
        session = self._session
        session.found = True
        if token[-1] == "+":
            session.forward = True
        return self._named(session.labels.anonymous_name(token), token)

    def _named(self, name: str, raw: str) -> float:
        session, labels = self._session, self._session.labels
        full = labels.find(name)
        if full:
            if labels.namespace and full == name and not session.final:
                session.unresolved = True  # The namespace may still get one of its own.
            session.forward = session.forward or (session.number > 0 and full not in labels.defined)
            if full not in labels.static:
                session.static = False
            return labels.table[full] & 0xFFFFFF
        if session.final:
            return self._missing(name, raw)
        session.static = False
        session.forward = session.unresolved = True
        return UNKNOWN

    def _missing(self, name: str, raw: str) -> float:
        session = self._session
        if session.stub and raw[-1] not in "+-":
            session.stubbed = True
            return self.stub(name)
        if raw[-1] in "+-":
            side = "after" if raw[-1] == "+" else "before"
            raise Problem("label_not_found", f"There is no label {raw} {side} this line.", at=raw)
        hint = did_you_mean(name, session.labels.visible())
        raise Problem("label_not_found", f"There is no label {raw}.", hint, raw)

    def stub(self, name: str) -> int:
        """Return the address that stands for what is missing: in this bank, behind where code usually is.

        It follows from the name, so that two texts that use one name mean one place.
        """
        if name not in self.stubs:
            bank, taken = max(self._session.place.pc, 0) & 0xFF0000, set(self.stubs.values())
            first = zlib.crc32(name.encode())
            places = (bank | _STUBS_FROM + (first + step) % _STUBS for step in range(_STUBS))
            self.stubs[name] = next((place for place in places if place not in taken), bank | _STUBS_FROM)
        return self.stubs[name]

    def missing_function(self, name: str, hint: str) -> float:
        """Stand in for a function, or raise Problem."""
        session = self._session
        if not session.stub:
            raise Problem("function_not_found", f"There is no function {name}.", hint, name)
        self.stub(f"{name}()")
        session.found = session.stubbed = True
        return 0

    def data_size(self, name: str) -> float:
        """Return the bytes from a label to the next one."""
        session, table = self._session, self._session.labels.table
        if not session.final:
            session.found = session.unresolved = True
            session.static = False
            return 0
        session.budget.spend(1 + len(table) // 16)
        start = int(self.label(name))
        following = min((at & 0xFFFFFF for at in table.values() if at & 0xFFFFFF > start), default=UNKNOWN)
        if following == UNKNOWN:
            session.report.warning("datasize_last_label", f"No label follows {name}, so its size is a guess.", at=name)
        elif following - start > 0xFFFF:
            session.report.warning("datasize_too_large", f"The next label is more than a bank after {name}.", at=name)
        return following - start

    def width(self, names: tuple[str, ...]) -> int:
        """Return how many bytes asar takes for these labels; `unresolved` where that is a guess."""
        return max(self._width(name) for name in names)

    def _width(self, raw: str) -> int:
        session, labels = self._session, self._session.labels
        if raw.startswith(STUB_DEFINE):
            return 2
        if raw[-1] in "+-":
            full = labels.find(labels.anonymous_name(raw))
        else:
            name = labels.full_name(raw, orphan=session.stub)
            full = labels.find(name)
            if full == name and labels.namespace and not session.final:
                session.unresolved = True
        if not full:
            if not session.final:
                session.unresolved = True
            return 2
        return session.settings.width_of(labels.table[full] & 0xFFFFFF, max(session.place.pc, 0))
