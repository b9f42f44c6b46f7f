"""Fragments for pages of datasets: what became of the versions that trained on a snapshot, or on a sample."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from afsweb.core.models import Role, WorkState
from afsweb.pages import render_page
from afsweb.permissions import allow
from datasets_app.snapshots.holding import entries_holding
from evals_app.models import EvalRun
from evals_app.rows import listed_comparisons, run_rows

SHOWN = 20


@require_GET
@allow(Role.VIEWER)
def list_snapshot_evals(request: HttpRequest, snapshot_id: UUID) -> HttpResponse:
    """The evaluations of the versions that trained on a snapshot, each with what it gained or lost."""
    return _show(request, run_rows().filter(version__run__snapshot__uuid=snapshot_id))


@require_GET
@allow(Role.VIEWER)
def list_sample_evals(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """The same for the versions that trained on a snapshot with the sample in it."""
    snapshots = entries_holding(sample_id).values("snapshot")
    return _show(request, run_rows().filter(version__run__snapshot__in=snapshots))


def _show(request: HttpRequest, runs: QuerySet[EvalRun]) -> HttpResponse:
    compared = Prefetch("compared_as_candidate", listed_comparisons().filter(state=WorkState.SUCCEEDED))
    finished = runs.filter(state=WorkState.SUCCEEDED).prefetch_related(compared)
    return render_page(request, "evals/lineage.html", {"runs": finished.order_by("-pk")[:SHOWN]})
