"""Runs: launch from a form, watch, stop, resume."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.charts import chart_response, chart_theme, with_chart
from afsweb.core.jobs.actions import stop_work
from afsweb.core.models import Role, WorkState
from afsweb.pages import act, keyset_page, render_page
from afsweb.permissions import allow, person
from datasets_app.snapshots.holding import entries_holding
from training_app.charts import LABELS, draw_gpu_use, draw_losses, draw_measure
from training_app.curves.reading import Measure
from training_app.diagnosis.diagnosing import diagnose
from training_app.errors import SnapshotHeldBack, TrainingError
from training_app.forms import LaunchForm
from training_app.ladder.clones import lighter_recipes
from training_app.launch import launch_run, resume_run
from training_app.models import Recipe, TrainingRun
from training_app.notes import write_notes
from training_app.pausing import pause_run
from training_app.progress import progress_of, states_of
from training_app.rows import run_rows, shown_runs
from training_app.usage import DRAWERS, draw_usage, measured_of

# The curves beside the loss, each with what its axis says.
MEASURES = {one.value: LABELS[one] for one in (Measure.LEARNING_RATE, Measure.GRADIENT, Measure.SPEED)}
TEXTS = 100


def get_run(run_id: UUID) -> TrainingRun:
    """The run with all that its page shows in one query; everyone who may look may see every run."""
    return get_object_or_404(shown_runs(), uuid=run_id)


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
@with_chart
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
                reason=data["reason"],
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
    return _show(request, get_run(run_id))


def _show(request: HttpRequest, run: TrainingRun, draft: str | None = None) -> HttpResponse:
    """`draft` are notes that could not be saved."""
    progress = progress_of(run)
    context = {"run": run, "checkpoint": progress.checkpoint, "draft": draft, "measures": MEASURES}
    context |= vars(progress) | {"measured": measured_of(run)}
    status = 200 if draft is None else 409
    return render_page(request, "training/run.html", context | _ladder(run), partial="live", status=status)


def _ladder(run: TrainingRun) -> dict[str, Any]:
    """What was done when memory ran out; of most runs nothing, which costs no statement."""
    if not run.has_rungs:  # type: ignore[attr-defined]  # annotated by shown_runs
        return {}
    prefetch_related_objects([run], "rungs")
    return {"rungs": run.rungs.all(), "lighter": lighter_recipes(run)}


@require_GET
@allow(Role.VIEWER)
def draw_loss(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The loss curve for the page's chart."""
    run = get_object_or_404(TrainingRun.objects.select_related("job"), uuid=run_id)
    return chart_response(draw_losses(run, chart_theme(request)), live=run.is_active)


@require_GET
@allow(Role.VIEWER)
def draw_curve(request: HttpRequest, run_id: UUID, measure: str) -> HttpResponse:
    """Another curve of the run's steps, such as its learning rate."""
    run = get_object_or_404(TrainingRun.objects.select_related("job"), uuid=run_id)
    if measure not in MEASURES:
        raise Http404
    return chart_response(draw_measure(run, Measure(measure), chart_theme(request)), live=run.is_active)


@require_GET
@allow(Role.VIEWER)
def draw_taken(request: HttpRequest, run_id: UUID, which: str) -> HttpResponse:
    """What the run took of its machine: its process, its cards, or their power."""
    run = get_object_or_404(TrainingRun.objects.select_related("job"), uuid=run_id)
    if which not in DRAWERS:
        raise Http404
    return chart_response(draw_usage(run, which, chart_theme(request)), live=run.is_active)


@require_GET
@allow(Role.VIEWER)
def diagnose_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """What the curves and answers of the run say about it; with htmx only that, for the run's page."""
    run = get_run(run_id)
    diagnosis = diagnose(run, run.texts.order_by("step", "position"))
    found = [(one, one.offered(run.recipe)) for one in diagnosis.findings]
    context = {"run": run, "diagnosis": diagnosis, "found": found}
    return render_page(request, "training/diagnosis.html", context, partial="findings")


@require_GET
@allow(Role.VIEWER)
def list_run_texts(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """What the model said at one checkpoint, the newest unless `?step=` names another."""
    run = get_run(run_id)
    states = [one for one in states_of(run) if one.questions]
    steps = [str(one.step) for one in states]
    chosen = states[steps.index(request.GET["step"])] if request.GET.get("step") in steps else next(iter(states), None)
    texts = run.texts.filter(step=chosen.step).order_by("right", "position")[:TEXTS] if chosen else []
    return render_page(
        request, "training/run_texts.html", {"run": run, "states": states, "here": chosen, "texts": texts}
    )


@require_GET
@allow(Role.VIEWER)
def draw_gpu(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """What the GPUs did, for the page's chart."""
    run = get_object_or_404(TrainingRun.objects.select_related("job"), uuid=run_id)
    return chart_response(draw_gpu_use(run, chart_theme(request)))


@require_POST
@allow(Role.TRAINER)
def stop(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Ask the trainer to seal a checkpoint and stop."""
    return act(request, get_run(run_id), stop_work, "It will seal a checkpoint and stop at its next step.")


@require_POST
@allow(Role.TRAINER)
def pause(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Stop it with a checkpoint, to be resumed later."""
    said = "It will seal a checkpoint and wait until somebody resumes it."
    return act(request, get_run(run_id), pause_run, said)


@require_POST
@allow(Role.REVIEWER)
def note(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Save what a person wrote on the run; what could not be saved comes back in its box."""
    run, text = get_run(run_id), request.POST.get("notes", "")
    try:
        write_notes(run, text, person(request), seen=request.POST.get("seen", ""))
    except TrainingError as error:
        messages.error(request, str(error))
        return _show(request, run, draft=text)
    messages.success(request, "The notes are saved.")
    return redirect(run)


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
