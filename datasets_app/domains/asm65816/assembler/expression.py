"""Expressions, read once into a function of the session that gives their value.

asar's rules: without `math pri on` or `asar 1.90`, operators bind from left to right and every step cuts off the
fraction. With priorities: ** before * / % before + - before << >> before & | ^, all from the left.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from datasets_app.domains.asm65816.assembler import numbers
from datasets_app.domains.asm65816.assembler.functions import BUILTINS, Signature
from datasets_app.domains.asm65816.assembler.limits import LONGEST_EXPRESSION, NESTING
from datasets_app.domains.asm65816.assembler.operators import (
    OPERATORS,
    PREFIXES,
    Step,
    Value,
    apply_prefixes,
    chain,
)
from datasets_app.domains.asm65816.assembler.problem import Problem
from datasets_app.domains.asm65816.assembler.widths import Widths, measure

_CACHED_LENGTH = 200
_LABEL = re.compile(r"\??\.*[A-Za-z0-9_](?:[A-Za-z0-9_.]|\[[^\[\]]*\])*")
_ANONYMOUS = re.compile(r"\??(?:\++|-+)")
_WORD = re.compile(r"[A-Za-z_.?][A-Za-z0-9_.]*")
_PLAIN = re.compile(r"\??\.*[A-Za-z_][A-Za-z0-9_.]*")
_HEX = re.compile(r"[0-9A-Fa-f]+")
_BINARY = re.compile(r"[01]+")
_DECIMAL = re.compile(r"[0-9.]+")
_FLOAT = re.compile(r"[0-9]+(?:\.[0-9]*)?")
_SYMBOL = re.compile(r"[A-Za-z_]?[A-Za-z0-9_.]*")


@dataclass(frozen=True, slots=True)
class Expression:
    """What an expression comes to.

    `constant` is its value where that needs nothing else. `name` is the label that it consists of, empty otherwise.
    `widths` says how many bytes asar gives it. `by_priority` is another reading where priorities change the result.
    """

    text: str
    value: Value
    widths: Widths
    constant: float | None = None
    name: str = ""
    by_priority: Value | None = None


def read_expression(text: str, *, priorities: bool, rounding: bool) -> Expression:
    """Read an expression; raises Problem where it is none. Reading the same short text again costs nothing."""
    if len(text) > LONGEST_EXPRESSION:
        raise Problem("expression_too_long", f"An expression has more than {LONGEST_EXPRESSION:,} characters.")
    if len(text) > _CACHED_LENGTH:
        return _read(text, priorities, rounding)
    return _read_cached(text, priorities, rounding)


def _read(text: str, priorities: bool, rounding: bool) -> Expression:
    reader = _Reader(text, priorities, rounding)
    value = reader.whole()
    name = text if _PLAIN.fullmatch(text) or _ANONYMOUS.fullmatch(text) else ""
    constant = value(None) if reader.pure else None
    expression = Expression(text, value, measure(text), constant, name)
    if reader.mixed and not priorities:
        return replace(expression, by_priority=_Reader(text, True, rounding).whole())
    return expression


_read_cached = lru_cache(maxsize=8192)(_read)


class _Reader:
    def __init__(self, text: str, priorities: bool, rounding: bool) -> None:
        self.text = text
        self.position = 0
        self.depth = 0
        self.priorities = priorities
        self.rounding = rounding
        self.mixed = False
        self.pure = True

    def whole(self) -> Value:
        value = self.expression(0)
        rest = self.text[self.position :]
        if rest.startswith(","):
            raise Problem("invalid_input", "A comma stands where the expression should end.", at=self.text)
        if rest:
            raise Problem("mismatched_parentheses", f"“{rest}” follows where the expression should end.", at=self.text)
        return value

    def expression(self, priority: int) -> Value:
        anonymous = self.anonymous()
        if anonymous is not None:
            return anonymous
        self.depth += 1
        if self.depth > NESTING:
            raise Problem("too_deep", f"Parentheses and calls are nested more than {NESTING} levels deep.")
        value = self.operations(self.prefixed(), priority)
        self.depth -= 1
        return value

    def operations(self, left: Value, priority: int) -> Value:
        steps: list[Step] = []
        lowest = 9
        self.skip_spaces()
        while self.peek() not in ("", ")", ",", "]"):
            self.skip_spaces()
            symbol, binds, apply = self.find_operator()
            if self.priorities and binds < priority:
                break
            self.position += len(symbol)
            self.mixed = self.mixed or binds > lowest
            lowest = min(lowest, binds)
            steps.append((apply, self.expression(binds + 1) if self.priorities else self.prefixed()))
        return chain(left, tuple(steps), self.rounding) if steps else left

    def find_operator(self) -> tuple[str, int, Callable[[float, float], float]]:
        for entry in OPERATORS:
            if self.text.startswith(entry[0], self.position):
                return entry
        found = self.text[self.position : self.position + 12]
        hint = "Hexadecimal numbers are written $10." if self.text[:2].lower() == "0x" else ""
        raise Problem("unknown_operator", f"An operator was expected before “{found}”.", hint, self.text)

    def prefixed(self) -> Value:
        prefixes: list[str] = []
        while True:
            self.skip_spaces()
            found = next((sign for sign in PREFIXES if self.text.startswith(sign, self.position)), None)
            if found is None:
                break
            prefixes.append(found)
            self.position += len(found)
        value = self.number()
        if not prefixes:
            return value
        signs, rounding = tuple(reversed(prefixes)), self.rounding
        return lambda session: apply_prefixes(signs, value(session), rounding)

    def number(self) -> Value:
        character = self.peek()
        if character == "(":
            return self.parenthesised()
        if character == "$":
            return self.digits(_HEX, 16, "invalid_hex", "Hexadecimal digits were expected after $.")
        if character == "%":
            return self.digits(_BINARY, 2, "invalid_binary", "Binary digits were expected after %.")
        if character == "'":
            return self.character()
        if character.isdigit() and character.isascii():
            return self.decimal()
        if character and (character in "_.?" or (character.isascii() and character.isalpha())):
            return self.named()
        if not character:
            raise Problem("invalid_number", "A value was expected, and the expression ends.", at=self.text)
        raise Problem("invalid_number", f"A value was expected, not “{self.text[self.position :][:12]}”.", at=self.text)

    def parenthesised(self) -> Value:
        self.position += 1
        value = self.expression(0)
        if self.peek() != ")":
            raise Problem("mismatched_parentheses", "A closing parenthesis is missing.", at=self.text)
        self.position += 1
        return value

    def digits(self, pattern: re.Pattern[str], base: int, code: str, message: str) -> Value:
        matched = pattern.match(self.text, self.position + 1)
        if not matched:
            raise Problem(code, message, at=self.text)
        self.position = matched.end()
        return self.literal(min(int(matched[0][:80].lstrip("0") or "0", base), (1 << 64) - 1))

    def character(self) -> Value:
        if self.text[self.position + 2 : self.position + 3] != "'":
            raise Problem("invalid_character", "One character and a closing ' were expected after '.", at=self.text)
        character = self.text[self.position + 1]
        self.position += 3
        self.pure = False
        return lambda session: session.tables.value_of(character)

    def decimal(self) -> Value:
        matched = _DECIMAL.match(self.text, self.position)
        written = matched[0] if matched else ""
        self.position += len(written)
        if "." not in written:
            return self.literal(int(written[:400].lstrip("0") or "0"))
        start = _FLOAT.match(written)
        value = float(start[0][:400]) if start else 0.0
        return self.literal(numbers.truncated(value) if self.rounding else value)

    def literal(self, number: float) -> Value:
        value = numbers.exact(number)
        return lambda _: value

    def named(self) -> Value:
        start = self.position
        matched = _WORD.match(self.text, start)
        word = matched[0] if matched else ""
        after = start + len(word)
        while self.text[after : after + 1] == " ":
            after += 1
        if self.text[after : after + 1] == "(" and word:
            self.position = after + 1
            return self.call(word)
        return self.label()

    def label(self) -> Value:
        matched = _LABEL.match(self.text, self.position)
        if not matched:
            raise Problem("invalid_label_name", "This is not a name that a label can have.", at=self.text)
        raw = matched[0]
        self.position = matched.end()
        self.pure = False
        if "[" in raw:
            return self.subscripted(raw)
        return lambda session: session.label(raw)

    def subscripted(self, raw: str) -> Value:
        before, _, rest = raw.partition("[")
        inner, _, after = rest.partition("]")
        if "[" in after:
            raise Problem("multiple_subscripts", "A name may have one subscript.", at=raw)
        index = _Reader(inner, self.priorities, self.rounding).whole()
        name = before + after

        def value(session: Any) -> float:
            base = session.label(name)
            moved = base + numbers.int32(index(session) * session.structs.object_size(session, before))
            return int(moved) & 0xFFFFFF

        return value

    def anonymous(self) -> Value | None:
        matched = _ANONYMOUS.match(self.text, self.position)
        if not matched or self.text[matched.end() : matched.end() + 1] not in ("", ")"):
            return None
        token = matched[0]
        self.position = matched.end()
        self.pure = False
        return lambda session: session.anonymous(token)

    def call(self, name: str) -> Value:
        self.depth += 1
        if self.depth > NESTING:
            raise Problem("too_deep", f"Parentheses and calls are nested more than {NESTING} levels deep.")
        start = self.position
        end = self.closing()
        signature = BUILTINS.get(name) or BUILTINS.get(name.removeprefix("_"))
        raws = _raw_arguments(self.text[start:end])
        built_in = self.built_in(signature, name) if signature else None
        if built_in is None:
            self.position = end
        if self.peek() != ")":
            raise Problem("malformed_call", f"A closing parenthesis was expected after the call of {name}.", at=name)
        self.position += 1
        self.depth -= 1
        self.pure = False
        return lambda session: session.functions.call(session, name, raws, built_in)

    def closing(self) -> int:
        depth = 1
        for position in range(self.position, len(self.text)):
            depth += {"(": 1, ")": -1}.get(self.text[position], 0)
            if not depth:
                return position
        raise Problem("mismatched_parentheses", "A closing parenthesis is missing.", at=self.text)

    def built_in(self, signature: Signature, name: str) -> Value:
        arguments: list[Value | str] = []
        self.skip_spaces()
        for index, kind in enumerate(signature.required + signature.optional):
            if index:
                if self.peek() != ",":
                    if index >= len(signature.required):
                        break
                    raise Problem("missing_argument", f"{name} takes {len(signature.required)} arguments.", at=name)
                self.position += 1
            arguments.append(self.argument(kind, name))
        apply, given, rounding = signature.apply, tuple(arguments), self.rounding

        def value(session: Any) -> float:
            values = [one if isinstance(one, str) else one(session) for one in given]
            result = numbers.checked(numbers.exact(apply(session, *values)))
            return numbers.truncated(result) if rounding else result

        return value

    def argument(self, kind: str, name: str) -> Value | str:
        self.skip_spaces()
        if kind == "number":
            value = self.expression(0)
        elif kind == "text" or self.peek() == '"':
            value_text = self.quoted(name)
            self.skip_spaces()
            return value_text
        else:
            matched = _SYMBOL.match(self.text, self.position)
            if not matched or not matched[0]:
                raise Problem("missing_argument", f"{name} takes a name.", at=name)
            self.position = matched.end()
            self.skip_spaces()
            return matched[0]
        self.skip_spaces()
        return value

    def quoted(self, name: str) -> str:
        end = self.text.find('"', self.position + 1)
        if self.peek() != '"' or end < 0:
            raise Problem("string_expected", f"{name} takes a text in double quotes.", at=name)
        inner = self.text[self.position + 1 : end]
        self.position = end + 1
        return inner

    def peek(self) -> str:
        return self.text[self.position : self.position + 1]

    def skip_spaces(self) -> None:
        while self.text[self.position : self.position + 1] == " ":
            self.position += 1


def _raw_arguments(text: str) -> tuple[str, ...]:
    parts, start, depth = [], 0, 0
    for position, character in enumerate(text):
        if character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
        elif character == "," and not depth:
            parts.append(text[start:position])
            start = position + 1
    return (*parts, text[start:])
