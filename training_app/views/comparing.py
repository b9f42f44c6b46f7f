"""Runs side by side: their curves over each other, what differs, what came of it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from afsweb.charts import chart_response, chart_theme, with_chart
from afsweb.core.models import Role
from afsweb.pages import render_page
from afsweb.permissions import allow
from training_app.charts import draw_overlay
from training_app.curves.comparing import differing, find_runs, sides_of
from training_app.curves.reading import read_curves
from training_app.errors import NothingToCompare


@require_GET
@allow(Role.VIEWER)
@with_chart
def compare_runs(request: HttpRequest) -> HttpResponse:
    """The runs that `?run=` names, two at least."""
    try:
        runs = find_runs(request.GET.getlist("run"))
    except NothingToCompare as error:
        messages.error(request, str(error))
        return redirect("list_runs")
    table = differing(runs)
    context = {
        "runs": runs,
        "query": urlencode([("run", run.uuid) for run in runs]),
        "settings": list(table),
        "sides": sides_of(runs, read_curves([run.pk for run in runs]), table),
        "versions": [run.version for run in runs if hasattr(run, "version")],
    }
    return render_page(request, "training/compare_runs.html", context)


@require_GET
@allow(Role.VIEWER)
def draw_overlaid(request: HttpRequest, side: str) -> HttpResponse:
    """The losses of the runs that `?run=` names, in training or in validation."""
    if side not in ("train", "validation"):
        raise Http404
    try:
        runs = find_runs(request.GET.getlist("run"))
    except NothingToCompare as error:
        raise Http404(str(error)) from None
    return chart_response(draw_overlay(runs, side, chart_theme(request)))
