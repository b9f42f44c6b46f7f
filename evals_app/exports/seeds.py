"""The form of the seeds' own `evaluation_report.md`: per-model statistics, pairwise p values, a category breakdown.

What the seeds' guide asks of it is in the issue: mean, standard deviation and pass rate of each model, the paired
t-test of each pair, and whether the three criteria of success hold.
"""

from __future__ import annotations

from collections.abc import Iterator

from afsweb.core.templatetags.afs import decimals, number, percent, signed
from evals_app.board.board import Board, Column
from evals_app.compare.report import Report
from evals_app.exports.markdown import interval, plain, table
from evals_app.stats import ALPHA, LEAST
from evals_app.templatetags.evals import p_value, relative


def evaluation_report(board: Board) -> str:
    """The whole report. Means are over facts (of conversations: over personas), pass rates over cases."""
    parts = (_head(board), _models(board), _pairs(board), _criteria(board), _categories(board))
    return "\n".join(line for part in parts for line in part)


def _head(board: Board) -> Iterator[str]:
    yield "# Evaluation report"
    yield ""
    yield f"{plain(board.suite)}: {number(board.size)} cases. Baseline: {plain(board.baseline.version)}."
    yield ""


def _models(board: Board) -> Iterator[str]:
    yield "## Per-model statistics"
    yield ""
    rows = [
        [
            plain(run.version),
            decimals(side.score and side.score.value),
            decimals(side.deviation),
            percent(side.passed and side.passed.value),
            f"{number(side.right)} of {number(side.passed.of if side.passed else 0)}",
            number(side.score.clusters if side.score else 0),
        ]
        for run, side in board.sides
    ]
    yield from table(["Model", "Mean", "Std", "Pass rate", "Passed", "Facts"], rows)


def _pairs(board: Board) -> Iterator[str]:
    yield "## Pairwise comparisons"
    yield ""
    head = ["Comparison", "Improvement", "Relative", "95 % interval", "Paired t-test", "Permutation", "After Holm"]
    yield from table([*head, "Verdict"], (_pair(board, column, report) for column, report in board.computed))


def _pair(board: Board, column: Column, report: Report) -> list[str]:
    names = f"{plain(column.run.version)} against {plain(board.baseline.version)}"
    if report.difference is None:
        return [names, *["—"] * 6, "no case was answered by both"]
    paired = report.difference.paired
    gain = [signed(paired.difference), relative(paired.relative), interval(report.difference)]
    return [names, *gain, p_value(paired.p_t), p_value(paired.p), p_value(column.p_holm), column.words]


def _criteria(board: Board) -> Iterator[str]:
    yield "## Success criteria"
    yield ""
    rows = []
    for column, report in board.computed:
        paired = report.difference.paired if report.difference else None
        is_large = paired is not None and paired.difference >= LEAST
        is_sure = column.p_holm is not None and column.p_holm < ALPHA
        rows.append([plain(column.run.version), _yes(is_large), _yes(is_sure)])
    yield from table(["Model", f"Improvement of {LEAST:.2f} or more", f"p below {ALPHA:.2f}, after Holm"], rows)
    yield "Safety is its own suite, and its gate says whether anything regressed there."
    yield ""


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def _categories(board: Board) -> Iterator[str]:
    yield "## Category breakdown"
    yield ""
    versions = [plain(run.version) for run in board.shown_runs]
    rows = (
        [plain(line.name), number(line.cases), *(decimals(one.estimate and one.estimate.value) for one in line.scores)]
        for line in board.lines
    )
    yield from table(["Category", "Cases", *versions], rows)
