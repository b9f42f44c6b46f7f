"""A board as tables for a spreadsheet, one row for each candidate and category, or candidate and case."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from evals_app.board.board import Board, Column
from evals_app.board.cases import first_answers
from evals_app.compare.report import Difference, Report
from evals_app.models import Case, EvalRun, Result
from evals_app.stats import Estimate

# Spreadsheets take a cell that begins with one of these for a formula (OWASP ASVS 5.0, 1.2.10).
FORMULA = ("=", "+", "-", "@", "\t", "\r")
Answers = dict[tuple[int, str], Result]


def categories_csv(board: Board) -> str:
    """For each candidate a row for the suite as a whole and one for each category: scores and difference, intervals.

    `p_holm` is adjusted over the board's candidates, `p_bh` over the categories of one.
    """
    sides = [f"{side}_{what}" for side in ("baseline", "candidate") for what in ("score", "low", "high")]
    head = ["baseline", "candidate", "category", "cases", "facts", *sides, "difference", "low", "high", "relative"]
    rows = [
        [str(board.baseline.version), str(column.run.version), *row]
        for column, report in board.computed
        for row in _categories(column, report)
    ]
    return to_csv([*head, "noise_floor", "p", "p_holm", "p_bh", "verdict"], rows)


def cases_csv(board: Board) -> str:
    """For each candidate one row a case with both answers (the first of several repeats)."""
    found = {change.case for _, report in board.computed for change in report.cases}
    cases = Case.objects.in_bulk(list(found))
    answers = first_answers(board.shown_runs, [case.key for case in cases.values()])
    rows = (
        row for column, report in board.computed for row in _cases(report, cases, board.baseline, column.run, answers)
    )
    head = ["baseline", "candidate", "case", "category", "fact", "question", "outcome", "baseline_score"]
    told = ["candidate_score", "difference", "unparsed", "unstable", "leaked", "baseline_answer", "candidate_answer"]
    return to_csv([*head, *told], rows)


def to_csv(head: list[str], rows: Iterable[Iterable[object]]) -> str:
    """CSV with a heading line; no text cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return out.getvalue()


def safe_cell(value: object) -> object:
    """A text that a spreadsheet would compute gets an apostrophe before it; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _categories(column: Column, report: Report) -> Iterator[list[object]]:
    scores = [*_score(report.baseline.score), *_score(report.candidate.score)]
    verdict = column.verdict.value if column.verdict else None
    total = ["all", len(report.cases), _facts(report.difference), *scores, *_difference(report.difference)]
    yield [*total, report.noise_floor, _p(report.difference), column.p_holm, None, verdict]
    for one in report.categories:
        scores = [*_score(one.baseline), *_score(one.candidate)]
        told = [one.name, one.cases, _facts(one.difference), *scores, *_difference(one.difference), one.noise_floor]
        word = one.difference.verdict.value if one.difference else None
        yield [*told, _p(one.difference), None, one.p_adjusted, word]


def _cases(
    report: Report, cases: dict[int, Case], baseline: EvalRun, candidate: EvalRun, answers: Answers
) -> Iterator[list[object]]:
    versions = [str(baseline.version), str(candidate.version)]
    for change in report.cases:
        case = cases[change.case]
        said = [answers.get((run.pk, case.key)) for run in (baseline, candidate)]
        told = [change.outcome.value, change.baseline, change.candidate, change.change]
        flags = [change.unparsed, change.unstable, change.leaked]
        texts = [result.answer if result else "" for result in said]
        yield [*versions, case.key, case.category, case.cluster, case.question, *told, *flags, *texts]


def _score(estimate: Estimate | None) -> list[float | None]:
    return [estimate.value, estimate.low, estimate.high] if estimate else [None, None, None]


def _difference(found: Difference | None) -> list[float | None]:
    return (
        [found.paired.difference, found.paired.low, found.paired.high, found.paired.relative] if found else [None] * 4
    )


def _facts(found: Difference | None) -> int:
    return found.paired.clusters if found else 0


def _p(found: Difference | None) -> float | None:
    return found.paired.p if found else None
