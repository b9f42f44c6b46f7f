"""Addressing modes as people name them."""

from __future__ import annotations

import re

from datasets_app.domains.asm65816.opcodes import Mode

_WORDS: tuple[tuple[str, tuple[Mode, ...]], ...] = (
    ("stack relative indirect indexed|stack relative indirect", (Mode.STACK_INDIRECT_Y,)),
    ("stack relative|stack-relative", (Mode.STACK,)),
    ("direct page indirect long indexed|indirect long indexed|\\[dp\\],y", (Mode.DIRECT_LONG_INDIRECT_Y,)),
    ("absolute indirect long|absolute long indirect", (Mode.ABSOLUTE_LONG_INDIRECT,)),
    ("direct page indirect long|indirect long", (Mode.DIRECT_LONG_INDIRECT,)),
    ("absolute long indexed|absolute long,? ?x|long indexed|long,x", (Mode.LONG_X,)),
    ("absolute long|long absolute|long", (Mode.LONG,)),
    ("absolute indexed indirect|absolute indirect indexed", (Mode.ABSOLUTE_X_INDIRECT,)),
    ("absolute indirect", (Mode.ABSOLUTE_INDIRECT,)),
    ("direct page indexed indirect|indexed indirect|\\(dp,x\\)", (Mode.DIRECT_X_INDIRECT,)),
    ("direct page indirect indexed|indirect indexed|\\(dp\\),y", (Mode.DIRECT_INDIRECT_Y,)),
    ("direct page indirect|\\(dp\\)", (Mode.DIRECT_INDIRECT,)),
    ("absolute(?:,x| x| indexed (?:by|with) x|, indexed (?:by|with) x)", (Mode.ABSOLUTE_X,)),
    ("absolute(?:,y| y| indexed (?:by|with) y|, indexed (?:by|with) y)", (Mode.ABSOLUTE_Y,)),
    ("absolute indexed", (Mode.ABSOLUTE_X, Mode.ABSOLUTE_Y)),
    ("(?:direct page|zero page|direct|dp)(?:,x| x| indexed (?:by|with) x)", (Mode.DIRECT_X,)),
    ("(?:direct page|zero page|direct|dp)(?:,y| y| indexed (?:by|with) y)", (Mode.DIRECT_Y,)),
    ("direct page indexed", (Mode.DIRECT_X, Mode.DIRECT_Y)),
    ("immediate", (Mode.IMMEDIATE_M, Mode.IMMEDIATE_X, Mode.IMMEDIATE_8, Mode.IMMEDIATE_16)),
    ("accumulator", (Mode.ACCUMULATOR,)),
    ("implied", (Mode.IMPLIED,)),
    ("absolute|abs", (Mode.ABSOLUTE,)),
    ("direct page|zero page|zeropage|direct|dp", (Mode.DIRECT,)),
    ("relative", (Mode.RELATIVE_8, Mode.RELATIVE_16)),
)
MODE = "|".join(words for words, _ in _WORDS)
_MODES = tuple((re.compile(rf"(?:{words})"), modes) for words, modes in _WORDS)


def modes_named(words: str) -> tuple[Mode, ...]:
    """Return the modes that a name such as “absolute long” means, none when it is no mode's name."""
    return next((modes for pattern, modes in _MODES if pattern.fullmatch(words)), ())
