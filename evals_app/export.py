"""A comparison as a file, with the stored numbers to the last digit: the page shows the same ones, rounded."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable

from evals_app.compare.flips import first_answers
from evals_app.compare.report import Report, report_of
from evals_app.models import Case, Comparison
from evals_app.stats import Estimate

# Spreadsheets take a cell that begins with one of these for a formula (OWASP ASVS 5.0, 1.2.10).
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export(comparison: Comparison, what: str) -> str:
    """The text of the file `what`, a name in EXPORTS. Raises NotComputed."""
    return EXPORTS[what][1](comparison, report_of(comparison))


def as_json(comparison: Comparison, report: Report) -> str:
    """The whole report."""
    names = {"baseline": str(comparison.baseline), "candidate": str(comparison.candidate)}
    facts = {"suite": str(comparison.baseline.suite), "sha256": comparison.baseline.suite.sha256, **names}
    return json.dumps({"comparison": facts} | report.model_dump(mode="json"), ensure_ascii=False, indent=1)


def categories_csv(_comparison: Comparison, report: Report) -> str:
    """One row for the suite as a whole, one for each category: scores and difference with their 95 % intervals."""
    sides = [f"{side}_{what}" for side in ("baseline", "candidate") for what in ("score", "low", "high")]
    head = ["category", "cases", "facts", *sides, "difference", "low", "high", "p", "p_holm", "verdict"]
    paired = report.difference.paired if report.difference else None
    total = ["all", len(report.cases), paired.clusters if paired else 0]
    rows: list[list[object]] = [
        [*total, *_score(report.baseline.score), *_score(report.candidate.score), *_difference(report, None)]
    ]
    for index, category in enumerate(report.categories):
        facts = category.difference.paired.clusters if category.difference else 0
        scores = [*_score(category.baseline), *_score(category.candidate)]
        rows.append([category.name, category.cases, facts, *scores, *_difference(report, index)])
    return to_csv(head, rows)


def cases_csv(comparison: Comparison, report: Report) -> str:
    """One row for each case with both answers (the first of several repeats)."""
    cases = Case.objects.in_bulk([change.case for change in report.cases])
    keys = [case.key for case in cases.values()]
    before, after = first_answers(comparison.baseline, keys), first_answers(comparison.candidate, keys)
    rows = []
    for change in report.cases:
        case = cases[change.case]
        answers = [found[case.key].answer if case.key in found else "" for found in (before, after)]
        told = [change.outcome.value, change.baseline, change.candidate, change.change, change.unparsed, change.leaked]
        rows.append([case.key, case.category, case.cluster, case.question, *told, *answers])
    head = ["case", "category", "fact", "question", "outcome", "baseline", "candidate", "difference", "unparsed"]
    return to_csv([*head, "leaked", "baseline_answer", "candidate_answer"], rows)


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


def _score(estimate: Estimate | None) -> list[float | None]:
    return [estimate.value, estimate.low, estimate.high] if estimate else [None, None, None]


def _difference(report: Report, index: int | None) -> list[object]:
    category = None if index is None else report.categories[index]
    found = report.difference if category is None else category.difference
    if found is None:
        return [None] * 6
    adjusted = category.p_adjusted if category else None
    paired = found.paired
    return [paired.difference, paired.low, paired.high, paired.p, adjusted, found.verdict.value]


EXPORTS: dict[str, tuple[str, Callable[[Comparison, Report], str]]] = {
    "report.json": ("application/json", as_json),
    "categories.csv": ("text/csv; charset=utf-8", categories_csv),
    "cases.csv": ("text/csv; charset=utf-8", cases_csv),
}
