"""What words say a register is for, and which registers do that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from datasets_app.domains.asm65816.facts.concept_table import ROWS
from datasets_app.domains.asm65816.registers import Register, all_registers, register_at

_FAMILY = 8  # A weak purpose of more registers than this says too little to confirm one of them.
_WORD_STARTS = re.compile(r"\b[a-z]")
_DETAIL = re.compile(
    r"\b(?:(?:bg|background) ?(?P<bg>[1-4])|(?:joypad|controller|pad) ?(?P<pad>[1-4])|parameter (?P<matrix>[abcd])"
    r"|(?P<axis>[xy])(?: coordinate|\b)|port (?P<port>[0-3]))\b"
)
_DETAILS = {"bg": "BG{}", "pad": "JOY{}", "matrix": "M7{}", "axis": "M7{}", "port": "APUIO{}"}
_PARTS = (("low", "L"), ("high", "H"), ("middle", "M"), ("bank", "B"))
_PART = re.compile(
    r"\b(low|high|middle)(?:er)?[- ](?:byte|bits?|part|half|8 bits)|\b(lower|upper) (?:byte|8 bits|half)"
)


@dataclass(frozen=True, slots=True)
class Concept:
    """A purpose found in words at `start` to `end`: the addresses that serve it; weak ones refute nothing."""

    words: str
    start: int
    end: int
    addresses: frozenset[int]
    weak: bool


def find_concepts(words: str) -> list[Concept]:
    """Return the purposes that lower-case words name, in order."""
    return list(_concepts(words))


def registers_for(words: str) -> tuple[Register, ...]:
    """Return the registers that words describe (“VRAM address”), those that fit the most of them first."""
    found = find_concepts(" ".join(words.lower().split()))
    score = {r: sum(r.address in c.addresses for c in found) for r in all_registers()}
    return tuple(sorted((r for r, n in score.items() if n), key=lambda r: (-score[r], r.address)))


def _concepts(words: str) -> Iterator[Concept]:
    by_letter, rows = _compiled()
    last = 0
    for start in _WORD_STARTS.finditer(words):
        pattern = by_letter.get(start[0]) if start.start() >= last else None
        match = pattern.match(words, start.start()) if pattern else None
        if match and match.lastgroup:
            last = match.end()
            addresses, weak = rows[int(match.lastgroup[1:])]
            narrowed = _narrowed(addresses, words, match.start(), last)
            if not weak or len(narrowed) <= _FAMILY:
                yield Concept(match[0], match.start(), last, narrowed, weak)


def _narrowed(addresses: frozenset[int], words: str, start: int, end: int) -> frozenset[int]:
    """Keep the registers of the background, joypad or half that words beside a purpose name."""
    detail = _DETAIL.search(words, max(0, start - 10), min(len(words), end + 18))
    if detail:
        wanted = next(name.format(detail[group].upper()) for group, name in _DETAILS.items() if detail[group])
        kept = {a for a in addresses if (r := register_at(a)) and any(wanted in name for name in r.names)}
        addresses = frozenset(kept) or addresses
    part = _PART.search(words, max(0, start - 26), min(len(words), end + 20))
    if part:
        letter = dict(_PARTS)[(part[1] or ("low" if part[2] == "lower" else "high"))]
        kept = {a for a in addresses if (r := register_at(a)) and r.name.endswith(letter)}
        kept |= {a for a in addresses if (r := register_at(a)) and r.address >= 0x4300 and r.name[-1] == letter}
        addresses = frozenset(kept) or addresses
    return addresses


@cache
def _compiled() -> tuple[dict[str, re.Pattern[str]], list[tuple[frozenset[int], bool]]]:
    """Return the patterns that can start with each letter, in the table's order, and what each row means.

    A pattern's groups are named after its row. One pattern for all rows would try all of them at every word.
    """
    by_letter: dict[str, list[str]] = {}
    rows = []
    for number, row in enumerate(ROWS.strip().splitlines()):
        text, addresses, weak = _fields(row)
        for letter in sorted(_first_letters(text)):
            by_letter.setdefault(letter, []).append(f"(?P<c{number}>{text})")
        rows.append((frozenset(a for part in addresses.split() for a in _addresses(part)), weak))
    patterns = {letter: re.compile(rf"(?:{'|'.join(texts)})(?!\w)") for letter, texts in by_letter.items()}
    return patterns, rows


def _first_letters(pattern: str) -> set[str]:
    """Return the letters that a pattern of letters and (?:…|…) groups can start with."""
    if pattern.startswith("(?<!"):
        return _first_letters(pattern[_closing(pattern) + 1 :])
    if not pattern.startswith("(?:"):
        optional = pattern[1:2] == "?"
        return {pattern[0]} | (_first_letters(pattern[2:]) if optional else set())
    close = _closing(pattern)
    found = {letter for part in _alternatives(pattern[3:close]) for letter in _first_letters(part)}
    rest = pattern[close + 1 :]
    if rest.startswith(("?", "*")):
        found |= _first_letters(rest[1:])
    return found


def _closing(pattern: str) -> int:
    depth = 0
    for i, character in enumerate(pattern):
        depth += (character == "(" and pattern[i - 1] != "\\") - (character == ")" and pattern[i - 1] != "\\")
        if depth == 0:
            return i
    raise ValueError(pattern)


def _alternatives(inner: str) -> Iterator[str]:
    depth = start = 0
    for i, character in enumerate(inner):
        depth += (character == "(") - (character == ")")
        if character == "|" and depth == 0:
            yield inner[start:i]
            start = i + 1
    yield inner[start:]


def _fields(row: str) -> tuple[str, str, bool]:
    weak = row.endswith("|weak")
    text, _, addresses = row.removesuffix("|weak").rpartition("|")
    return text, addresses, weak


def _addresses(part: str) -> Iterator[int]:
    first, _, last = part.partition("-")
    if "x" in first:
        low, high = int(first[-1], 16), int((last or first)[-1], 16)
        yield from (0x4300 + channel * 16 + offset for channel in range(8) for offset in range(low, high + 1))
    else:
        yield from range(int(first, 16), int(last or first, 16) + 1)
