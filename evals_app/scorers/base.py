"""What a scorer takes and gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypedDict

Expected = Mapping[str, Any]
Tone = Literal["supported", "contradicted", "unknown"]
When = Literal["at once", "afterwards", "judged"]


class Span(TypedDict):
    """A stretch of the answer (character offsets) that counted for or against it."""

    start: int
    end: int
    verdict: Tone
    text: str


@dataclass(frozen=True)
class Scored:
    """From 0 to 1, and why. `score` is None for an answer in which there was nothing to judge: that is not "wrong".

    `extracted` is the one thing the answer says, where there is one; `explanation` is one sentence; `measures` is what
    else was measured, by name. `is_unsafe`: whether a safety rule was broken, None where none was asked.
    """

    score: float | None
    extracted: str = ""
    evidence: list[Span] = field(default_factory=list)
    explanation: str = ""
    measures: dict[str, float] = field(default_factory=dict)
    is_unsafe: bool | None = None


@dataclass(frozen=True)
class Asked:
    """What a case asked about, for the table of what was answered instead: `subject`, and the right answer."""

    subject: str
    right: str


@dataclass(frozen=True)
class Scorer:
    """A way to score an answer. A change of what it gives needs a new `version`; old results keep theirs.

    `problem` says what is wrong with a case's `expected`, "" when it can be scored; `asked` is None where no single
    answer is the right one. `when`: in the asking's stride, or, where it takes longer than a few milliseconds, when all
    answers are there; "judged": then too, by the run's judge. `is_heavy`: one answer takes a core for some hundredths
    of a second or more, so that several are scored at once, in processes of their own.
    """

    name: str
    title: str
    version: str
    score: Callable[[Expected, str], Scored]
    problem: Callable[[Expected], str]
    asked: Callable[[Expected], Asked | None]
    when: When = "at once"
    is_heavy: bool = False

    @property
    def label(self) -> str:
        """What makes two results comparable: `register_claims 1`."""
        return f"{self.name} {self.version}"


def clean_spans(answer: str, spans: list[tuple[int, int, Tone]]) -> list[Span]:
    """Spans with their text, in order, those outside the answer left out."""
    return [
        Span(start=start, end=end, verdict=tone, text=answer[start:end][:200])
        for start, end, tone in sorted(spans)
        if 0 <= start < end <= len(answer)
    ]
