"""What a comparison found, as it is kept in `Comparison.statistics`. The page and every export show these numbers.

A report of schema 1 is still read: what it lacks stays None (computing it again fills it in), and its categories' p
values, which were Holm's, are adjusted anew from those it keeps.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, model_validator

from afsweb.core.models import WorkState
from evals_app.errors import NotComputed
from evals_app.models import Comparison
from evals_app.stats import Estimate, Paired, Verdict, benjamini_hochberg


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


class Share(Frozen):
    """So many of so many cases, with Wilson's 95 % interval (which takes cases for independent)."""

    count: int
    of: int
    value: float
    low: float
    high: float


class Usage(Frozen):
    """What the answers of a run took: tokens in all, milliseconds of one answer, US dollars at the price of its day.

    None where nobody told: local weights have no price, some servers count no tokens.
    """

    input_tokens: int | None
    output_tokens: int | None
    median_ms: float | None
    slow_ms: float | None
    dollars: float | None


class Side(Frozen):
    """One run: its score over facts with the 95 % interval, and how its answers came out.

    `answers` came, `failed` did not; `right` counts cases. `deviation` is that of the facts' scores; `passed` the share
    of answered cases that are right; `slow_ms` the time that 95 % of answers stay below.
    """

    run: str
    version: str
    score: Estimate | None
    answers: int
    right: int
    unparsed: int
    failed: int
    leaks: Leaks
    deviation: float | None = None
    passed: Share | None = None
    usage: Usage | None = None


class Difference(Frozen):
    """Candidate minus baseline with the verdict in words."""

    paired: Paired
    verdict: Verdict
    words: str


class Category(Frozen):
    """One category. `p_adjusted` is Benjamini and Hochberg's over all categories; exploratory, the whole decides."""

    name: str
    cases: int
    baseline: Estimate | None
    candidate: Estimate | None
    difference: Difference | None
    p_adjusted: float | None
    noise_floor: float | None = None

    @property
    def is_noise(self) -> bool:
        """Whether the difference is within what the same version differs from itself."""
        return is_noise(self.difference, self.noise_floor)


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
    `unstable`: repeats of one of them disagree on whether the case is answered right; None in reports of schema 1.
    """

    case: int
    outcome: Outcome
    unparsed: bool
    leaked: bool
    baseline: float | None
    candidate: float | None
    unstable: bool | None = None

    @property
    def change(self) -> float | None:
        """Candidate minus baseline."""
        return None if self.baseline is None or self.candidate is None else self.candidate - self.baseline


class Report(Frozen):
    """Everything that a comparison found, computed once.

    `noise_floor`: how far the same version's score differs from itself in 95 % of cases; None where no case was
    answered twice. `bootstrap`: a second interval for the difference, which decides nothing.
    """

    schema_version: Literal[1, 2] = 2
    seed: int
    confidence: float
    margin: float
    scipy: str
    checks: list[Check]
    baseline: Side
    candidate: Side
    difference: Difference | None
    without_leaked: Difference | None
    bootstrap: tuple[float, float] | None = None
    noise_floor: float | None = None
    mcnemar_p: float
    categories: list[Category]
    confusion: dict[Literal["baseline", "candidate"], Confusion]
    cases: list[CaseChange]

    @model_validator(mode="before")
    @classmethod
    def _read_schema_1(cls, told: Any) -> Any:
        if isinstance(told, dict) and told.get("schema_version") == 1:
            return told | {"categories": _adjusted_anew(told["categories"])}
        return told

    def count(self, outcome: Outcome) -> int:
        """How many cases came out so."""
        return sum(case.outcome == outcome for case in self.cases)

    @property
    def fixed(self) -> int:
        return self.count(Outcome.FIXED)

    @property
    def broke(self) -> int:
        return self.count(Outcome.BROKE)

    @property
    def missing(self) -> int:
        return self.count(Outcome.MISSING)

    @property
    def is_like_with_like(self) -> bool:
        """Whether nothing that was checked differs."""
        return all(check.state != "different" for check in self.checks)

    @property
    def is_noise(self) -> bool:
        """Whether the difference is within what the same version differs from itself."""
        return is_noise(self.difference, self.noise_floor)


def is_noise(difference: Difference | None, floor: float | None) -> bool:
    """Whether there is a difference and it lies below the noise floor."""
    return difference is not None and floor is not None and abs(difference.paired.difference) < floor


def _adjusted_anew(categories: list[dict[str, Any]]) -> list[dict[str, Any]]:
    tested = [found["difference"]["paired"]["p"] for found in categories if found["difference"]]
    adjusted = iter(benjamini_hochberg(tested))
    return [found | {"p_adjusted": next(adjusted) if found["difference"] else None} for found in categories]


def report_of(comparison: Comparison) -> Report:
    """What the comparison found. Raises NotComputed."""
    if comparison.state != WorkState.SUCCEEDED:
        raise NotComputed(comparison=comparison, state=comparison.shown_state.label)
    return Report.model_validate(comparison.statistics)
