"""What a launch would do: a page, and the part of the launch page that follows its form."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from afsweb.charts import chart_response, chart_theme, with_chart
from afsweb.core.models import Host, HostState, Role
from afsweb.pages import render_page
from afsweb.permissions import allow
from afsweb.storage import StorageError
from training_app.backends.catalog import trainer_of
from training_app.backends.params import TrainingParams
from training_app.charts import draw_row_lengths
from training_app.errors import TrainingError
from training_app.estimates.hosts import from_priors, offers
from training_app.estimates.measured import peaks, runs_like, watts
from training_app.forms import PreviewForm
from training_app.gates.checking import look_at_gates
from training_app.models import Recipe
from training_app.presets.advice import advise_on
from training_app.preview.looking import Look, look
from training_app.preview.scores import score_tables
from training_app.trainer.errors import TrainerError

REFUSALS = (TrainingError, TrainerError, StorageError)


@require_GET
@allow(Role.TRAINER)
@with_chart
def preview_run(request: HttpRequest) -> HttpResponse:
    """Memory, steps, lengths and the tokens of one row, for what the address or the launch form names."""
    form, context = PreviewForm(request.GET), dict[str, object]()
    if form.is_valid():
        context = {"asked": urlencode({name: form.cleaned_data[name].pk for name in ("recipe", "snapshot")})}
        context |= _found(form.cleaned_data)
    return render_page(request, "training/preview.html", context, partial="preview")


@require_GET
@allow(Role.TRAINER)
def show_gates(request: HttpRequest) -> HttpResponse:
    """What stands in the way of the launch that the address names, and where its recipe leaves the rules."""
    form, context = PreviewForm(request.GET), dict[str, object]()
    if form.is_valid():
        recipe, snapshot = form.cleaned_data["recipe"], form.cleaned_data["snapshot"]
        context = {"findings": look_at_gates(recipe, snapshot), "advice": advise_on(recipe, snapshot.train_count)}
        context |= {"recipe": recipe, "snapshot": snapshot}
    return render_page(request, "training/gates.html", context, partial="gates")


@require_GET
@allow(Role.TRAINER)
def draw_lengths(request: HttpRequest) -> JsonResponse:
    """How many rows have how many tokens, for the chart."""
    form = PreviewForm(request.GET)
    if not form.is_valid():
        raise Http404("There is no such recipe or snapshot.")
    try:
        found = _look(form.cleaned_data)
    except REFUSALS as error:
        raise Http404(str(error)) from error
    limit = int(form.cleaned_data["recipe"].params["max_length"])
    return chart_response(draw_row_lengths(found.lengths, limit, chart_theme(request)))


def _found(told: dict[str, Any]) -> dict[str, object]:
    try:
        found = _look(told)
    except REFUSALS as error:
        return {"refused": str(error)}
    recipe: Recipe = told["recipe"]
    queue = trainer_of(recipe.backend).queue
    hosts = Host.objects.filter(state=HostState.ACTIVE, queues__contains=[queue])
    runs = runs_like(recipe)
    return {
        "look": found,
        "recipe": recipe,
        "offers": offers(recipe, found, hosts, watts(runs)),
        "priors": from_priors(recipe, found),
        "peaks": peaks(runs, found.shape),
        "price": settings.PRICE_PER_KWH,
        "chunked": TrainingParams(**recipe.params).chunked_loss,
        "tables": score_tables(recipe, found),
    }


def _look(told: dict[str, Any]) -> Look:
    return look(told["recipe"], told["snapshot"], told["row"] or 1)
