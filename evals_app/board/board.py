"""The board: a baseline, its candidates, and what their stored comparisons found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import ceil
from typing import ClassVar

from django.db.models import Count

from afsweb.core.models import WorkState
from evals_app.board.lines import Agreed, Line, agreed, line_of_category, line_of_suite
from evals_app.compare.comparability import checks, refusal
from evals_app.compare.report import Check, Confusion, Difference, Report, Side, report_of
from evals_app.models import Case, Comparison, EvalRun, Suite
from evals_app.stats import LEAST, Verdict, holm, judge, say

MOST = 8


@dataclass(frozen=True)
class Column:
    """One candidate: its comparison with the baseline and what that found, as far as they are there.

    `refusal` says why no figure may be made of the two. `p_holm` is adjusted for all candidates of the board.
    """

    run: EvalRun
    checks: list[Check]
    refusal: str = ""
    comparison: Comparison | None = None
    report: Report | None = None
    p_holm: float | None = None

    @property
    def found(self) -> Difference | None:
        return self.report.difference if self.report else None

    @property
    def verdict(self) -> Verdict | None:
        """The verdict among all candidates of the board."""
        return judge(self.found.paired, self.p_holm) if self.found else None

    @property
    def words(self) -> str:
        return say(self.found.paired, self.p_holm) if self.found else ""

    @property
    def is_noise(self) -> bool:
        return self.report is not None and self.report.is_noise

    @property
    def is_computing(self) -> bool:
        return self.comparison is not None and self.comparison.is_active

    @property
    def can_compute(self) -> bool:
        """Whether there is nothing yet that could be shown, and nothing under way."""
        return not self.refusal and (self.comparison is None or self.comparison.can_go_on)

    @property
    def can_compute_again(self) -> bool:
        """Whether it was computed, or tried, and may be anew: other runs may tell more of the noise by now."""
        return self.comparison is not None and not self.refusal and not self.is_computing


@dataclass(frozen=True)
class Board:
    """A baseline with its candidates in the order asked for. `sizes`: how many cases each suite has, by its key."""

    baseline: EvalRun
    columns: list[Column]
    sizes: dict[int, int] = field(default_factory=dict)

    least: ClassVar[float] = LEAST

    @property
    def suite(self) -> Suite:
        return self.baseline.suite

    @property
    def size(self) -> int:
        """How many cases the baseline's suite has."""
        return self.sizes.get(self.baseline.suite_id, 0)

    @property
    def runs(self) -> list[EvalRun]:
        """The baseline's first."""
        return [self.baseline, *(column.run for column in self.columns)]

    @cached_property
    def computed(self) -> list[tuple[Column, Report]]:
        """The candidates that there are figures of."""
        return [(column, column.report) for column in self.columns if column.report]

    @property
    def shown_runs(self) -> list[EvalRun]:
        """The runs that there are figures of, the baseline's first; none without a computed comparison."""
        return [self.baseline, *(column.run for column, _ in self.computed)] if self.computed else []

    @property
    def is_wide(self) -> bool:
        """Whether so many versions stand side by side that a case's row has room for their scores alone."""
        return len(self.shown_runs) > 3

    @property
    def is_compared(self) -> bool:
        """Whether there is a comparison that a note may belong to, computed or not."""
        return any(column.comparison for column in self.columns)

    @cached_property
    def sides(self) -> list[tuple[EvalRun, Side]]:
        """The same with what is told of each by itself."""
        if not self.computed:
            return []
        _, first = self.computed[0]
        return [(self.baseline, first.baseline), *((column.run, report.candidate) for column, report in self.computed)]

    @property
    def confusions(self) -> list[tuple[EvalRun, Confusion]]:
        """What each version answers about each subject, of suites that ask about some."""
        if not self.computed:
            return []
        _, first = self.computed[0]
        told = [(column.run, report.confusion["candidate"]) for column, report in self.computed]
        return [(run, found) for run, found in [(self.baseline, first.confusion["baseline"]), *told] if found.subjects]

    @cached_property
    def lines(self) -> list[Line]:
        """The suite as a whole, then each category: the scores of all, the difference of each candidate."""
        reports = [report for _, report in self.computed]
        if not reports:
            return []
        names = dict.fromkeys(category.name for report in reports for category in report.categories)
        return [line_of_suite(reports), *(line_of_category(name, reports) for name in sorted(names))]

    @cached_property
    def agreed(self) -> list[Agreed]:
        """What is the same in all runs and what differs, and where."""
        return agreed([(str(column.run.version), column.checks) for column in self.columns])

    @property
    def is_like_with_like(self) -> bool:
        return all(one.state != "different" for one in self.agreed)

    @cached_property
    def reach(self) -> float:
        """How far the axis of its intervals goes to each side of 0: to the farthest end, in tenths, 0.2 at least."""
        gains = [gain.found.paired for line in self.lines for gain in line.gains if gain.found]
        far = max((max(-paired.low, paired.high) for paired in gains), default=1.0)
        return min(1.0, max(0.2, ceil(10 * far) / 10))

    @property
    def computing(self) -> list[Comparison]:
        return [column.comparison for column in self.columns if column.comparison and column.is_computing]

    @property
    def missing(self) -> list[Column]:
        """The candidates whose comparison can be computed now."""
        return [column for column in self.columns if column.can_compute]


def make_board(baseline: EvalRun, candidates: Sequence[EvalRun]) -> Board:
    """Put stored comparisons side by side; nothing is computed but Holm's adjustment. Two queries."""
    sizes = count_cases([baseline, *candidates])
    rows = Comparison.objects.filter(baseline=baseline, candidate__in=candidates).select_related("job")
    made = {comparison.candidate_id: comparison for comparison in rows}
    columns = [_column(baseline, run, made.get(run.pk), sizes) for run in candidates]
    return Board(baseline, _adjusted(columns), sizes)


def computing_of(runs: Sequence[EvalRun]) -> list[Comparison]:
    """The comparisons of the first run with the others that a job works on; without their statistics. One query."""
    rows = Comparison.objects.filter(baseline=runs[0], candidate__in=runs[1:]).defer("statistics")
    return [comparison for comparison in rows.select_related("job") if comparison.is_active]


def board_of(comparison: Comparison) -> Board:
    """The board of one comparison with both its runs."""
    runs = [comparison.baseline, comparison.candidate]
    sizes = count_cases(runs)
    return Board(runs[0], _adjusted([_column(runs[0], runs[1], comparison, sizes)]), sizes)


def count_cases(runs: Iterable[EvalRun]) -> dict[int, int]:
    """How many cases each of the runs' suites has, by the suite's key. One query."""
    cases = Case.objects.filter(suite__in={run.suite_id for run in runs})
    return dict(cases.order_by().values_list("suite").annotate(count=Count("pk")))


def _column(baseline: EvalRun, run: EvalRun, comparison: Comparison | None, sizes: dict[int, int]) -> Column:
    column = Column(run, checks(baseline, run), refusal(baseline, run, sizes), comparison)
    if column.refusal or comparison is None or comparison.state != WorkState.SUCCEEDED:
        return column
    return replace(column, report=report_of(comparison))


def _adjusted(columns: list[Column]) -> list[Column]:
    """The columns with Holm's p over those that have a difference."""
    adjusted = iter(holm([column.found.paired.p for column in columns if column.found]))
    return [replace(column, p_holm=next(adjusted)) if column.found else column for column in columns]
