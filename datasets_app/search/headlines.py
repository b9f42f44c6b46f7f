"""Which words of a text were looked for: found by Postgres, escaped and marked by the template."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.search import SearchHeadline
from django.db.models.functions import Left

from datasets_app.models import Sample
from datasets_app.search.conditions import full_text

# Characters that no text of ours holds: they mark the hits in a headline until the template escapes what is between.
START, STOP = "\x01", "\x02"
READ = 20_000
"""Characters of a text that are looked through: the longest have 600,000."""

Parts = list[tuple[str, bool]]


def headline(field: str, words: str, *, whole: bool = False) -> SearchHeadline:
    """The part of `field` around the words, with START and STOP around each hit; without a hit, its beginning.

    A text of a few words is kept `whole`; then of a long one the part from the first hit on is shown.
    """
    marks: dict[str, Any] = {"start_sel": START, "stop_sel": STOP, "max_words": 30, "min_words": 15, "short_word": 0}
    fragments = 0 if whole else 1
    return SearchHeadline(Left(field, READ), full_text(words), config="simple", max_fragments=fragments, **marks)


def marked(headline: str) -> Parts:
    """A headline as parts: plain ones and hits, for the template to escape and to mark."""
    first, *rest = headline.split(START)
    parts = [(first, False)]
    for piece in rest:
        hit, _, after = piece.partition(STOP)
        parts += [(hit, True), (after, False)]
    return [part for part in parts if part[0]]


def around(words: str) -> dict[str, SearchHeadline]:
    """What `mark` reads, to annotate samples with: found for the rows that are shown alone, for it is dear."""
    return {
        "question_around": headline("current__instruction", words, whole=True),
        "answer_around": headline("current__output", words),
    }


def mark(samples: Sequence[Sample]) -> None:
    """Give each of these rows `question_parts` and `answer_parts`, where it was annotated with `around`."""
    for sample in samples:
        for name in ("question", "answer"):
            found = getattr(sample, f"{name}_around", "")
            setattr(sample, f"{name}_parts", marked(found))
