"""Comparisons: list, launch, compute anew."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.core.models import Role, WorkState
from afsweb.pages import act, keyset_page, render_page
from afsweb.permissions import allow, person
from evals_app.errors import EvalError
from evals_app.forms import ComparisonForm
from evals_app.models import EvalRun, Suite
from evals_app.rows import listed_comparisons
from evals_app.runs import launch
from evals_app.views.getters import get_comparison


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


@require_POST
@allow(Role.TRAINER)
def recompute_comparison(request: HttpRequest, comparison_id: UUID) -> HttpResponse:
    """Compute it anew."""
    return act(request, get_comparison(comparison_id), launch.compute_again, "It is being computed anew.")
