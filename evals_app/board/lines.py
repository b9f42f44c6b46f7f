"""The rows of a board's tables: each category with every version's score, and each thing that must agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evals_app.compare.report import Agreement, Category, Check, Difference, Report
from evals_app.stats import Estimate

ALL = "all cases"
SHADES = 4


@dataclass(frozen=True)
class Score:
    """A version's score in one cell of the heat map."""

    estimate: Estimate | None

    @property
    def shade(self) -> int:
        """0 to 4: how strong the cell's ground is."""
        return round(self.estimate.value * SHADES) if self.estimate else 0


@dataclass(frozen=True)
class Gain:
    """One candidate's difference in one row of the forest plot. `p_adjusted` is None for the suite as a whole."""

    version: str
    found: Difference | None
    p_adjusted: float | None
    is_noise: bool


@dataclass(frozen=True)
class Line:
    """One category, or all cases: the scores of the baseline and each candidate, the gain of each candidate."""

    name: str
    cases: int
    scores: list[Score]
    gains: list[Gain]


@dataclass(frozen=True)
class Agreed:
    """One thing that must be the same: whether it is, in which versions it differs, and the values."""

    name: str
    state: Agreement
    differs_in: list[str]
    values: list[str]


def line_of_suite(reports: Sequence[Report]) -> Line:
    """All cases."""
    first = reports[0]
    scores = [Score(first.baseline.score), *(Score(report.candidate.score) for report in reports)]
    gains = [Gain(one.candidate.version, one.difference, None, one.is_noise) for one in reports]
    return Line(ALL, len(first.cases), scores, gains)


def line_of_category(name: str, reports: Sequence[Report]) -> Line:
    """One category."""
    found = [next((one for one in report.categories if one.name == name), None) for report in reports]
    before = next((category.baseline for category in found if category), None)
    scores = [Score(before), *(Score(category.candidate if category else None) for category in found)]
    cases = max((category.cases for category in found if category), default=0)
    gains = [_gain(report.candidate.version, category) for report, category in zip(reports, found, strict=True)]
    return Line(name, cases, scores, gains)


def agreed(checks: Sequence[tuple[str, list[Check]]]) -> list[Agreed]:
    """What was checked, in the order of the checks, over all (version, its checks against the baseline)."""
    names = dict.fromkeys(check.name for _, of in checks for check in of)
    return [
        _agreed(name, [(version, one) for version, of in checks for one in of if one.name == name]) for name in names
    ]


def _gain(version: str, category: Category | None) -> Gain:
    if category is None:
        return Gain(version, None, None, is_noise=False)
    return Gain(version, category.difference, category.p_adjusted, category.is_noise)


def _agreed(name: str, found: Sequence[tuple[str, Check]]) -> Agreed:
    differs = [version for version, check in found if check.state == "different"]
    is_known = any(check.state == "same" for _, check in found)
    state: Agreement = "different" if differs else "same" if is_known else "unknown"
    values = dict.fromkeys(value for _, check in found for value in (check.baseline, check.candidate) if value)
    return Agreed(name, state, differs, list(values))
