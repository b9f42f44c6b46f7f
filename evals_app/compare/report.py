"""What a comparison found, as it is kept in `Comparison.statistics`. The page and every export show these numbers."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from afsweb.core.models import WorkState
from evals_app.errors import NotComputed
from evals_app.models import Comparison
from evals_app.stats import Estimate, Paired, Verdict


class Outcome(StrEnum):
    """What became of a case from baseline to candidate. `missing`: one of them has no answer to it."""

    BROKE = "broke"
    FIXED = "fixed"
    STILL_FAILING = "still_failing"
    STILL_RIGHT = "still_right"
    MISSING = "missing"


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# Stands where a version gave no answer, or several at once.
NOTHING = "no single answer"

Agreement = Literal["same", "different", "unknown"]


class Check(Frozen):
    """One thing that must be the same on both sides."""

    name: str
    state: Agreement
    baseline: str
    candidate: str


class Leaks(Frozen):
    """Cases whose question stands word for word in a version's training data (case and white space aside).

    `samples` is how many were looked through; None for a version that was not trained here.
    """

    samples: int | None
    cases: list[int]


class Side(Frozen):
    """One run: its score over facts with the 95 % interval, and how its answers came out.

    `answers` came, `failed` did not; `right` counts cases.
    """

    run: str
    version: str
    score: Estimate | None
    answers: int
    right: int
    unparsed: int
    failed: int
    leaks: Leaks


class Difference(Frozen):
    """Candidate minus baseline with the verdict in words."""

    paired: Paired
    verdict: Verdict
    words: str


class Category(Frozen):
    """One category. `p_adjusted` is Holm's over all categories; exploratory, the suite as a whole decides."""

    name: str
    cases: int
    baseline: Estimate | None
    candidate: Estimate | None
    difference: Difference | None
    p_adjusted: float | None


class Confused(Frozen):
    """What a version says when asked about one subject: its most frequent answer and that answer's share."""

    subject: str
    right: str
    answered: str
    share: float
    answers: int

    @property
    def tone(self) -> str:
        """The chip's class: right, wrong, or nothing that could be told."""
        return "ok" if self.answered == self.right else "warn" if self.answered == NOTHING else "bad"


class Confusion(Frozen):
    """All subjects, those answered wrongly first. `collapse`: one answer that stands for many subjects, if any."""

    subjects: list[Confused]
    collapse: str


class CaseChange(NamedTuple):
    """One case in both runs; scores from 0 to 1, None where there is no answer. A row of few bytes: there are many.

    `unparsed`: nothing in the candidate's answers could be judged. `leaked`: the question stands in training data.
    """

    case: int
    outcome: Outcome
    unparsed: bool
    leaked: bool
    baseline: float | None
    candidate: float | None

    @property
    def change(self) -> float | None:
        """Candidate minus baseline."""
        return None if self.baseline is None or self.candidate is None else self.candidate - self.baseline


class Report(Frozen):
    """Everything that a comparison found, computed once."""

    schema_version: Literal[1] = 1
    seed: int
    confidence: float
    margin: float
    scipy: str
    checks: list[Check]
    baseline: Side
    candidate: Side
    difference: Difference | None
    without_leaked: Difference | None
    mcnemar_p: float
    categories: list[Category]
    confusion: dict[Literal["baseline", "candidate"], Confusion]
    cases: list[CaseChange]

    def count(self, outcome: Outcome) -> int:
        """How many cases came out so."""
        return sum(case.outcome == outcome for case in self.cases)

    @property
    def is_like_with_like(self) -> bool:
        """Whether nothing that was checked differs."""
        return all(check.state != "different" for check in self.checks)


def report_of(comparison: Comparison) -> Report:
    """What the comparison found. Raises NotComputed."""
    if comparison.state != WorkState.SUCCEEDED:
        raise NotComputed(comparison=comparison, state=comparison.shown_state.label)
    return Report.model_validate(comparison.statistics)
