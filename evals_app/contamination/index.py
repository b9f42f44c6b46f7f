"""The cases of a suite, laid out so that one walk along a training text finds those that stand in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from datasets_app.quality.embedding import Vectors, default_embedder, embed
from evals_app.contamination.words import WordsOf, names_of, normal, words_of
from evals_app.models import Case

# Brown et al. 2020, "Language Models are Few-Shot Learners", appendix C: 13 words in a row that both texts have.
GRAM = 13
# A question shorter than that is looked for as a whole, from so many words on; below, only equal questions count.
FEWEST = 4


@dataclass
class Gram:
    """Some words in a row, and the cases that have them. `is_whole`: they are all that those cases ask."""

    cases: list[int]
    is_whole: bool


@dataclass
class Index:
    """Cases by their place in `keys`. `heads`: the first words of each gram -> how long the grams are."""

    keys: list[str]
    texts: list[str]
    vectors: Vectors
    exact: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    named: dict[frozenset[str], list[int]] = field(default_factory=lambda: defaultdict(list))
    grams: dict[WordsOf, Gram] = field(default_factory=dict)
    heads: dict[WordsOf, set[int]] = field(default_factory=lambda: defaultdict(set))
    counts: list[int] = field(default_factory=list)

    def grams_in(self, words: Sequence[str]) -> set[WordsOf]:
        """The grams of any case that stand in these words."""
        found = set[WordsOf]()
        for place, head in enumerate(zip(words, words[1:], words[2:], words[3:], strict=False)):
            if head in self.heads:
                spans = (tuple(words[place : place + length]) for length in self.heads[head])
                found.update(span for span in spans if span in self.grams)
        return found


def asked_by(case: Case) -> str:
    """All that the user says in the case."""
    return "\n\n".join(str(message["content"]) for message in case.messages if message["role"] == "user")


def index_cases(cases: Sequence[Case]) -> Index:
    """Lay out the cases. Memory grows with their words, time with them once."""
    texts = [asked_by(case) for case in cases]
    index = Index([case.key for case in cases], texts, embed(default_embedder(), texts or [""]))
    for place, text in enumerate(texts):
        index.exact[normal(text)].append(place)
        index.named[names_of(text)].append(place)
        _add_grams(index, place, words_of(text))
    _drop_shared(index, [case.cluster for case in cases])
    for gram, of in index.grams.items():
        index.heads[gram[:FEWEST]].add(len(gram))
        for place in of.cases:
            index.counts[place] += 1
    return index


def _add_grams(index: Index, place: int, words: list[str]) -> None:
    index.counts.append(0)
    is_whole = len(words) <= GRAM
    if len(words) < FEWEST:
        return
    for start in range(max(1, len(words) - GRAM + 1)):
        gram = tuple(words[start : start + GRAM])
        known = index.grams.setdefault(gram, Gram([], is_whole))
        known.is_whole |= is_whole
        if place not in known.cases[-1:]:
            known.cases.append(place)


def _drop_shared(index: Index, clusters: Sequence[str]) -> None:
    """Leave out what cases about different facts share: it is the wording of the suite, and tells of none of them."""
    for gram, of in list(index.grams.items()):
        if not of.is_whole and len({clusters[place] for place in of.cases}) > 1:
            del index.grams[gram]
