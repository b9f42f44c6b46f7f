"""Where a text mentions what the facts explain: hardware registers, and instructions between backticks."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from datasets_app.domains.asm65816.facts.anchors import find_anchors
from datasets_app.domains.asm65816.opcodes import mnemonics

Kind = Literal["register", "instruction"]

# In prose a mnemonic is one between backticks only: “AND” and “BIT” are words too.
_INSTRUCTION = re.compile(r"`(?P<name>[A-Za-z]{3})(?=`|\.[bwlBWL]\b|\s+[#$(\[!A-Za-z%<>^])")


class Mention(NamedTuple):
    """Characters `start` to `end` name a fact: `key` is a register's address as four digits, or a mnemonic."""

    start: int
    end: int
    kind: Kind
    key: str


def find_mentions(text: str) -> list[Mention]:
    """Return the mentions of a text in order; none overlaps another. A pair's name means its low register."""
    found = [
        Mention(anchor.start, anchor.end, "register", f"{anchor.registers[0].address:04X}")
        for anchor in find_anchors(text)
        if anchor.registers and not anchor.bare
    ]
    if "`" in text:
        instructions = list(_instructions(text))
        found = sorted([*found, *instructions], key=lambda one: one.start) if instructions else found
    return found


def instruction_in(word: str) -> str | None:
    """Return the mnemonic that a word of code is, with or without its size suffix, in capitals; None for others."""
    name = word[:3].upper()
    return name if name in mnemonics() and (len(word) == 3 or word[3] == ".") else None


def _instructions(text: str) -> list[Mention]:
    return [
        Mention(match.start("name"), match.end("name"), "instruction", match["name"].upper())
        for match in _INSTRUCTION.finditer(text)
        if match["name"].upper() in mnemonics()
    ]
