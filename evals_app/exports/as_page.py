"""A board as one HTML file that needs no other: it opens without a network, and asks for nothing."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string

from evals_app.board.board import Board
from evals_app.board.cases import show_cases

SHEETS = ("tokens.css", "afsweb.css")


def as_page(board: Board) -> str:
    """The page's own parts under the page's own styles, without links: verdicts, categories, scores, worst cases."""
    context = {"board": board, "cases": show_cases(board, "", ""), "is_offline": True}
    before, after = render_to_string("evals/exported.html", context).split("</head>", 1)
    return f"{before}<style>{_styles()}</style>\n  </head>{after}"


def _styles() -> str:
    """Our own style sheets, which hold nothing that people wrote and ask for no other file."""
    folder = settings.BASE_DIR / "afsweb" / "static"
    return "\n".join((folder / name).read_text() for name in SHEETS)
