"""Runs lines: which of them count, where loops go back to, what a line's statements do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from datasets_app.domains.asm65816.assembler import quotes
from datasets_app.domains.asm65816.assembler.lines import Line
from datasets_app.domains.asm65816.assembler.loops import Loop
from datasets_app.domains.asm65816.assembler.problem import Halt, LineProblem, Problem
from datasets_app.domains.asm65816.assembler.report import Where
from datasets_app.domains.asm65816.assembler.statement import Statement, read_statement, read_statements

if TYPE_CHECKING:
    from datasets_app.domains.asm65816.assembler.session import Session

_FIRST = ("asar", "xkas", "include", "includefrom")
_RESUMING = ("elseif", "else", "endif", "endwhile")


class Flow:
    """`depth` counts the conditions around a line, `true_depth` how many of them hold: a line counts when all do."""

    def __init__(self) -> None:
        self.depth = 0
        self.true_depth = 0
        self.taken: dict[int, bool] = {}
        self.loops: dict[int, Loop] = {}
        self.opened: list[Where] = []
        self.repeat = 1
        self.index = 0
        self.line_goes_on = False
        self.rest_counts = True
        self.open_on_line = 0
        self.begun = False
        self.for_stage = 0
        """0: not at the start of a line; 1: first statement; 2: in a `for` of one line; 3: after its endfor."""

    def counts(self) -> bool:
        """Whether the conditions around this line all hold."""
        return self.depth == self.true_depth

    def loop(self, depth: int) -> Loop:
        """Return what began at a depth."""
        return self.loops.setdefault(depth, Loop())

    def run(self, session: Session, lines: list[Line], *, macros: bool = True) -> None:
        """Run lines from first to last; `macros` allows macros to be defined in them. Raises Halt."""
        start, count, index = self.depth, len(lines), 0
        definition: tuple[Line, list[Line]] | None = None
        while index < count:
            line = lines[index]
            lower = line.text[:8].lower()
            if macros and self.counts() and (definition or lower[:6] == "macro "):
                definition = self._define(session, line, lower, definition)
                index += 1
                continue
            if macros and lower == "endmacro" and line.text.lower() == "endmacro" and self.counts():
                session.report.go(line.number, line.raw, 0)
                session.report.error(
                    "misplaced_endmacro", "endmacro ends no macro.", "Begin one with macro name(arguments)."
                )
            elif line.text or not line.quotes_match or self.repeat != 1:
                before, self.index = self.depth, index
                self.run_line(session, line)
                loop = self.loops.get(self.depth)
                if loop and loop.goes_on and loop.kind != "if" and (self.depth != before or self.for_stage == 3):
                    index = loop.start
                    continue
            index += 1
        self._close(session, start, definition)

    def _define(
        self, session: Session, line: Line, lower: str, definition: tuple[Line, list[Line]] | None
    ) -> tuple[Line, list[Line]] | None:
        session.report.go(line.number, line.raw, 0)
        session.budget.spend()
        if definition is None:
            return line, []
        if lower[:6] == "macro ":
            session.report.error("nested_macro", "A macro cannot be defined inside another.", "Put endmacro before it.")
        elif line.text.lower() == "endmacro":
            first, body = definition
            session.report.go(first.number, first.raw, 0)
            try:
                session.macros.define(session, first.text[6:], body)
            except Problem as problem:
                session.report.problem(problem)
            return None
        else:
            definition[1].append(line)
        return definition

    def _close(self, session: Session, start: int, definition: tuple[Line, list[Line]] | None) -> None:
        if definition is not None:
            session.report.go(definition[0].number, definition[0].raw, 0)
            session.report.error("unclosed_macro", "This macro has no endmacro.", "Put endmacro after its last line.")
        if self.repeat != 1:
            self.repeat = 1
            session.report.error("rep_at_end", "rep is followed by nothing that it could repeat.")
        if self.depth != start:
            if start < len(self.opened):
                session.report.back(self.opened[start])
            kind = self.loop(start).kind
            session.report.error("unclosed_if", f"This {kind} has no end{kind}.", f"Put end{kind} where it ends.")
            self.depth = self.true_depth = start
            del self.opened[start:]

    def run_line(self, session: Session, line: Line) -> None:
        """Run the statements of a line; what goes wrong is reported, and the next line runs all the same."""
        report = session.report
        report.go(line.number, line.raw, len(line.raw) - len(line.raw.lstrip(" \t")))
        outer = self.line_goes_on
        self.for_stage = 1
        try:
            if not line.quotes_match:
                raise LineProblem("mismatched_quotes", "A quote is not closed.", "An apostrophe is a quote, too.")
            self._run_statements(session, read_statements(self._expanded(session, line.text)))
        except Halt:
            raise
        except Problem as problem:
            report.problem(problem)
        self.line_goes_on = outer

    def _expanded(self, session: Session, text: str) -> str:
        if not self.counts():
            return quotes.clean(text)
        if "<" in text and session.macros.call:
            text = session.macros.with_arguments(session, text)
        if "  " in text or ", " in text:
            text = quotes.clean(text)
        if "!" in text or "\\" in text:
            text = session.defines.resolve(session, text)
            if ('"' in text or "'" in text) and not quotes.balanced(text):
                raise LineProblem("mismatched_quotes", "A quote is not closed once the defines are replaced.")
        return text

    def _run_statements(self, session: Session, statements: tuple[Statement, ...]) -> None:
        self.rest_counts = True
        self.open_on_line = 0
        last = len(statements) - 1
        for number, statement in enumerate(statements):
            self.line_goes_on = number < last
            times, self.repeat = self.repeat, 1
            for _ in range(times):
                self._run_statement(session, statement)
            if self.for_stage == 1:
                self.for_stage = 0
        if self.open_on_line:
            self._close_on_line()

    def _close_on_line(self) -> None:
        """asar 1.91 ends an `if` with its line, though it says that this will change."""
        if self.depth == self.true_depth:
            self.true_depth -= 1
        self.depth -= 1
        del self.opened[self.depth :]

    def _run_statement(self, session: Session, statement: Statement) -> None:
        session.budget.spend()
        report = session.report
        if statement.words:
            found = report.raw.find(statement.words[0], report.start)
            if found >= 0:
                report.start = found
        try:
            self._act(session, statement)
        except LineProblem:
            raise
        except Halt:
            raise
        except Problem as problem:
            report.problem(problem)
        crossed = session.place.crossed()
        if crossed >= 0 and not session.place.complained:
            session.place.complained = True
            session.bank_crossed(crossed)

    def _act(self, session: Session, statement: Statement) -> None:
        head = statement.head
        if not self.rest_counts and head not in _RESUMING:
            if self.counts() and statement.text:
                session.report.warning(
                    "rest_of_line_left_out",
                    "asar 1.91 leaves out what follows an endif on the line of a condition that is false.",
                    "Put it on a line of its own.",
                )
            return
        if statement.text and statement.text[0] != "@" and head not in _FIRST:
            self.begun = True
        if self.depth != self.true_depth:
            if head == "elseif" and self.depth == self.true_depth + 1:
                statement = self._reread(session, statement)
            if head in ("if", "elseif", "while", "for", "else", "endif", "endwhile", "endfor") and statement.action:
                statement.action(session, statement)
            return
        for label in statement.labels:
            session.place_label(label)
        action: Callable[[Session, Statement], None] | None = statement.action
        if action is not None:
            action(session, statement)

    def _reread(self, session: Session, statement: Statement) -> Statement:
        """The defines of an elseif after a false condition have not been replaced with those of its line."""
        text = statement.text
        if "<" in text and session.macros.call:
            text = session.macros.with_arguments(session, text)
        return read_statement(session.defines.resolve(session, text)) if "!" in text or "\\" in text else statement
