"""The cases of a board that a person wants to see: what became of each in every candidate, worst first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from operator import methodcaller

from evals_app.board.board import Board
from evals_app.compare.report import CaseChange, Outcome
from evals_app.models import Case, EvalRun, Result, ResultState

SIZE = 25
CLIPPED = 120  # characters of an answer that a row shows; the evidence shows it whole
TONES = {Outcome.BROKE: "bad", Outcome.FIXED: "ok", Outcome.MISSING: "warn"}
# What each tab shows: the cases that are so in at least one candidate. The last four cut across the others.
TABS = {
    "broke": "Broke",
    "fixed": "Fixed",
    "still_failing": "Still failing",
    "unstable": "Unstable",
    "unparsed": "Unparsed",
    "missing": "Missing",
    "leaked": "Leaked",
    "still_right": "Still right",
}


@dataclass(frozen=True)
class Row:
    """One case: what became of it in each computed candidate of the board; None where that run has no such case."""

    case: int
    changes: tuple[CaseChange | None, ...]

    def change_in(self, tab: str) -> float:
        """The largest loss of any candidate, among the fixed ones the largest gain; 0 where nothing changed."""
        changes = self._changed()
        return max(changes) if tab == "fixed" else min(changes)

    def place_in(self, tab: str) -> tuple[float, float]:
        """What the rows of a tab are sorted by: that change, and where it is the same, those of all candidates."""
        return self.change_in(tab), sum(self._changed())

    def _changed(self) -> list[float]:
        return [change.change or 0.0 for change in self.changes if change]


@dataclass(frozen=True)
class Cell:
    """One version's answer to one case, in short; of several repeats the first that came."""

    score: float | None
    tone: str
    word: str
    said: str


@dataclass(frozen=True)
class Shown:
    """A row as the page shows it: the cells of the baseline and each candidate, and the change that it is there for."""

    case: Case
    row: Row
    cells: list[Cell]
    change: float

    @property
    def is_leaked(self) -> bool:
        return any(change.leaked for change in self.row.changes if change)


@dataclass(frozen=True)
class CasePage:
    """A stretch of a tab, where it starts, and where the next begins (None at the end)."""

    tab: str
    counts: list[tuple[str, str, int]]
    rows: list[Shown]
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


def rows_of(board: Board) -> list[Row]:
    """Every case that the board's reports tell of, in the suite's order."""
    by_case: dict[int, list[CaseChange | None]] = defaultdict(lambda: [None] * len(board.computed))
    for place, (_, report) in enumerate(board.computed):
        for change in report.cases:
            by_case[change.case][place] = change
    return [Row(case, tuple(changes)) for case, changes in by_case.items()]


def sorted_into_tabs(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The rows of each tab, worst first and of equal ones what is worse in more candidates; of “fixed” the best."""
    found: dict[str, list[Row]] = {name: [] for name in TABS}
    for row in rows:
        for tab in {tab for change in row.changes if change for tab in _tabs(change)}:
            found[tab].append(row)
    for name, of in found.items():
        of.sort(key=methodcaller("place_in", name), reverse=name == "fixed")
    return found


def show_cases(board: Board, wanted: str, start: str) -> CasePage:
    """SIZE cases of the wanted tab from `start` on; of the first that holds any where none is wanted. Two queries."""
    tabs = sorted_into_tabs(rows_of(board))
    tab = wanted if wanted in TABS else next((name for name, rows in tabs.items() if rows), "broke")
    chosen = tabs[tab]
    begin = int(start) if start.isdecimal() and len(start) < 9 else 0
    following = begin + SIZE if begin + SIZE < len(chosen) else None
    counts = [(name, label, len(tabs[name])) for name, label in TABS.items()]
    shown = _with_answers(board, chosen[begin : begin + SIZE], tab)
    return CasePage(tab, counts, shown, begin, len(chosen), following)


def _with_answers(board: Board, chosen: list[Row], tab: str) -> list[Shown]:
    """The rows with their cases and answers, in their order. Two queries."""
    cases = Case.objects.select_related("suite").in_bulk([row.case for row in chosen])
    answers = first_answers(board.shown_runs, [case.key for case in cases.values()])
    return [_show(board, cases[row.case], row, answers, tab) for row in chosen if row.case in cases]


def first_answers(runs: list[EvalRun], keys: list[str]) -> dict[tuple[int, str], Result]:
    """(run, case key) -> its answer: of several repeats the first that came, a failed one only where none did."""
    rows = Result.objects.filter(run__in=runs, case__key__in=keys).exclude(state=ResultState.PLANNED)
    ordered = sorted(rows.select_related("case"), key=lambda one: (one.state != ResultState.FAILED, -one.repeat))
    return {(result.run_id, result.case.key): result for result in ordered}


def _tabs(change: CaseChange) -> Iterable[str]:
    yield change.outcome.value
    for name in ("unstable", "unparsed", "leaked"):
        if getattr(change, name):
            yield name


def _show(board: Board, case: Case, row: Row, answers: dict[tuple[int, str], Result], tab: str) -> Shown:
    before = next((change.baseline for change in row.changes if change), None)
    said = [answers.get((run.pk, case.key)) for run in board.shown_runs]
    cells = [Cell(before, "", "", _clip(said[0]))]
    for change, result in zip(row.changes, said[1:], strict=True):
        word = change.outcome.value.replace("_", " ") if change else "missing"
        tone = TONES.get(change.outcome, "") if change else "warn"
        cells.append(Cell(change.candidate if change else None, tone, word, _clip(result)))
    return Shown(case, row, cells, row.change_in(tab))


def _clip(result: Result | None) -> str:
    if result is None:
        return ""
    text = " ".join((result.answer or result.error or result.extracted).split())
    return text if len(text) <= CLIPPED else f"{text[: CLIPPED - 1]}…"
