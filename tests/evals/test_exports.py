"""A board as a file: the same figures in every form, nothing that a spreadsheet or a browser would run or fetch."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Role, User, WorkState
from afsweb.core.templatetags.afs import decimals, signed
from evals_app.board.board import Board, make_board
from evals_app.board.choosing import board_url
from evals_app.compare.report import Report
from evals_app.errors import NothingComputed
from evals_app.exports import EXPORTS, export
from evals_app.exports.markdown import plain
from evals_app.exports.tables import safe_cell
from evals_app.models import Comparison, EvalRun
from evals_app.templatetags.evals import p_value, relative
from tests.evals.test_board import compute, many, runs  # noqa: F401 (fixtures)
from tests.evals.test_pages import text

Login = Callable[[Role | User], Client]


@pytest.fixture
def board(runs: list[EvalRun]) -> Board:  # noqa: F811
    compute(runs)
    Comparison.objects.filter(candidate=runs[1]).update(note="Keep | this *one*.")
    return make_board(runs[0], runs[1:])


def words(text_of_page: str) -> str:
    """What a person reads of HTML."""
    return " ".join(unescape(re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", " ", text_of_page, flags=re.S)).split())


def figures(board: Board) -> list[str]:
    """Every figure of a board as the page writes it."""
    told = []
    for column, report in board.computed:
        assert report.difference
        paired = report.difference.paired
        told += [signed(paired.difference), f"{signed(paired.low)} to {signed(paired.high)}", relative(paired.relative)]
        told += [column.words, p_value(paired.p), p_value(column.p_holm)]
    for line in board.lines:
        told += [decimals(score.estimate and score.estimate.value) for score in line.scores]
        told += [f"{signed(g.found.paired.low)} to {signed(g.found.paired.high)}" for g in line.gains if g.found]
    for _, side in board.sides:
        told += [decimals(side.score and side.score.value), f"{side.answers}"]
    return told


def test_every_form_says_what_the_page_says(client_as: Login, board: Board) -> None:
    page = words(text(client_as(Role.VIEWER).get(board_url(board.runs))))
    markdown, html = export(board, "report.md"), words(export(board, "report.html"))
    wanted = figures(board)
    assert len(wanted) > 20
    for figure in wanted:
        assert figure in page
        assert figure in html
        assert figure in markdown


def test_tables_and_json_hold_the_stored_digits(board: Board) -> None:
    told = json.loads(export(board, "report.json"))
    rows = list(csv.DictReader(io.StringIO(export(board, "categories.csv"))))
    stored = Comparison.objects.get(candidate=board.columns[0].run).statistics
    assert told["candidates"][0]["report"] == stored
    paired = stored["difference"]["paired"]
    first = rows[0]
    assert (first["candidate"], first["category"], first["verdict"]) == ("good v1", "all", "improved")
    for name in ("difference", "low", "high", "p", "relative"):
        assert float(first[name]) == paired[name]
    assert float(first["p_holm"]) == board.columns[0].p_holm == told["candidates"][0]["p_holm"]
    assert rows[1]["category"] == stored["categories"][0]["name"]
    assert float(rows[1]["p_bh"]) == stored["categories"][0]["p_adjusted"]
    assert [row["candidate"] for row in rows if row["category"] == "all"] == ["good v1", "bad v1"]


def test_rounded_figures_are_the_tables_figures(board: Board) -> None:
    markdown = export(board, "report.md")
    for row in csv.DictReader(io.StringIO(export(board, "categories.csv"))):
        if row["category"] == "all":
            line = next(line for line in markdown.splitlines() if line.startswith(f"| {row['candidate']} |"))
            assert f"| {signed(float(row['difference']))} |" in line
            assert f"| {p_value(float(row['p_holm']))} |" in line


def test_the_page_as_a_file_needs_no_other_and_runs_nothing(board: Board) -> None:
    page = export(board, "report.html")
    assert "<script" not in page
    assert "href=" not in page
    assert "src=" not in page
    assert "url(" not in page
    assert "@import" not in page
    assert not re.search(r"<[^>]+ style=", page)
    assert "default-src 'none'; style-src 'unsafe-inline'" in page
    assert "Keep | this *one*." in page


def test_the_evaluation_report_has_the_seeds_parts(board: Board) -> None:
    said = export(board, "evaluation_report.md")
    _, first = board.computed[0]
    assert first.candidate.score
    assert first.candidate.passed
    mean, deviation = decimals(first.candidate.score.value), decimals(first.candidate.deviation)
    assert f"| good v1 | {mean} | {deviation} | 94 % | 45 of 48 | 16 |" in said
    assert "## Pairwise comparisons" in said
    assert first.difference
    assert f"| {p_value(first.difference.paired.p_t)} |" in said
    assert "| good v1 | yes | yes |" in said
    assert "| bad v1 | no | yes |" in said
    assert "## Category breakdown" in said


def test_markdown_obeys_nobody_elses_text(board: Board) -> None:
    assert plain("a|b\n# c <d> [e](f)") == "a\\|b \\# c \\<d\\> \\[e\\](f)"
    assert "> good v1: Keep \\| this \\*one\\*." in export(board, "report.md")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_is_no_formula(start: str) -> None:
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"
    assert safe_cell(-0.5) == -0.5
    assert safe_cell("plain") == "plain"


def test_every_form_comes_from_the_address(client_as: Login, board: Board) -> None:
    viewer = client_as(Role.VIEWER)
    for form, (kind, _) in EXPORTS.items():
        response = viewer.get(board_url(board.runs, "export_board", form))
        assert response.content.decode() == export(board, form)
        assert response["Content-Type"] == kind
        assert response["Content-Disposition"] == f'attachment; filename="many-1-{form}"'


def test_what_cannot_be_exported_is_not_found(client_as: Login, board: Board) -> None:
    viewer = client_as(Role.VIEWER)
    assert viewer.get(board_url(board.runs, "export_board", "report.pdf")).status_code == 404
    assert viewer.get(reverse("export_board", args=["report.md"]), {"baseline": "0" * 32}).status_code == 404
    Comparison.objects.update(state=WorkState.QUEUED)
    assert viewer.get(board_url(board.runs, "export_board", "report.md")).status_code == 404
    with pytest.raises(NothingComputed, match="Compute them first"):
        export(make_board(board.baseline, [board.columns[0].run]), "report.md")


def test_json_is_a_report_again(board: Board) -> None:
    told = json.loads(export(board, "report.json"))["candidates"][1]
    assert Report.model_validate(told["report"]) == board.columns[1].report
    assert (told["verdict"], told["words"]) == ("regressed", "regressed by 0.50")
