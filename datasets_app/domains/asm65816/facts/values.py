"""Claims about register values in the comments of code, `; A = $1000`: each is checked by running the code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from datasets_app.domains.asm65816.facts.passages import is_code
from datasets_app.domains.asm65816.facts.reading import Reading
from datasets_app.domains.asm65816.facts.running import Observed, observe
from datasets_app.domains.base import Claim, ClaimVerdict

VALUE = "value"

_VALUE = re.compile(
    r"(?:[;,(]|->|=>|→|\b(?:now|so|then|and|thus|here)\b)[ \t]*(?P<register>DBR|DB|[AXYCDaxy])[ \t]*"
    r"(?:==?|:=|\bis(?: now)?\b|\bholds\b|\bbecomes\b|<-|←)[ \t]*(?:now[ \t]+)?#?"
    r"(?P<value>\$[0-9A-Fa-f]{1,4}|0x[0-9A-Fa-f]{1,4}|%[01]{1,16}|\d{1,5})\b(?![\w?]|[ \t]*(?:[-+*/&|^<>:?%]|\.\.))"
    r"(?![ \t-]*(?:bits?|bytes?|pixels?|if|when|or|unless|to|max|at most|until|on)\b)"
)
_FENCE = re.compile(r"[ ]{0,3}(?:`{3,}|~{3,})")
_BETWEEN = re.compile(
    r"\s*(?:(?:[.+-]?\w[\w.]*:|\.\w+|[+-]+)\s*)?(?:;.*)?|\s*!\w+\s*[+:]?=.*|\s*(?:org|base|lorom|hirom)\b.*", re.I
)
_SIGNS = re.compile(r"^\s*(?:\++|-+)\s+")
_TESTS = frozenset(["CMP", "CPX", "CPY", "BIT", "BCC", "BCS", "BEQ", "BMI", "BNE", "BPL", "BVC", "BVS"])


@dataclass(frozen=True, slots=True)
class Stated:
    """A value that a comment states: `start` to `end` in the text, `line` of its block (from 1)."""

    register: str
    digits: str
    start: int
    end: int
    line: int


def find_value_claims(reading: Reading) -> Iterator[Claim]:
    """Yield the claims of comments about register values after the statement they stand beside."""
    text = reading.text
    if not _VALUE.search(text):
        return
    for start, end in _blocks(text):
        stated = list(_stated(text, start, end))
        if not stated:
            continue
        seen = observe(text[start:end], {one.line for one in stated})
        for one in stated:
            yield _judge(reading, one, seen.get(one.line, ()))


def _stated(text: str, start: int, end: int) -> Iterator[Stated]:
    for number, line in enumerate(text[start:end].splitlines(keepends=True), 1):
        code, mark, _ = line.partition(";")
        words = code.upper().replace(":", " ").split()
        if mark and _is_code(line) and not _TESTS & set(words):
            for match in _VALUE.finditer(text, start + len(code), start + len(line.rstrip("\r\n"))):
                at = match.start("register")
                yield Stated(match["register"].upper(), match["value"], at, match.end("value"), number)
        start += len(line)


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of code: what stands between fences, or lines that look like code and what joins them."""
    start, fenced, position = -1, False, 0
    for line in text.splitlines(keepends=True):
        bare = line.rstrip("\r\n")
        if _FENCE.match(bare):
            if start >= 0:
                yield start, position
            fenced = not fenced
            start = position + len(line) if fenced else -1
        elif not fenced:
            belongs = is_code(bare) or (start >= 0 and (bool(_BETWEEN.fullmatch(bare)) or _is_code(bare)))
            if belongs and start < 0:
                start = position
            elif not belongs and start >= 0:
                yield start, position
                start = -1
        position += len(line)
    if start >= 0:
        yield start, position


def _is_code(line: str) -> bool:
    """Say whether a line is assembly, also behind a + or - label, which prose would take for an item of a list."""
    return is_code(_SIGNS.sub("", line, count=1))


def _judge(reading: Reading, stated: Stated, seen: Sequence[Observed]) -> Claim:
    """Hold a value against those of every state that came here; only what all of them share is known."""
    claimed, digits = _number(stated.digits)
    values = {_part(one, stated.register, digits) for one in seen}
    verdict: ClaimVerdict = "unknown"
    truth = ""
    if len(values) == 1:
        value, width = next(iter(values))
        verdict = "supported" if value == claimed else "contradicted"
        truth = f"{stated.register} is ${value:0{width}X} here."
    elif seen and len(low := {one.value(stated.register) & 0xFF for one in seen}) == 1 and low != {claimed & 0xFF}:
        verdict = "contradicted"
        truth = f"The low byte of {stated.register} is ${low.pop():02X} here."
    return reading.claim(VALUE, verdict, stated.start, stated.end, name=stated.register, truth=truth)


def _part(seen: Observed, register: str, digits: int) -> tuple[int, int]:
    """Return the part of a register that a value of so many hex digits is about, and its width in digits.

    An 8-bit accumulator is read as a byte where the value fits into one, and as both of its bytes where it does not.
    """
    value = seen.value(register)
    narrow = seen.is_narrow(register) and digits <= 2
    return (value & 0xFF, 2) if narrow else (value, 2 if register.startswith("DB") else 4)


def _number(digits: str) -> tuple[int, int]:
    """Return a value and how many hex digits it is written with."""
    if digits[0] == "$":
        return int(digits[1:], 16), len(digits) - 1
    if digits[:2] == "0x":
        return int(digits, 16), len(digits) - 2
    value = int(digits[1:], 2) if digits[0] == "%" else int(digits)
    return value, 2 if value < 0x100 else 4
