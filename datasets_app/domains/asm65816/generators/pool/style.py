"""How a programmer writes: case, labels, comments, suffixes, names. One number stands for all of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Literal

LabelStyle = Literal["sub", "bare", "global", "signs"]


@dataclass(frozen=True, slots=True)
class Style:
    """`labels`: .loop: with a colon or bare, Routine_loop, or + and -.

    `comments` is the share of lines that keep theirs, `column` where these stand, 0 right behind the code. `named`
    gives addresses names by defines, `suffixes` writes .b, .w and .l at numbers.
    """

    seed: int
    lower: bool
    lower_hex: bool
    indent: str
    labels: LabelStyle
    own_line: bool
    comments: float
    column: int
    suffixes: bool
    named: bool

    @property
    def plain(self) -> bool:
        """Whether its code is known for code without a fence: every line an instruction or a label with a colon."""
        return not self.named and self.labels in ("sub", "global")


@cache
def style_of(seed: int) -> Style:
    """Return the style that a number stands for."""
    rng = Random(f"style:{seed}")
    lower = rng.random() < 0.45
    return Style(
        seed=seed,
        lower=lower,
        lower_hex=lower and rng.random() < 0.4,
        indent=rng.choice(("    ", "    ", "  ", "\t", "        ", "")),
        labels=rng.choice(("sub", "sub", "bare", "global", "signs")),
        own_line=rng.random() < 0.6,
        comments=rng.choice((0.0, 0.0, 0.4, 0.6, 1.0)),
        column=rng.choice((0, 20, 24, 28)),
        suffixes=rng.random() < 0.25,
        named=rng.random() < 0.35,
    )
