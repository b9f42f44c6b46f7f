"""The whole table of what is right against what was answered, such as true against claimed register."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from evals_app.compare.confusion import answers_about, collapse, confused_of
from evals_app.compare.report import NOTHING
from evals_app.models import EvalRun
from evals_app.scorers import Asked

COLUMNS = 12  # of the table; the chart has all
SHADES = 4


@dataclass(frozen=True)
class Cell:
    """How often the row's answer was expected and the column's given; `share` is of the row's answers."""

    right: str
    said: str
    count: int
    share: float

    @property
    def is_right(self) -> bool:
        return self.right == self.said

    @property
    def shade(self) -> int:
        """1 to 4, as dark as the share is large."""
        return min(SHADES, 1 + int(self.share * SHADES))


@dataclass(frozen=True)
class Row:
    """One right answer: its cells under the table's columns, None where there is none; how many answers it got.

    `others` of them are in columns that the table lacks.
    """

    right: str
    cells: list[Cell | None]
    count: int
    others: int


@dataclass(frozen=True)
class Matrix:
    """`rights` are the rows in the order of the cases, `said` the columns: what was given for most rows first.

    An answer that stands for everything is therefore a full first column, and one that is always right a diagonal.
    Only what was answered has a column. `collapse` says in a sentence what one answer stands for, "" if none does.
    """

    rights: list[str]
    said: list[str]
    cells: list[Cell]
    collapse: str

    @property
    def columns(self) -> list[str]:
        """Those that the table shows."""
        return self.said[:COLUMNS]

    @property
    def left_out(self) -> int:
        """How many columns the table lacks."""
        return len(self.said) - len(self.columns)

    @property
    def rows(self) -> list[Row]:
        """The table; what stands in columns that it lacks is counted together."""
        found: dict[str, dict[str, Cell]] = {right: {} for right in self.rights}
        for cell in self.cells:
            found[cell.right][cell.said] = cell
        return [self._row(right, cells) for right, cells in found.items()]

    def _row(self, right: str, cells: Mapping[str, Cell]) -> Row:
        total = sum(cell.count for cell in cells.values())
        shown = [cells.get(said) for said in self.columns]
        return Row(right, shown, total, total - sum(cell.count for cell in shown if cell))


def confusion_matrix(run: EvalRun) -> Matrix:
    """The table of a run; without rows for scorers without subjects. One query."""
    answers = answers_about(run)
    return matrix_of(answers, collapse(confused_of(answers)))


def matrix_of(answers: Mapping[Asked, Counter[str]], collapsed: str = "") -> Matrix:
    """The table of these answers; subjects with one right answer are one row."""
    rows: dict[str, Counter[str]] = {}
    for asked, said in answers.items():
        rows.setdefault(asked.right, Counter()).update(said)
    spread = Counter(said for row in rows.values() for said in row)
    order = {right: place for place, right in enumerate(rows)}
    columns = sorted(spread, key=lambda said: (said == NOTHING, -spread[said], order.get(said, len(order)), said))
    cells = [
        Cell(right, said, count, count / row.total()) for right, row in rows.items() for said, count in row.items()
    ]
    return Matrix(list(rows), columns, cells, collapsed)
