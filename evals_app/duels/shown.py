"""What `evals/_duels.html` shows of a comparison, for the comparison's page and for a page of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from evals_app.duels.deciding import duels_of
from evals_app.duels.table import DuelTable, Side, side_of, table_of
from evals_app.judging.shown import judge_choices
from evals_app.models import Comparison, JudgedPair


@dataclass
class JudgesWord:
    """What one judge said of the pairs under one rubric, asked both ways round. `candidate` counts its wins."""

    judge: str
    rubric: str
    pairs: int = 0
    baseline: int = 0
    candidate: int = 0
    same: int = 0
    flipped: int = 0
    unread: int = 0

    @property
    def share(self) -> Side | None:
        """The candidate's share of the pairs in which one was better, with its interval; None without any."""
        return side_of(self.candidate, self.baseline)


def duels_context(comparison: Comparison) -> dict[str, Any]:
    """`duels`: the table of people's picks; `judges_words`; the choices of the form that asks a judge. Five queries."""
    table: DuelTable = table_of(duels_of(comparison))
    return {"duels": table, "judges_words": judges_words(comparison), **judge_choices()}


def judges_words(comparison: Comparison) -> list[JudgesWord]:
    """What each judge said of the comparison's pairs. One query."""
    rows = JudgedPair.objects.filter(left__run=comparison.baseline, right__run=comparison.candidate)
    found: dict[str, JudgesWord] = {}
    for pair in rows.select_related("judge", "rubric").order_by("pk"):
        word = found.setdefault(pair.version, JudgesWord(str(pair.judge), str(pair.rubric)))
        word.pairs += 1
        word.flipped += pair.is_flipped
        word.unread += not pair.verdict
        word.baseline += pair.verdict == "left"
        word.candidate += pair.verdict == "right"
        word.same += pair.verdict == "same"
    return list(found.values())
