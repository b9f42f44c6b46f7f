"""Labels in a style: other words, routine names before them, or plus and minus signs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from random import Random

from datasets_app.domains.asm65816.generators.pool.lines import Code, Line
from datasets_app.domains.asm65816.generators.pool.style import Style

WORDS: Mapping[str, tuple[str, ...]] = {
    ".loop": ("loop", "next", "again", "repeat", "lp"),
    ".done": ("done", "end", "exit", "return", "out"),
    ".store": ("store", "save", "write", "keep"),
    ".next": ("next", "skip", "continue"),
    ".wait": ("wait", "poll", "busy"),
    ".found": ("found", "hit", "match"),
    ".table": ("table", "data", "values"),
}
_REFERENCE = re.compile(r"\.\w+")
_BRANCHES = {"BCC", "BCS", "BEQ", "BNE", "BMI", "BPL", "BVC", "BVS", "BRA", "BRL"}


def rename_labels(code: Code, name: str, style: Style, rng: Random) -> list[Line]:
    """Return the lines with labels and the references to them renamed."""
    labels = [line.label for line in code if line.label]
    signs = _signs(code, labels) if style.labels == "signs" else {}
    words = _words(labels, rng)
    prefix = f"{name}_" if style.labels == "global" else "."
    names = {label: signs.get(label, prefix + words[label]) for label in labels}
    return [
        replace(
            line,
            label=names.get(line.label, line.label),
            operand=_REFERENCE.sub(lambda match: names.get(match[0], match[0]), line.operand),
        )
        for line in code
    ]


def _words(labels: list[str], rng: Random) -> dict[str, str]:
    """Choose a word for every label, none twice: .loop and .next are not both called next."""
    chosen: dict[str, str] = {}
    for label in labels:
        free = [word for word in WORDS.get(label, (label[1:],)) if word not in chosen.values()]
        chosen[label] = rng.choice(free or [label[1:] + "2"])
    return chosen


def _signs(code: Code, labels: list[str]) -> dict[str, str]:
    """Labels that branches reach from one side only, as - where they go back and + where they go on."""
    found: dict[str, str] = {}
    for label in labels:
        at = next(place for place, line in enumerate(code) if line.label == label)
        users = [place for place, line in enumerate(code) if label in _REFERENCE.findall(line.operand)]
        if not users or any(code[place].op not in _BRANCHES for place in users):
            continue
        if all(place >= at for place in users):
            found[label] = "-" * (1 + sum(sign[0] == "-" for sign in found.values()))
        elif all(place < at for place in users):
            found[label] = "+" * (1 + sum(sign[0] == "+" for sign in found.values()))
    return found
