"""Instructions as a text mentions them, and the encodings that each can mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from datasets_app.domains.asm65816.opcodes import Mode, Opcode, mnemonics, opcodes_of

_BY_SHAPE: dict[str, dict[int, Mode]] = {
    "plain": {1: Mode.DIRECT, 2: Mode.ABSOLUTE, 3: Mode.LONG},
    "x": {1: Mode.DIRECT_X, 2: Mode.ABSOLUTE_X, 3: Mode.LONG_X},
    "y": {1: Mode.DIRECT_Y, 2: Mode.ABSOLUTE_Y},
    "s": {1: Mode.STACK},
    "(x)": {1: Mode.DIRECT_X_INDIRECT, 2: Mode.ABSOLUTE_X_INDIRECT},
    "(s)y": {1: Mode.STACK_INDIRECT_Y},
    "()y": {1: Mode.DIRECT_INDIRECT_Y},
    "()": {1: Mode.DIRECT_INDIRECT, 2: Mode.ABSOLUTE_INDIRECT},
    "[]y": {1: Mode.DIRECT_LONG_INDIRECT_Y},
    "[]": {1: Mode.DIRECT_LONG_INDIRECT, 2: Mode.ABSOLUTE_LONG_INDIRECT},
}
_SHAPES = tuple(
    (re.compile(pattern, re.IGNORECASE), shape)
    for pattern, shape in (
        (r"\((.+),\s*s\s*\)\s*,\s*y", "(s)y"),
        (r"\((.+),\s*x\s*\)", "(x)"),
        (r"\((.+)\)\s*,\s*y", "()y"),
        (r"\((.+)\)", "()"),
        (r"\[(.+)\]\s*,\s*y", "[]y"),
        (r"\[(.+)\]", "[]"),
        (r"(.+?)\s*,\s*x", "x"),
        (r"(.+?)\s*,\s*y", "y"),
        (r"(.+?)\s*,\s*s", "s"),
        (r"(.+)", "plain"),
    )
)
_NO_OPERAND = (Mode.IMPLIED, Mode.ACCUMULATOR)
_IMMEDIATE = (Mode.IMMEDIATE_M, Mode.IMMEDIATE_X, Mode.IMMEDIATE_8, Mode.SIGNATURE)
_FIXED = (Mode.RELATIVE_8, Mode.RELATIVE_16, Mode.IMMEDIATE_16, Mode.SIGNATURE)
_SUFFIXES = {"b": 1, "w": 2, "l": 3}

_VALUE = r"(?:\$[0-9A-Fa-f]+|%[01]+|[0-9]+\b|![A-Za-z_]\w*)"
_OPERAND = (
    rf"#[<>^]?(?:{_VALUE}|[A-Za-z_]\w*)"
    rf"|[\[(]\s*{_VALUE}[^\])\n;]*[\])](?:\s?,\s?[YySs]\b)?"
    rf"|{_VALUE}(?:\s?,\s?(?:[XYSxys]\b|\$[0-9A-Fa-f]+))?"
)
_NAMES = "|".join(sorted(mnemonics()))
# What may not stand before a mnemonic is asked behind it: a pattern that starts with letters is found much faster.
_MENTION = re.compile(
    rf"(?P<op>{_NAMES})(?<![\w.$#%!@`][A-Z]{{3}})(?:\.(?P<suffix>[bwlBWL]))?(?![\w'’])"
    rf"(?:\ (?P<operand>{_OPERAND}|[Aa](?=[\s`.,;:]|$)))?"
)
_QUOTED = re.compile(rf"`(?P<op>(?i:{_NAMES}))(?:\.(?P<suffix>[bwlBWL]))?(?:\s+(?P<operand>[^`\n;:]+?))?\s*`")
_CODE = re.compile(r"\s*(?P<op>[A-Za-z]{3})(?:\.(?P<suffix>[bwlBWL]))?(?:\s+(?P<operand>\S.*?))?\s*")


@dataclass(frozen=True, slots=True)
class Statement:
    """An instruction as written: `start` to `end` in the text.

    `opcodes` are the encodings it can mean: all of the mnemonic's where no operand is given (`exact` False), none where
    the operand fits no mode. `immediate` are the bytes that an immediate operand as wide as a register can have here.
    """

    start: int
    end: int
    mnemonic: str
    operand: str
    exact: bool
    opcodes: tuple[Opcode, ...]
    immediate: tuple[int, ...] = (1, 2)

    def sizes(self, *, m: bool | None = None, x: bool | None = None) -> frozenset[int]:
        """Bytes that the whole instruction can have; `m` and `x` True for registers known to be 8 bits wide."""
        return frozenset(1 + size for opcode in self.opcodes for size in self._operand_sizes(opcode, m, x))

    def cycles(self, *, m: bool | None = None, x: bool | None = None, taken: bool | None = None) -> frozenset[int]:
        """CPU cycles that the instruction can take; MVN and MVP for each byte moved."""
        found: set[int] = set()
        for opcode in self.opcodes:
            widths = self._operand_sizes(opcode, m, x)
            wide_m = m if opcode.mode != Mode.IMMEDIATE_M or len(widths) > 1 else widths[0] == 1
            wide_x = x if opcode.mode != Mode.IMMEDIATE_X or len(widths) > 1 else widths[0] == 1
            found |= _cycles(opcode, wide_m, wide_x, taken)
        return frozenset(found)

    def _operand_sizes(self, opcode: Opcode, m: bool | None, x: bool | None) -> tuple[int, ...]:
        if opcode.mode not in (Mode.IMMEDIATE_M, Mode.IMMEDIATE_X):
            return (opcode.operand_size(m=True, x=True),)
        narrow = m if opcode.mode == Mode.IMMEDIATE_M else x
        return self.immediate if narrow is None else (1,) if narrow else (2,)


def statements_in(text: str, start: int, end: int) -> Iterator[Statement]:
    """Yield the instructions that prose mentions: mnemonics in capitals, or in any case between backticks."""
    found = [*_MENTION.finditer(text, start, end), *_QUOTED.finditer(text, start, end)]
    for match in sorted(found, key=lambda m: m.start()):
        op, suffix, operand = match.group("op", "suffix", "operand")
        yield _statement(match.start(), match.end(), op, suffix, operand, bare=False)


def statement_of(text: str, start: int, end: int) -> Statement | None:
    """Return the instruction that a stretch of code consists of, or None."""
    match = _CODE.fullmatch(text, start, end)
    if match is None or match["op"].upper() not in mnemonics():
        return None
    stop = max(match.end("op"), match.end("suffix"), match.end("operand"))
    return _statement(match.start("op"), stop, match["op"], match["suffix"], match["operand"], bare=True)


def _statement(start: int, end: int, op: str, suffix: str | None, operand: str | None, *, bare: bool) -> Statement:
    opcodes, immediate = encodings(op.upper(), (suffix or "").lower(), (operand or "").strip(), bare)
    exact = operand is not None or len(opcodes) == 1
    return Statement(start, end, op.upper(), (operand or "").strip(), exact, opcodes, immediate)


@lru_cache(maxsize=4096)
def encodings(mnemonic: str, suffix: str, operand: str, bare: bool) -> tuple[tuple[Opcode, ...], tuple[int, ...]]:
    """Return the encodings that a mnemonic with an operand can mean, and the sizes of a register-wide immediate.

    `bare`: without an operand the accumulator or nothing is meant, as in code; otherwise every mode, as in prose.
    """
    known = opcodes_of(mnemonic)
    if not operand:
        plain = tuple(known[mode] for mode in (*_NO_OPERAND, Mode.SIGNATURE) if mode in known)
        return (plain if bare and plain else tuple(known.values())), (1, 2)
    if operand.upper() == "A":
        return tuple(known[mode] for mode in (Mode.ACCUMULATOR,) if mode in known), (1, 2)
    if operand.startswith("#"):
        widths = _widths(operand[1:], suffix)
        return tuple(known[mode] for mode in _IMMEDIATE if mode in known), tuple(w for w in widths if w < 3) or (1, 2)
    if Mode.BLOCK in known:
        return ((known[Mode.BLOCK],) if "," in operand else ()), (1, 2)
    return _addressed(known, suffix, operand), (1, 2)


def _addressed(known: dict[Mode, Opcode], suffix: str, operand: str) -> tuple[Opcode, ...]:
    shape, inner = next((shape, m[1]) for pattern, shape in _SHAPES if (m := pattern.fullmatch(operand)))
    if shape == "plain" and (fixed := next((known[mode] for mode in _FIXED if mode in known), None)):
        return (fixed,)
    found: dict[Mode, Opcode] = {}
    for width in _widths(inner, suffix):
        # An address too short for any mode of the mnemonic is written longer, as asar does with LDA $10,Y.
        fitting = [mode for w, mode in _BY_SHAPE[shape].items() if w >= width and mode in known]
        if fitting:
            found[fitting[0]] = known[fitting[0]]
    return tuple(found.values())


def _widths(expression: str, suffix: str) -> tuple[int, ...]:
    """Bytes that an operand can have: what the suffix or the number of digits says, else any."""
    if suffix:
        return (_SUFFIXES[suffix],)
    text = expression.strip()
    if re.fullmatch(r"\$[0-9A-Fa-f]{1,6}", text):
        return (len(text) // 2,)
    if re.fullmatch(r"%[01]{1,16}", text):
        return ((len(text) + 6) // 8,)
    return (1, 2, 3)


@lru_cache(maxsize=4096)
def _cycles(opcode: Opcode, m: bool | None, x: bool | None, taken: bool | None) -> frozenset[int]:
    either = (False, True)
    return frozenset(
        opcode.cycles_with(
            m=wide_m, x=wide_x, emulation=emulation, direct_unaligned=unaligned, page_crossed=crossed, taken=branched
        )
        for wide_m in (either if m is None else (m,))
        for wide_x in (either if x is None else (x,))
        for emulation in either
        for unaligned in either
        for crossed in either
        for branched in (either if taken is None else (taken,))
    )
