"""What several versions scored, for pages of training that compare their runs."""

from __future__ import annotations

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from afsweb.core.finding import read_uuid
from afsweb.core.models import Role, WorkState
from afsweb.pages import render_page
from afsweb.permissions import allow
from evals_app.rows import run_rows

VERSIONS = 100


@require_GET
@allow(Role.VIEWER)
def list_scores(request: HttpRequest) -> HttpResponse:
    """The newest evaluation of each `?version=` on each suite, the best of a suite first; with htmx a fragment."""
    wanted = [uuid for text in request.GET.getlist("version")[:VERSIONS] if (uuid := read_uuid(text))]
    newest = run_rows().filter(version__uuid__in=wanted, state=WorkState.SUCCEEDED, score__isnull=False)
    newest = newest.order_by("suite_id", "version_id", "-pk").distinct("suite_id", "version_id")
    runs = run_rows().filter(pk__in=newest.values("pk")).annotate(cases=Count("suite__cases"))
    context = {"runs": runs.order_by("suite__slug", "-suite__number", "-score", "pk")}
    return render_page(request, "evals/scores.html", context, partial="scores")
