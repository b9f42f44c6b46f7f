"""The cases of a comparison that a person wants to see, with both answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from evals_app.compare.report import CaseChange, Outcome, Report
from evals_app.models import Case, Comparison, EvalRun, Result, ResultState

SIZE = 25
Pick = Callable[[Report], list[CaseChange]]


def _of(outcome: Outcome) -> Pick:
    return lambda report: [case for case in report.cases if case.outcome == outcome]


# What each tab shows. "Unparsed" cuts across the others: whatever the candidate said that could not be judged.
TABS: dict[str, tuple[str, Pick]] = {
    "broke": ("Broke", _of(Outcome.BROKE)),
    "fixed": ("Fixed", _of(Outcome.FIXED)),
    "still_failing": ("Still failing", _of(Outcome.STILL_FAILING)),
    "unparsed": ("Unparsed", lambda report: [case for case in report.cases if case.unparsed]),
    "missing": ("Missing", _of(Outcome.MISSING)),
    "leaked": ("Leaked", lambda report: [case for case in report.cases if case.leaked]),
    "still_right": ("Still right", _of(Outcome.STILL_RIGHT)),
}


@dataclass(frozen=True)
class Flip:
    """One case with both answers; of several repeats the first that came, a failed one only where none did."""

    change: CaseChange
    case: Case
    baseline: Result | None
    candidate: Result | None


@dataclass(frozen=True)
class FlipPage:
    """A stretch of a tab, where it starts, and where the next begins (None at the end)."""

    tab: str
    rows: list[Flip]
    start: int
    total: int
    following: int | None

    @property
    def first(self) -> int:
        """Which one the first row is, counted from 1."""
        return self.start + 1

    @property
    def last(self) -> int:
        return self.start + len(self.rows)


def choose_tab(report: Report, wanted: str) -> str:
    """The tab that was asked for, else the first that holds something, worst news first."""
    if wanted in TABS:
        return wanted
    return next((name for name, (_, pick) in TABS.items() if pick(report)), "broke")


def flips(comparison: Comparison, report: Report, tab: str, start: str) -> FlipPage:
    """SIZE cases of a tab from `start` on, worst first. Three queries."""
    chosen = sorted(TABS[tab][1](report), key=lambda change: change.change or 0.0)
    if tab == Outcome.FIXED:
        chosen.reverse()
    begin = int(start) if start.isdecimal() and len(start) < 9 else 0
    shown = chosen[begin : begin + SIZE]
    following = begin + SIZE if begin + SIZE < len(chosen) else None
    return FlipPage(tab, _with_answers(comparison, shown), begin, len(chosen), following)


def _with_answers(comparison: Comparison, shown: list[CaseChange]) -> list[Flip]:
    cases = Case.objects.select_related("suite").in_bulk([change.case for change in shown])
    keys = [case.key for case in cases.values()]
    before, after = first_answers(comparison.baseline, keys), first_answers(comparison.candidate, keys)
    found = ((change, cases.get(change.case)) for change in shown)
    return [Flip(change, case, before.get(case.key), after.get(case.key)) for change, case in found if case]


def first_answers(run: EvalRun, keys: list[str]) -> dict[str, Result]:
    """Case key -> the run's answer to it."""
    rows = run.results.filter(case__key__in=keys).exclude(state=ResultState.PLANNED).select_related("case")
    ordered = sorted(rows, key=lambda result: (result.state != ResultState.FAILED, -result.repeat))
    return {result.case.key: result for result in ordered}
