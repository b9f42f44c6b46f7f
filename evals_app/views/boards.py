"""The board of a suite's versions, and the page of one comparison, which is a board of two."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from afsweb.charts import chart_response, chart_theme, with_chart
from afsweb.core.models import Role
from afsweb.pages import render_page
from afsweb.permissions import allow, person
from evals_app.board.board import Board, board_of, computing_of, make_board
from evals_app.board.cases import show_cases
from evals_app.board.charts import draw_timeline
from evals_app.board.choosing import Choice, addable, board_url, chips, choose, suites_answered
from evals_app.board.evidence import find_evidence
from evals_app.compare.comparability import comparable
from evals_app.compare.matrix import confusion_matrix
from evals_app.duels.shown import duels_context
from evals_app.errors import EvalError, NothingComputed
from evals_app.exports import EXPORTS, export
from evals_app.models import EvalRun
from evals_app.runs import launch
from evals_app.views.getters import get_comparison

SUBJECTS = 12
LABELS = {
    "report.html": "This page as one file, HTML",
    "report.md": "This page, Markdown",
    "evaluation_report.md": "Evaluation report, Markdown",
    "cases.csv": "Cases with both answers, CSV",
    "categories.csv": "Categories with intervals, CSV",
    "report.json": "Everything, JSON",
}


@require_GET
@allow(Role.VIEWER)
@with_chart
def show_board(request: HttpRequest) -> HttpResponse:
    """Up to eight versions on a suite. With htmx only the evidence of one case, or what is being computed."""
    choice = choose(request.GET)
    if part := _part(request, choice.runs):
        return part
    board = make_board(choice.runs[0], choice.runs[1:]) if choice.runs else None
    exports = [(board_url(choice.runs, "export_board", name), label) for name, label in LABELS.items()]
    return _show(request, board, choice, exports)


@require_GET
@allow(Role.VIEWER)
@with_chart
def show_comparison(request: HttpRequest, comparison_id: UUID) -> HttpResponse:
    """The page of one comparison: its board of two."""
    comparison = get_comparison(comparison_id)
    runs = [comparison.baseline, comparison.candidate]
    if part := _part(request, runs):
        return part
    exports = [(f"export/{name}", label) for name, label in LABELS.items()]
    return _show(request, board_of(comparison), Choice(runs[0].suite, runs), exports)


def _part(request: HttpRequest, runs: list[EvalRun]) -> HttpResponse | None:
    """What htmx asks for; None for a whole page."""
    htmx = getattr(request, "htmx", None)
    if not htmx or htmx.boosted or htmx.history_restore_request or not runs:
        return None
    if htmx.target == "evidence":
        context: dict[str, object] = {"evidence": find_evidence(comparable(runs), request.GET.get("case", ""))}
        return render_page(request, "evals/board.html", context, partial="evidence")
    computing = computing_of(runs)
    response = render_page(request, "evals/board.html", {"computing": computing}, partial="live")
    if not computing:
        response["HX-Refresh"] = "true"
    return response


def _show(request: HttpRequest, board: Board | None, choice: Choice, exports: list[tuple[str, str]]) -> HttpResponse:
    context: dict[str, object] = {"board": board, "choice": choice, "suites": suites_answered()}
    if board:
        context |= {"chips": chips(board), "addable": addable(board), "computing": board.computing}
        context |= {"timeline": board_url(board.runs, "draw_board"), "subjects": SUBJECTS}
    if board and board.computed:
        cases = show_cases(board, request.GET.get("tab", ""), request.GET.get("from", ""))
        first = str(cases.rows[0].case.uuid) if cases.rows else ""
        evidence = find_evidence(board.shown_runs, request.GET.get("case", first))
        context |= {"cases": cases, "evidence": evidence, "exports": exports, **_of_a_pair(board)}
    return render_page(request, "evals/board.html", context)


def _of_a_pair(board: Board) -> dict[str, object]:
    """What is told of two versions alone: what was taken for what, and what people picked blind."""
    pair = board.columns[0].comparison if len(board.columns) == 1 else None
    return {"pair": pair, "matrix": confusion_matrix(pair.candidate), **duels_context(pair)} if pair else {}


@require_GET
@allow(Role.VIEWER)
def draw_board(request: HttpRequest) -> HttpResponse:
    """The scores of the board's versions one after the other, for the page's chart."""
    choice = choose(request.GET)
    if not choice.runs:
        raise Http404("There is no such evaluation.")
    return chart_response(draw_timeline(choice.runs, chart_theme(request)))


@require_POST
@allow(Role.TRAINER)
def compute_board(request: HttpRequest) -> HttpResponseBase:
    """Compute the comparisons of the board that are not there, and show it again."""
    choice = choose(request.POST)
    if not choice.runs:
        raise Http404("There is no such evaluation.")
    board = make_board(choice.runs[0], choice.runs[1:])
    try:
        for column in board.missing:
            launch.launch_comparison(board.baseline, column.run, person(request))
    except EvalError as error:
        messages.error(request, str(error))
    return redirect(board_url(choice.runs))


@require_GET
@allow(Role.VIEWER)
def export_board(request: HttpRequest, what: str) -> HttpResponseBase:
    """The board as a file: report.md, report.html, evaluation_report.md, categories.csv, cases.csv or report.json."""
    choice = choose(request.GET)
    if not choice.runs:
        raise Http404("There is no such evaluation.")
    board = make_board(choice.runs[0], choice.runs[1:])
    return _send(board, what, f"{board.suite.slug}-{board.suite.number}-{what}")


@require_GET
@allow(Role.VIEWER)
def export_comparison(_request: HttpRequest, comparison_id: UUID, what: str) -> HttpResponseBase:
    """One comparison as a file, the same forms."""
    comparison = get_comparison(comparison_id)
    name = f"{comparison.baseline.version}-{comparison.candidate.version}-{what}"
    return _send(board_of(comparison), what, name.replace(" ", "-"))


def _send(board: Board, what: str, name: str) -> HttpResponse:
    if what not in EXPORTS:
        raise Http404(f"There is no export “{what}”.")
    try:
        response = HttpResponse(export(board, what), content_type=EXPORTS[what][0])
    except NothingComputed as error:
        raise Http404(str(error)) from None
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@allow(Role.REVIEWER)
def edit_note(request: HttpRequest, comparison_id: UUID) -> HttpResponseBase:
    """Keep what people say about a comparison, and go back to where they said it."""
    comparison = get_comparison(comparison_id)
    launch.edit_note(comparison, request.POST.get("note", ""), person(request))
    messages.success(request, "The note is kept.")
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if is_ours else comparison.get_absolute_url())
