"""Everything that the board's comparisons found."""

from __future__ import annotations

import json

from evals_app.board.board import Board, Column
from evals_app.compare.report import Report


def as_json(board: Board) -> str:
    """Each candidate's whole report, with what the board adds: Holm's p and the verdict among all candidates."""
    told = {
        "suite": str(board.suite),
        "sha256": board.suite.sha256,
        "baseline": str(board.baseline),
        "candidates": [_candidate(column, report) for column, report in board.computed],
        "not_comparable": {str(column.run): column.refusal for column in board.columns if column.refusal},
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def _candidate(column: Column, report: Report) -> dict[str, object]:
    verdict = column.verdict.value if column.verdict else None
    note = column.comparison.note if column.comparison else ""
    facts = {"candidate": str(column.run), "verdict": verdict, "words": column.words, "p_holm": column.p_holm}
    return {**facts, "note": note, "report": report.model_dump(mode="json")}
