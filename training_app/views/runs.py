"""Runs: launch from a form, watch, stop, resume."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.charts import chart_response, chart_theme, with_chart
from afsweb.core.jobs.actions import stop_work
from afsweb.core.models import Role, WorkState
from afsweb.pages import act, keyset_page, render_page
from afsweb.permissions import allow, person
from datasets_app.snapshots.holding import entries_holding
from training_app.charts import draw_losses
from training_app.errors import SnapshotHeldBack, TrainingError
from training_app.forms import LaunchForm
from training_app.launch import launch_run, resume_run
from training_app.models import Recipe, TrainingRun
from training_app.progress import progress_of
from training_app.rows import run_rows


def get_run(run_id: UUID) -> TrainingRun:
    """The run with all that its page shows in one query; everyone who may look may see every run."""
    return get_object_or_404(run_rows(), uuid=run_id)


@require_GET
@allow(Role.VIEWER)
def list_runs(request: HttpRequest) -> HttpResponse:
    """The runs, newest first, by state."""
    runs = run_rows().filter(is_archived=False)
    state = request.GET.get("state", "")
    if state in WorkState:
        runs = runs.filter(state=state)
    context = {"page": keyset_page(runs, request), "states": WorkState, "state": state}
    return render_page(request, "training/runs.html", context)


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def launch(request: HttpRequest) -> HttpResponseBase:
    """The form that launches a run."""
    form = LaunchForm(request.POST or None, initial={"snapshot": request.GET.get("snapshot"), **_recipe(request)})
    secrets = ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            run = launch_run(
                data["recipe"],
                data["snapshot"],
                name=slugify(data["name"]),
                by=person(request),
                host=data["host"],
                seed=data["seed"],
            )
        except TrainingError as error:
            form.add_error(None, str(error))
            secrets = error.place if isinstance(error, SnapshotHeldBack) else ""
        else:
            return redirect(run)
    return render_page(request, "training/launch.html", {"form": form, "secrets": secrets})


def _recipe(request: HttpRequest) -> dict[str, Recipe | None]:
    """The recipe named in the address, else the newest."""
    chosen = Recipe.objects.filter(is_archived=False)
    named = chosen.filter(pk=request.GET["recipe"]) if request.GET.get("recipe", "").isdecimal() else chosen
    return {"recipe": named.order_by("-pk").first()}


@require_GET
@allow(Role.VIEWER)
@with_chart
def show_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The run page; with htmx only its live part."""
    run = get_run(run_id)
    return render_page(request, "training/run.html", {"run": run} | vars(progress_of(run)), partial="live")


@require_GET
@allow(Role.VIEWER)
def draw_loss(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The loss curve for the page's chart."""
    run = get_object_or_404(TrainingRun.objects.select_related("job"), uuid=run_id)
    return chart_response(draw_losses(run, chart_theme(request)), live=run.is_active)


@require_POST
@allow(Role.TRAINER)
def stop(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Ask the trainer to seal a checkpoint and stop."""
    return act(request, get_run(run_id), stop_work, "It will seal a checkpoint and stop at its next step.")


@require_POST
@allow(Role.TRAINER)
def resume(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Go on from the newest sealed checkpoint."""
    return act(request, get_run(run_id), resume_run, "It goes on from its newest sealed checkpoint.")


@require_GET
@allow(Role.VIEWER)
def list_sample_runs(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """The runs that trained on a sample, for the sample's page."""
    runs = TrainingRun.objects.filter(snapshot__in=entries_holding(sample_id).values("snapshot"))
    context = {"runs": runs.select_related("version", "job").order_by("-pk")[:20]}
    return render_page(request, "training/sample_runs.html", context)
