"""Texts as vectors. The hashing embedder needs no download and gives the same vector everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from datasets_app.models import DIMENSIONS, Embedder, SampleVersion

Vectors = npt.NDArray[np.float32]
HASHING = "hashing"


class UnknownEmbedder(LookupError):
    """This version of the program has no embedder of that name."""


@cache
def default_embedder() -> Embedder:
    """The embedder whose vectors are compared. Asked for once: only a new version of the program changes it."""
    return Embedder.objects.get(is_default=True)


def embed(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    """One vector of length 1 for each text, as rows of float32. Raises `UnknownEmbedder`."""
    if embedder.name != HASHING:
        raise UnknownEmbedder(f"This version of the program has no embedder “{embedder.name}”.")
    vectors: Vectors = _hashing().transform(texts).toarray()
    return vectors


def embedded_text(version: SampleVersion) -> str:
    """What is embedded of a version: its instruction and its output (design, near-duplicate)."""
    return f"{version.instruction}\n{version.output}"


@cache
def _hashing() -> Any:
    """Signed hashes of the 3 to 5 characters around each place of each word, 384 counters, length 1."""
    # Imported here: a second of a web process's start, for what only jobs do.
    from sklearn.feature_extraction.text import HashingVectorizer

    return HashingVectorizer(n_features=DIMENSIONS, analyzer="char_wb", ngram_range=(3, 5), dtype=np.float32)
