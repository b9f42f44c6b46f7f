"""Macros: definitions, calls, and the arguments in their lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from datasets_app.domains.asm65816.assembler import quotes
from datasets_app.domains.asm65816.assembler.labels import Frame
from datasets_app.domains.asm65816.assembler.lines import Line
from datasets_app.domains.asm65816.assembler.problem import LineProblem, Problem
from datasets_app.domains.asm65816.assembler.suggest import did_you_mean

if TYPE_CHECKING:
    from datasets_app.domains.asm65816.assembler.session import Session
    from datasets_app.domains.asm65816.assembler.statement import Statement

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DECLARATION = re.compile(r"([A-Za-z0-9_]*)\(([A-Za-z0-9_,.]*)\)")


@dataclass(frozen=True, slots=True)
class Macro:
    """`parameters` are names; a variadic macro takes any number of arguments after them."""

    name: str
    parameters: tuple[str, ...]
    variadic: bool
    body: tuple[Line, ...]
    file: str = ""
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One call that is being run."""

    macro: Macro
    arguments: tuple[str, ...]

    @property
    def extra(self) -> tuple[str, ...]:
        """The arguments after the named ones."""
        return self.arguments[len(self.macro.parameters) :]


class Macros:
    """The macros by name, and the call that is being run."""

    def __init__(self) -> None:
        self.defined: dict[str, Macro] = {}
        self.call: Call | None = None
        self._calls = 0
        self._depth = 0

    def define(self, session: Session, declaration: str, body: list[Line]) -> None:
        """Define a macro from what follows the word macro; raises Problem."""
        matched = _DECLARATION.fullmatch(quotes.remove_spaces(quotes.clean(declaration)))
        if not matched or not _NAME.fullmatch(matched[1]):
            raise Problem(
                "broken_macro", f"“{declaration}” declares no macro.", "It is written: macro name(first,second)"
            )
        name, listed = matched[1], matched[2]
        parameters = listed.split(",") if listed else []
        variadic = bool(parameters) and parameters[-1] == "..."
        named = parameters[:-1] if variadic else parameters
        seen: set[str] = set()
        for parameter in named:
            if not _NAME.fullmatch(parameter):
                raise Problem("invalid_parameter", f"“{parameter}” is no name for a parameter.", at=declaration)
            if parameter in seen:
                raise Problem("parameter_redefined", f"The parameter {parameter} is there twice.", at=parameter)
            seen.add(parameter)
        if name in self.defined:
            raise Problem("macro_redefined", f"The macro {name} is defined already.", at=name)
        report = session.report
        file = report.file if report.included else ""
        self.defined[name] = Macro(name, tuple(named), variadic, tuple(body), file, session.files.folder)

    def run(self, session: Session, statement: Statement) -> None:
        """Run the lines of `%name(arguments)`."""
        text = statement.text[statement.text.index("%") + 1 :]
        macro, arguments = self._read_call(session, text)
        if macro is None:
            return
        session.budget.check_nesting(self._depth, "Macros")
        session.budget.spend()
        outer, frame, flow, report = self.call, session.labels.frame, session.flow, session.report
        kept = flow.open_on_line, flow.rest_counts, flow.for_stage, flow.line_goes_on, flow.index, flow.repeat
        where = report.where()
        self.call, session.labels.frame = Call(macro, arguments), Frame(self._calls)
        self._calls += 1
        self._depth += 1
        included, file, folder = report.included, report.file, session.files.folder
        if outer is None:
            report.outside = f"in %{macro.name}, called in line {where.line}"
        if macro.file or included:
            report.included, report.file = included or where, macro.file or "the text"
        session.files.folder = macro.folder
        try:
            flow.repeat = 1
            flow.run(session, list(macro.body), macros=False)
        finally:
            report.included, report.file, session.files.folder = included, file, folder
            report.back(where)
            self._depth -= 1
            self.call, session.labels.frame = outer, frame
            (flow.open_on_line, flow.rest_counts, flow.for_stage, flow.line_goes_on, flow.index, flow.repeat) = kept

    def _read_call(self, session: Session, text: str) -> tuple[Macro | None, tuple[str, ...]]:
        text = quotes.remove_spaces(quotes.clean(text)) if " " in text else text
        name, parenthesis, rest = text.partition("(")
        if not parenthesis or not rest.endswith(")") or not _NAME.fullmatch(name):
            raise Problem("broken_macro_call", f"“%{text}” calls no macro.", "It is written: %name(first,second)")
        arguments = quotes.split_arguments(rest[:-1])
        if arguments is None:
            raise Problem("mismatched_parentheses", "The parentheses of this call do not match.", at=text)
        if not rest[:-1]:
            arguments = []
        macro = self.defined.get(name)
        if macro is None:
            if session.stub:
                session.lookup.stub(f"%{name}")
                return None, ()
            hint = did_you_mean(name, self.defined, "%{}")
            raise Problem("macro_not_found", f"There is no macro %{name}.", hint, f"%{name}")
        needed = len(macro.parameters)
        if len(arguments) < needed or (len(arguments) > needed and not macro.variadic):
            least = "at least " if macro.variadic else ""
            raise Problem(
                "wrong_argument_count",
                f"%{name} takes {least}{needed} arguments, and {len(arguments)} are given.",
                f"It is defined as: macro {name}({','.join(macro.parameters) + (',...' if macro.variadic else '')})",
                f"%{name}",
            )
        return macro, tuple(arguments)

    def variadic_count(self) -> int:
        """Return what sizeof(...) is here."""
        if self.call is None:
            raise Problem("sizeof_outside_macro", "sizeof(...) counts a macro's arguments, and this is no macro.")
        if not self.call.macro.variadic:
            raise Problem("macro_not_variadic", f"%{self.call.macro.name} takes no “...”.", at="...")
        return len(self.call.extra)

    def with_arguments(self, session: Session, text: str) -> str:
        """Return a line of the macro with `<name>` and `<...[number]>` replaced."""
        parts: list[str] = []
        here = 0
        while here < len(text):
            start = text.find("<", here)
            if start < 0:
                break
            parts.append(text[here:start])
            if text.startswith("<<", start) and text[start + 2 : start + 3] != ":":
                parts.append("<<")
                here = start + 2
                continue
            end = _end_of_argument(text, start)
            if end < 0:
                parts.append("<")
                here = start + 1
                continue
            parts.append(self._argument(session, text[start + 1 : end]))
            here = end + 1
        parts.append(text[here:])
        result = "".join(parts)
        session.budget.check_line(len(result))
        return result

    def _argument(self, session: Session, inside: str) -> str:
        call = self.call
        if call is None:
            return f"<{inside}>"
        listed = inside.startswith("...[")
        if listed and not inside.endswith("]"):
            raise LineProblem("unclosed_variadic", "A ] is missing.", "It is written: <...[0]>", inside)
        name = session.defines.resolve(session, inside[4:-1] if listed else inside)
        if not listed and name in call.macro.parameters:
            return _unquoted(call.arguments[call.macro.parameters.index(name)])
        if not call.macro.variadic or (_NAME.fullmatch(name) and not session.labels.find(name)):
            hint = did_you_mean(name, call.macro.parameters, "<{}>")
            raise LineProblem(
                "parameter_not_found", f"%{call.macro.name} has no parameter <{name}>.", hint, f"<{inside}>"
            )
        number = session.integer(name)
        if session.forward:
            raise LineProblem("label_forward", "Which argument to take cannot depend on a later label.", at=name)
        if not 0 <= number < len(call.extra):
            raise LineProblem(
                "argument_out_of_range",
                f"There are {len(call.extra)} arguments after the named ones, and number {number} is asked for.",
                "They count from 0, up to sizeof(...)-1.",
                f"<{inside}>",
            )
        return _unquoted(call.extra[number])


def _end_of_argument(text: str, start: int) -> int:
    """Return where the > of an argument is, -1 where this < is an operator."""
    end = start + 1
    if text[end : end + 1] == " ":
        return -1
    while end < len(text) and text[end] not in "<>" and text[end + 1 : end + 2] != ":":
        end += 1
    return end if text[end : end + 1] == ">" else -1


def _unquoted(argument: str) -> str:
    text = quotes.unquote(argument)
    if text is None:
        raise LineProblem("garbage_near_quotes", f"More than a quoted text stands in {argument[:40]}.", at=argument)
    return text
