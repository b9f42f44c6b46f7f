"""What an answer says that its optimisation saves, held against what was measured."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datasets_app.domains.asm65816.verify.rungs import Rung
from datasets_app.domains.base import Finding

_WORDS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_SAVES = re.compile(
    r"\bsav(?:es?|ing)\s+(?:about\s+|around\s+|roughly\s+|exactly\s+)?(?P<count>\d+|"
    + "|".join(_WORDS)
    + r")\s+(?P<unit>bytes?|cycles?)\b"
    r"(?:\s+and\s+(?P<count2>\d+|" + "|".join(_WORDS) + r")\s+(?P<unit2>bytes?|cycles?)\b)?",
    re.IGNORECASE,
)


def check_savings(text: str, size: int, cycles: float) -> Iterator[Finding]:
    """Yield a finding for each saving that the text names: `size` bytes and `cycles` a run were measured.

    A figure of cycles may be that of one path: it is wrong only where it is off by more than half a cycle and a tenth.
    """
    for match in _SAVES.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        for count, unit in ((match["count"], match["unit"]), (match["count2"], match["unit2"])):
            if count:
                yield _judge(int(_WORDS.get(count.lower(), 0) or count), unit.lower(), size, cycles, line)


def _judge(said: int, unit: str, size: int, cycles: float, line: int) -> Finding:
    if unit.startswith("byte"):
        right, measured = said == size, f"{size} bytes"
    else:
        right, measured = abs(said - cycles) <= max(0.5, abs(cycles) / 10), f"{cycles:.1f} cycles on average"
    if right:
        return Finding(
            "ok",
            "saving_supported",
            f"Saving {said} {unit} is right: measured are {measured}.",
            line,
            rung=Rung.EXECUTE,
        )
    return Finding(
        "bad",
        "saving_contradicted",
        f"Saving {said} {unit} is wrong: measured are {measured}.",
        line,
        rung=Rung.EXECUTE,
    )
