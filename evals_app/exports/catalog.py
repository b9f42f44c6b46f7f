"""The files there are."""

from __future__ import annotations

from collections.abc import Callable

from evals_app.board.board import Board
from evals_app.errors import NothingComputed
from evals_app.exports.as_json import as_json
from evals_app.exports.as_page import as_page
from evals_app.exports.markdown import as_markdown
from evals_app.exports.seeds import evaluation_report
from evals_app.exports.tables import cases_csv, categories_csv

# Name of the file -> its type, and what writes it.
EXPORTS: dict[str, tuple[str, Callable[[Board], str]]] = {
    "report.md": ("text/markdown; charset=utf-8", as_markdown),
    "report.html": ("text/html; charset=utf-8", as_page),
    "evaluation_report.md": ("text/markdown; charset=utf-8", evaluation_report),
    "categories.csv": ("text/csv; charset=utf-8", categories_csv),
    "cases.csv": ("text/csv; charset=utf-8", cases_csv),
    "report.json": ("application/json", as_json),
}


def export(board: Board, what: str) -> str:
    """The text of the file `what`, a name in EXPORTS. Raises NothingComputed."""
    if not board.computed:
        raise NothingComputed
    return EXPORTS[what][1](board)
