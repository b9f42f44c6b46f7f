"""What words say a register is for, and which registers do that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from datasets_app.domains.asm65816.facts.concept_table import ROWS
from datasets_app.domains.asm65816.registers import Register, all_registers, register_at

_NUMBER = re.compile(r"\b(?:bg|background|joypad|controller|pad|channel) ?([1-4])\b")
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
    """Return the registers that words describe (“VRAM address”), those that fit all of the words first; none if none do."""
    found = find_concepts(" ".join(words.lower().split()))
    score = {r: sum(r.address in c.addresses for c in found) for r in all_registers()}
    return tuple(sorted((r for r, n in score.items() if n), key=lambda r: (-score[r], r.address)))


def _concepts(words: str) -> Iterator[Concept]:
    pattern, rows = _compiled()
    for match in pattern.finditer(words):
        addresses, weak = rows[int(match.lastgroup[1:]) if match.lastgroup else 0]
        narrowed = _narrowed(addresses, words, match.start(), match.end())
        yield Concept(match[0], match.start(), match.end(), narrowed, weak)


def _narrowed(addresses: frozenset[int], words: str, start: int, end: int) -> frozenset[int]:
    """Keep the registers of the background, joypad or half that words beside a purpose name."""
    number = _NUMBER.search(words, max(0, start - 8), min(len(words), end + 16))
    if number:
        digit = number[1]
        kept = {a for a in addresses if (r := register_at(a)) and (f"BG{digit}" in r.name or f"JOY{digit}" in r.name)}
        if "BG" in " ".join(r.name for a in addresses if (r := register_at(a))) and kept:
            addresses = frozenset(kept)
    part = _PART.search(words, max(0, start - 26), min(len(words), end + 20))
    if part:
        letter = dict(_PARTS)[(part[1] or ("low" if part[2] == "lower" else "high"))]
        kept = {a for a in addresses if (r := register_at(a)) and r.name.endswith(letter)}
        kept |= {a for a in addresses if (r := register_at(a)) and r.address >= 0x4300 and r.name[-1] == letter}
        if kept:
            addresses = frozenset(kept)
    return addresses


@cache
def _compiled() -> tuple[re.Pattern[str], list[tuple[frozenset[int], bool]]]:
    patterns, rows = [], []
    for number, row in enumerate(ROWS.strip().splitlines()):
        text, addresses, weak = _fields(row)
        patterns.append(f"(?P<c{number}>{text})")
        rows.append((frozenset(a for part in addresses.split() for a in _addresses(part)), weak))
    return re.compile(r"\b(?:" + "|".join(patterns) + r")(?![\w])"), rows


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
