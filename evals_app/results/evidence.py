"""An answer cut into stretches, so that a page can mark what counted for or against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from evals_app.scorers import Span

# Where spans overlap, the worse one is shown.
ORDER = {"": 0, "supported": 1, "unknown": 2, "contradicted": 3}


@dataclass(frozen=True)
class Piece:
    """A stretch of text; `verdict` is "" where nothing was found about it."""

    text: str
    verdict: str


def pieces(text: str, spans: Sequence[Span]) -> list[Piece]:
    """The whole text in order, cut where a verdict begins or ends. Spans outside the text are cut to it."""
    edges = {0, len(text)}
    for span in spans:
        edges |= {min(max(span["start"], 0), len(text)), min(max(span["end"], 0), len(text))}
    cuts = [(text[a:b], _worst(a, spans)) for a, b in pairwise(sorted(edges))]
    return [Piece("".join(part for part, _ in of), verdict) for verdict, of in groupby(cuts, key=lambda cut: cut[1])]


def _worst(place: int, spans: Sequence[Span]) -> str:
    here = (str(span["verdict"]) for span in spans if span["start"] <= place < span["end"])
    return max(here, key=lambda verdict: ORDER.get(verdict, 0), default="")
