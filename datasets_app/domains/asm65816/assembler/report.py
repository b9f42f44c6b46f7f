"""Collects what is wrong, at the line and column where it is."""

from __future__ import annotations

from typing import NamedTuple

from datasets_app.domains.asm65816.assembler.problem import Halt, Problem
from datasets_app.domains.asm65816.assembler.result import Diagnostic, Severity

MOST = 500
"""More remarks than this help nobody."""


class Where(NamedTuple):
    """A place in the text: its line from 1, that line as written, where the statement begins in it, from 0.

    `outside` says which macro or file the statement comes from, empty for the text itself.
    """

    line: int
    raw: str
    start: int
    outside: str = ""


class Report:
    """`line`, `raw`, `start` and `outside` are those of `Where`.

    `included` is the place of the incsrc in the text while an included file is read: what is wrong in the file is
    reported there, because a line number alone would point into the wrong text.
    """

    def __init__(self) -> None:
        self.line = 1
        self.raw = ""
        self.start = 0
        self.outside = ""
        self.included: Where | None = None
        self.file = ""
        self.silent: set[str] = set()
        self.silenced: list[set[str]] = []
        self._said: dict[Diagnostic, None] = {}

    def where(self) -> Where:
        """Return where we are."""
        return Where(self.line, self.raw, self.start, self.outside)

    def back(self, where: Where) -> None:
        """Be where we were."""
        self.line, self.raw, self.start, self.outside = where

    def go(self, line: int, raw: str, start: int) -> None:
        """Be at a statement of the text or of the file that is read."""
        if self.included is None:
            self.line, self.raw, self.start = line, raw, start
        else:
            self.line, self.raw, self.start, _ = self.included
            self.outside = f"in {self.file}, line {line}"

    def problem(self, problem: Problem) -> None:
        """Report what stopped a statement."""
        self.say("error", problem.code, problem.message, problem.hint, problem.at)

    def error(self, code: str, message: str, hint: str = "", at: str = "") -> None:
        """Report what is wrong with a statement that goes on."""
        self.say("error", code, message, hint, at)

    def warning(self, code: str, message: str, hint: str = "", at: str = "") -> None:
        """Report what asar accepts and a person should look at."""
        if code not in self.silent:
            self.say("warning", code, message, hint, at)

    def say(self, severity: Severity, code: str, message: str, hint: str = "", at: str = "") -> None:
        """Add a remark, once; raises Halt when there are too many."""
        if self.outside:
            message = f"{message} ({self.outside})"
        diagnostic = Diagnostic(severity, self.line, self.column(at), code, message, hint)
        if diagnostic in self._said:
            return
        if len(self._said) == MOST and not code.startswith(("too_many", "limit")):
            raise Halt("too_many_problems", f"There are more than {MOST} problems; the rest is left out.")
        self._said[diagnostic] = None

    def column(self, at: str = "") -> int:
        """Return the column, from 1, of a piece of the line; of the statement where the piece is not to be seen."""
        found = self.raw.find(at, self.start) if at else -1
        if found < 0 and at:
            found = self.raw.find(at)
        return (found if found >= 0 else self.start) + 1

    def said(self) -> tuple[Diagnostic, ...]:
        """Return all remarks, by line."""
        return tuple(sorted(self._said, key=lambda one: (one.line, one.column)))
