"""Comparisons: list, launch, look, draw, export."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.charts import chart_response, chart_theme, with_chart
from afsweb.core.models import Role, WorkState
from afsweb.pages import act, keyset_page, render_page
from afsweb.permissions import allow, person
from evals_app import launch
from evals_app.charts import draw_categories
from evals_app.compare.flips import TABS, choose_tab, flips
from evals_app.compare.report import Outcome, report_of
from evals_app.errors import EvalError, NotComputed
from evals_app.export import EXPORTS, export
from evals_app.forms import ComparisonForm
from evals_app.models import Comparison, EvalRun, Suite
from evals_app.rows import listed_comparisons
from evals_app.views.getters import get_comparison

SUBJECTS = 12


@require_GET
@allow(Role.VIEWER)
def list_comparisons(request: HttpRequest) -> HttpResponse:
    """The comparisons, newest first, each with its verdict."""
    return render_page(request, "evals/comparisons.html", {"page": keyset_page(listed_comparisons(), request)})


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def launch_comparison(request: HttpRequest) -> HttpResponseBase:
    """The form that compares two runs; `?baseline=` or `?candidate=` leave only runs of the same cases."""
    given = {name: request.GET[name] for name in ("baseline", "candidate") if request.GET.get(name)}
    form = ComparisonForm(request.POST or None, suite=_suite_of(given), initial=given)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            return redirect(launch.launch_comparison(data["baseline"], data["candidate"], person(request)))
        except EvalError as error:
            form.add_error(None, str(error))
    context = {"form": form, "has_runs": EvalRun.objects.filter(state=WorkState.SUCCEEDED)[:2].count() == 2}
    return render_page(request, "evals/launch_comparison.html", context)


def _suite_of(given: dict[str, str]) -> Suite | None:
    for text in given.values():
        try:
            return Suite.objects.filter(runs__uuid=UUID(text)).first()
        except ValueError:
            continue
    return None


@require_GET
@allow(Role.VIEWER)
@with_chart
def show_comparison(request: HttpRequest, comparison_id: UUID) -> HttpResponse:
    """The comparison's page; while it is computed, its live part."""
    comparison = get_comparison(comparison_id)
    context: dict[str, object] = {"comparison": comparison}
    if comparison.state == WorkState.SUCCEEDED:
        context |= _details(request, comparison)
    response = render_page(request, "evals/comparison.html", context, partial="live")
    if getattr(request, "htmx", False) and not comparison.is_active:
        response["HX-Refresh"] = "true"
    return response


def _details(request: HttpRequest, comparison: Comparison) -> dict[str, object]:
    report = report_of(comparison)
    tab = choose_tab(report, request.GET.get("tab", ""))
    return {
        "report": report,
        "suite": comparison.baseline.suite,
        "fixed": report.count(Outcome.FIXED),
        "broke": report.count(Outcome.BROKE),
        "missing": report.count(Outcome.MISSING),
        "facts": report.difference.paired.clusters if report.difference else 0,
        "subjects": SUBJECTS,
        "tabs": [(name, label, len(pick(report))) for name, (label, pick) in TABS.items()],
        "flips": flips(comparison, report, tab, request.GET.get("from", "")),
    }


@require_GET
@allow(Role.VIEWER)
def draw_comparison(request: HttpRequest, comparison_id: UUID) -> HttpResponse:
    """The scores of both versions by category, for the page's chart."""
    try:
        report = report_of(get_comparison(comparison_id))
    except NotComputed as error:
        raise Http404(str(error)) from None
    return chart_response(draw_categories(report, chart_theme(request)))


@require_POST
@allow(Role.TRAINER)
def recompute_comparison(request: HttpRequest, comparison_id: UUID) -> HttpResponse:
    """Compute it anew."""
    return act(request, get_comparison(comparison_id), launch.compute_again, "It is being computed anew.")


@require_GET
@allow(Role.VIEWER)
def export_comparison(_request: HttpRequest, comparison_id: UUID, what: str) -> HttpResponseBase:
    """The numbers of the page as a file: report.json, categories.csv or cases.csv."""
    comparison = get_comparison(comparison_id)
    if what not in EXPORTS:
        raise Http404(f"There is no export “{what}”.")
    try:
        response = HttpResponse(export(comparison, what), content_type=EXPORTS[what][0])
    except NotComputed as error:
        raise Http404(str(error)) from None
    name = f"{comparison.baseline.version}-{comparison.candidate.version}-{what}".replace(" ", "-")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
