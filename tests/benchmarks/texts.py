"""Texts for many samples: two bodies of prose and assembly, a rare and a common word in each, and their vectors."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from datasets_app.quality.embedding import Vectors

BODIES, RARE, COMMON = 997, 2_000, 100
"""A sample's question has one of the rare words, its answer one of the common ones and two of the bodies."""
SMALLEST, LARGEST = 300, 1_950  # bytes of a body, so that samples have 0.7 to 4 KB
SPREAD = 1_000_003
"""A prime: `n * 7919 % SPREAD` visits each number once, as if drawn."""
MNEMONICS = ("LDA", "STA", "LDX", "STX", "LDY", "ADC", "SBC", "AND", "ORA", "EOR", "CMP", "INC", "DEC")
NOUNS = ("brightness", "palette", "scroll", "sprite", "bank", "vblank", "carry", "register", "mode", "stack", "table")
# What the rows of sample n hold, as SQL. Low first bodies are used more often: subjects are never equally common.
FIRST_BODY = f"floor({BODIES} * power((n::bigint * 7919 %% {SPREAD}) / {SPREAD}.0, 2))::int"
SECOND_BODY = f"(n::bigint * 104729 %% {SPREAD} %% {BODIES})::int"
QUESTION = f"'What does rare' || n * 31 %% {RARE} || ' do in routine ' || n || '?'"
ENDING = f"'This is common' || n %% {COMMON} || ', in routine ' || n || '.'"


def bodies() -> list[str]:
    """BODIES texts; the same ones every time."""
    draw = random.Random(7)
    return [_body(draw) for _ in range(BODIES)]


def _body(draw: random.Random) -> str:
    """Prose with a block of assembly in it, as an answer has; most words of it are in few other bodies (Zipf's law)."""
    size = draw.randint(SMALLEST, LARGEST)
    lines: list[str] = []
    code = ["```asm", "Routine:"]
    while sum(len(line) for line in code) < size // 3:
        code.append(f"  {draw.choice(MNEMONICS)} ${0x2100 + draw.randrange(64):04X} ; the {draw.choice(NOUNS)}")
    while sum(len(line) for line in lines) < size // 2:
        words = " ".join(f"word{int(5000 ** draw.random())}" for _ in range(6))
        lines.append(f"It sets the {draw.choice(NOUNS)} of the {draw.choice(NOUNS)}: {words}.")
    half = len(lines) // 2
    return "\n".join([*lines[:half], *code, "  RTS", "```", *lines[half:], ""])


def some_words(draw: random.Random, turn: int) -> str:
    """What a person might search for: a rare word, and a common one with a word of some bodies, in turn."""
    return f"rare{draw.randrange(RARE)}" if turn % 2 else f"common{draw.randrange(COMMON)} word{draw.randrange(40)}"


class TextVectors:
    """The vectors of the samples' texts.

    The n-grams of the embedder stop at the ends of words, so the counts of a text are the sums of its parts' counts.
    """

    def __init__(self) -> None:
        self._of_body = _counts(bodies())
        self._of_rare = _counts([f"What does rare{number} do in routine?" for number in range(RARE)])
        self._of_common = _counts([f"This is common{number}, in routine." for number in range(COMMON)])

    def of(self, numbers: npt.NDArray[np.int64]) -> Vectors:
        """One vector of length 1 for each of the samples n, but for the digits of n itself."""
        import numpy as np

        first = np.floor(BODIES * (numbers * 7919 % SPREAD / SPREAD) ** 2).astype(np.int64)
        second = numbers * 104729 % SPREAD % BODIES
        found = self._of_body[first] + self._of_body[second]
        found += self._of_rare[numbers * 31 % RARE] + self._of_common[numbers % COMMON]
        vectors: Vectors = (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)
        return vectors


def _counts(texts: list[str]) -> Vectors:
    """What the embedder counts in each text, before it is brought to length 1."""
    import numpy as np
    from sklearn.feature_extraction.text import HashingVectorizer

    from datasets_app.models import DIMENSIONS

    hashing = HashingVectorizer(
        n_features=DIMENSIONS, analyzer="char_wb", ngram_range=(3, 5), dtype=np.float32, norm=None
    )
    counts: Vectors = hashing.transform(texts).toarray()
    return counts
