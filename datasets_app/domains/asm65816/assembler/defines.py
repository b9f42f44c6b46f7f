"""Defines: `!name = value`, and the text that `!name` stands for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from datasets_app.domains.asm65816.assembler import numbers, quotes
from datasets_app.domains.asm65816.assembler.lookup import STUB_DEFINE
from datasets_app.domains.asm65816.assembler.problem import LineProblem
from datasets_app.domains.asm65816.assembler.suggest import did_you_mean

if TYPE_CHECKING:
    from datasets_app.domains.asm65816.assembler.session import Session

BUILT_IN = {"assembler": "asar", "assembler_ver": "10901"}
"""asar 1.91's own defines; nobody may set them."""

_NAME = re.compile(r"[A-Za-z0-9_]*")
_SPECIAL = re.compile(r"[!\\]")
_ASSIGNMENT = re.compile(r" ([+:#?]?=) ")


class Defines:
    """The defines by name, without the !."""

    def __init__(self, given: dict[str, str]) -> None:
        self._values = {**BUILT_IN, **given}
        self._depth = 0

    def exists(self, name: str) -> bool:
        """Whether the define is set."""
        return name in self._values

    def get(self, name: str) -> str | None:
        """Return its text, None where it is not set."""
        return self._values.get(name)

    def set(self, name: str, value: str) -> None:
        """Set it."""
        self._values[name] = value

    def remove(self, name: str) -> bool:
        """Unset it; whether it was set."""
        return self._values.pop(name, None) is not None

    def names(self) -> list[str]:
        """Return the names."""
        return list(self._values)

    def resolve(self, session: Session, text: str) -> str:
        """Return the text with defines replaced; what the text sets is set on the way, and leaves nothing behind."""
        session.budget.check_nesting(self._depth, "Defines")
        self._depth += 1
        try:
            return self._resolve(session, text)
        finally:
            self._depth -= 1

    def _resolve(self, session: Session, text: str) -> str:
        parts: list[str] = []
        length = here = 0
        while True:
            found = _SPECIAL.search(text, here)
            if not found:
                parts.append(text[here:])
                break
            start = found.start()
            parts.append(text[here:start])
            if text[start] == "\\":
                escaped = text[start + 1 : start + 2] in ("\\", "!") and len(text) > start + 1
                parts.append(text[start + 1] if escaped else "\\")
                here = start + 1 + escaped
                continue
            here = self._define(session, text, start, parts)
            length += len(parts[-1]) if parts else 0
            session.budget.spend()
            session.budget.check_line(length)
        return "".join(parts)

    def _define(self, session: Session, text: str, start: int, parts: list[str]) -> int:
        name, here = self._name(session, text, start + 1)
        first = start == 0 or (start >= 4 and text[start - 3 : start] == " : ")
        assignment = _ASSIGNMENT.match(text, here) if first else None
        if assignment:
            parts.append("")
            return self._assign(session, name, assignment[1], text, assignment.end())
        if not name:
            parts.append("!")
            return here
        parts.append(self._expanded(session, name))
        return here

    def _name(self, session: Session, text: str, here: int) -> tuple[str, int]:
        if text[here : here + 1] != "{":
            matched = _NAME.match(text, here)
            name = matched[0] if matched else ""
            return name, here + len(name)
        depth, end = 1, here + 1
        while depth:
            if end >= len(text):
                raise LineProblem("mismatched_braces", "A } is missing.", at=text[here - 1 :])
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        name = self.resolve(session, text[here + 1 : end - 1])
        matched = _NAME.fullmatch(name)
        if not name or not matched:
            raise LineProblem("invalid_define_name", f"“{name[:40]}” is no name for a define.", at=text[here - 1 : end])
        return name, end

    def _expanded(self, session: Session, name: str) -> str:
        value = self._values.get(name)
        if value is not None:
            return self.resolve(session, value) if "!" in value or "\\" in value else value
        if session.stub:
            session.lookup.stub(f"!{name}")
            return STUB_DEFINE + name
        hint = did_you_mean(name, self._values, "!{}")
        raise LineProblem("define_not_found", f"There is no define !{name}.", hint, f"!{name}")

    def _assign(self, session: Session, name: str, sign: str, text: str, here: int) -> int:
        value, here = _value(text, here)
        if here < len(text) and not text.startswith(" : ", here):
            hint = "Put the value in double quotes when it has spaces."
            raise LineProblem("broken_define", f"The value of !{name} ends before “{text[here:][:20]}”.", hint)
        if name in BUILT_IN:
            raise LineProblem("builtin_define", f"!{name} is asar's own and cannot be set.", at=f"!{name}")
        session.budget.check_line(len(value))
        self._values[name] = self._assigned(session, name, sign, quotes.clean(value))
        session.budget.check_line(len(self._values[name]))
        return here

    def _assigned(self, session: Session, name: str, sign: str, value: str) -> str:
        actions: dict[str, Callable[[], str]] = {
            "=": lambda: value,
            "?=": lambda: self._values.get(name, value),
            ":=": lambda: self.resolve(session, value),
            "+=": lambda: self._old(session, name) + value,
            "#=": lambda: self._computed(session, self.resolve(session, value)),
        }
        return actions[sign]()

    def _old(self, session: Session, name: str) -> str:
        old = self._values.get(name)
        if old is None and not session.stub:
            hint = did_you_mean(name, self._values, "!{}")
            raise LineProblem("define_not_found", f"There is no define !{name} to add to.", hint, f"!{name}")
        return old or ""

    def _computed(self, session: Session, value: str) -> str:
        number = session.evaluate(value)
        if session.found and not session.static:
            session.settle()
            raise LineProblem("define_label_math", "A value that is computed at once cannot use a label that may move.")
        return numbers.written(0 if session.stubbed else number)


def _value(text: str, here: int) -> tuple[str, int]:
    if text[here : here + 1] != '"':
        end = text.find(" ", here)
        end = len(text) if end < 0 else end
        return text[here:end], end
    parts, here = [], here + 1
    while True:
        end = text.find('"', here)
        if end < 0:
            raise LineProblem("broken_define", "The closing quote of the value is missing.")
        parts.append(text[here:end])
        following = text[end + 1 : end + 2]
        if following in ("", " "):
            return "".join(parts), end + 1
        if following != '"':
            raise LineProblem("broken_define", f"“{text[end + 1 :][:20]}” follows the quoted value.")
        parts.append('"')
        here = end + 2
