"""The rules of a gate, as they are kept in `Gate.rules`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field

from evals_app.errors import BadBar

# p below this on the primary metric; a gate that could choose its own would be no gate.
ALPHA = 0.05
# Words can be sprinkled into any answer, so what they earn decides about nothing.
KEYWORDS = ("keyword", "keyword_legacy")
_BAR = re.compile(r"(?P<suite>[\w-]+)(?:\s*/\s*(?P<category>.+?))?\s*>=\s*(?P<minimum>[01](?:\.\d+)?)")


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Bar(Frozen):
    """The least that a version must score on a suite, or on one category of it, whatever others score."""

    suite: str
    category: str = ""
    minimum: float = Field(ge=0, le=1)

    def __str__(self) -> str:
        return f"{self.suite}{f' / {self.category}' if self.category else ''} >= {self.minimum:.2f}"


class Rules(Frozen):
    """What a version must show. Suites are named by slug: the newest version of each counts.

    `primary` decides: at least `improvement` above `baseline` (name:number; empty: the expert's current version) with
    p < 0.05. `judged`: so many answers to it that a person judged. Always asked too: like with like, not by heart.
    """

    primary: str = Field(min_length=1, max_length=64)
    baseline: str = ""
    improvement: float = Field(default=0.10, ge=0, le=1)
    bars: list[Bar] = []
    safety: str = ""
    general: str = ""
    judged: int = Field(default=0, ge=0, le=10_000)

    def suites(self) -> list[str]:
        """Every suite that it asks about, each once."""
        named = [self.primary, *(bar.suite for bar in self.bars), self.safety, self.general]
        return list(dict.fromkeys(name for name in named if name))


def read_bars(text: str) -> list[Bar]:
    """One a line: `snes-hardware >= 0.70`, or `snes-hardware / PPU registers >= 0.70`. Raises BadBar."""
    return [_read_bar(line.strip()) for line in text.splitlines() if line.strip()]


def write_bars(bars: Iterable[Bar]) -> str:
    """The same lines."""
    return "\n".join(map(str, bars))


def _read_bar(line: str) -> Bar:
    found = _BAR.fullmatch(line)
    if found is None or float(found["minimum"]) > 1:
        raise BadBar(line=line[:100])
    return Bar(suite=found["suite"], category=found["category"] or "", minimum=float(found["minimum"]))
