"""Looking for the cases of a suite in what a model was trained on. Time grows with the samples, memory does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from datasets_app.models import Snapshot, SnapshotEntry
from datasets_app.quality.embedding import default_embedder, embed
from evals_app.contamination.index import Index
from evals_app.contamination.words import WordsOf, names_of, normal, words_of

METHOD = "exact, 13 words, near 0.75; 1"
"""What finds the leaks; another text here has every suite looked for anew."""
CHUNK = 2_000
# Words in a row that stand in more samples than this are a common phrase (GPT-3's own bound, as lm-evaluation-harness
# and NeMo Curator keep it: max_matches = 10).
COMMON = 10
# With this share of a question's 13 words in a row in one sample, the question itself stands there, however often.
MOST = 0.8
# Cosine of the hashing embedder's vectors from which two questions with the same names and numbers are one question.
# Measured: of 4,086 such pairs of our cases (400) and generated questions (6,100) the nearest has 0.72; a case with two
# letters of one word swapped still has 0.77 of itself.
NEAR = 0.75
# Questions whose lengths differ more than this cannot be that near; they are not even made into vectors.
LENGTHS = 2.0
EXCERPT = 200

How = Literal["exact", "words", "near"]
ORDER: tuple[How, ...] = ("exact", "words", "near")


class Trained(NamedTuple):
    """One sample as a model read it: what it asks in each way that it may be asked, and the whole text."""

    sample: str
    asked: tuple[str, ...]
    text: str


@dataclass
class Leak:
    """A case that stands in training data: by what it was found, in which sample first, in how many, and the words.

    `figure` is the cosine of a near one, else the share of the question's words in a row that were found.
    """

    key: str
    how: How
    sample: str
    figure: float
    words: str
    samples: int = 1


@dataclass
class Finder:
    """What was found so far of one index; `look` takes the next samples."""

    index: Index
    found: dict[int, Leak] = field(default_factory=dict)
    samples: int = 0
    _seen: Counter[WordsOf] = field(default_factory=Counter)
    _partly: dict[int, dict[WordsOf, str]] = field(default_factory=dict)

    def look(self, rows: Sequence[Trained]) -> None:
        """Look through some samples."""
        self.samples += len(rows)
        open_questions: list[tuple[str, str, int]] = []
        for row in rows:
            hit = self._look_exactly(row)
            hit |= self._look_for_words(row, hit)
            open_questions += [(row.sample, text, place) for text, place in self._alike(row) if place not in hit]
        self._look_nearby(open_questions)

    def leaks(self) -> list[Leak]:
        """All that was found, by key; words in a row only where they are no common phrase."""
        for place, grams in self._partly.items():
            rare = [gram for gram in grams if self._seen[gram] <= COMMON]
            if rare and place not in self.found:
                share = len(grams) / self.index.counts[place]
                self._add(place, "words", grams[min(rare)], share, " ".join(min(rare)))
        return sorted(self.found.values(), key=lambda leak: leak.key)

    def _look_exactly(self, row: Trained) -> set[int]:
        hit = {place for text in row.asked for place in self.index.exact.get(normal(text), ())}
        for place in hit:
            self._add(place, "exact", row.sample, 1.0, self.index.texts[place])
        return hit

    def _look_for_words(self, row: Trained, hit: set[int]) -> set[int]:
        grams = self.index.grams_in(words_of(row.text))
        self._seen.update(grams)
        of: dict[int, list[WordsOf]] = {}
        for gram in grams:
            for place in self.index.grams[gram].cases:
                if place not in hit:
                    of.setdefault(place, []).append(gram)
        whole = {place for place, had in of.items() if len(had) / self.index.counts[place] >= MOST}
        for place, had in of.items():
            if place in whole:
                self._add(place, "words", row.sample, len(had) / self.index.counts[place], " ".join(min(had)))
            else:
                for gram in had:
                    self._partly.setdefault(place, {}).setdefault(gram, row.sample)
        return whole

    def _alike(self, row: Trained) -> Iterator[tuple[str, int]]:
        """The questions of the sample with the cases that have the same names and about the same length."""
        for text in row.asked:
            for place in self.index.named.get(names_of(text), ()):
                shorter, longer = sorted((len(text), len(self.index.texts[place])))
                if longer <= LENGTHS * shorter:
                    yield text, place

    def _look_nearby(self, questions: Sequence[tuple[str, str, int]]) -> None:
        texts = list(dict.fromkeys(text for _, text, _ in questions))
        if not texts:
            return
        vectors = dict(zip(texts, embed(default_embedder(), texts), strict=True))
        for sample, text, place in questions:
            cosine = float(vectors[text] @ self.index.vectors[place])
            if cosine >= NEAR:
                self._add(place, "near", sample, cosine, text)

    def _add(self, place: int, how: How, sample: str, figure: float, words: str) -> None:
        known = self.found.get(place)
        leak = Leak(self.index.keys[place], how, sample, round(figure, 4), " ".join(words.split())[:EXCERPT])
        if known is None or ORDER.index(how) < ORDER.index(known.how):
            self.found[place] = leak
            leak.samples += known.samples if known else 0
        elif known.sample != sample:
            known.samples += 1


def read_trained(snapshot: Snapshot) -> Iterator[list[Trained]]:
    """The samples of a snapshot in chunks; both splits, for validation chose the checkpoint."""
    told = ("sample__uuid", *(f"version__{name}" for name in ("instruction", "input", "output", "messages")))
    rows = SnapshotEntry.objects.filter(snapshot=snapshot).order_by("split", "position").values_list(*told)
    chunk: list[Trained] = []
    for row in rows.iterator(CHUNK):
        chunk.append(as_trained(*row))
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    yield chunk


def as_trained(sample: object, instruction: str, given: str, output: str, messages: list[Any] | None) -> Trained:
    """One sample: its instruction alone, with its input, each turn, and all turns are what it may be asked by."""
    if not messages:
        asked = (instruction, f"{instruction}\n\n{given}") if given else (instruction,)
        return Trained(str(sample), asked, f"{asked[-1]}\n\n{output}")
    turns = [str(message["content"]) for message in messages if message["role"] == "user"]
    text = "\n\n".join(str(message["content"]) for message in messages)
    return Trained(str(sample), tuple(dict.fromkeys([*turns, "\n\n".join(turns)])), text)
