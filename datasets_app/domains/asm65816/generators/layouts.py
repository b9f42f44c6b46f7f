"""The order in which an answer brings code, prose, lists and tables."""

from __future__ import annotations

import random
from collections.abc import Mapping

LAYOUTS = (
    "code",
    "code how",
    "does code",
    "does code how",
    "how code",
    "code bullets",
    "does code bullets",
    "code table",
    "how code table",
    "header",
    "header how",
    "does steps code",
    "code steps",
    "bullets code",
    "code how bullets",
    "does code sentences",
    "sentences code how",
)
"""Which parts an answer has, in order; “header” is code with its contract in comments above it."""


def lay_out(layout: str, parts: Mapping[str, str]) -> str:
    """Join the parts of a layout; a part that is empty is left out."""
    return "\n\n".join(parts[name] for name in layout.split() if parts.get(name))


def fenced(code: str) -> str:
    """Return code in a fence."""
    return f"```asm\n{code}\n```"


def sentence(text: str) -> str:
    """Return a text with a capital in front and a full stop behind."""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?:" else ".")


def choose(rng: random.Random, *texts: str, **words: str) -> str:
    """Choose a template and fill it in."""
    return rng.choice(texts).format(**words)
