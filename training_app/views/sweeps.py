"""Sweeps: list, launch from a form, look at the points, stop and resume all of them."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.core.models import Role
from afsweb.pages import act, keyset_page, render_page
from afsweb.permissions import allow, person
from training_app.errors import TrainingError
from training_app.sweeps import launching
from training_app.sweeps.forms import SweepForm
from training_app.sweeps.grid import AXES, axes_of
from training_app.sweeps.listing import points_of, sweep_rows


@require_GET
@allow(Role.VIEWER)
def list_sweeps(request: HttpRequest) -> HttpResponse:
    """The sweeps, newest first."""
    return render_page(request, "training/sweeps.html", {"page": keyset_page(sweep_rows(), request)})


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def launch_sweep(request: HttpRequest) -> HttpResponseBase:
    """The form that launches a sweep; `?recipe=` chooses beforehand."""
    initial = {"recipe": request.GET.get("recipe"), "learning_rate": "1e-4 2e-4 5e-4 1e-3"}
    form = SweepForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            sweep = launching.launch_sweep(
                data["recipe"], data["snapshot"], form.grid(), by=person(request), **form.launched_with()
            )
        except TrainingError as error:
            form.add_error(None, str(error))
        else:
            return redirect(sweep)
    return render_page(request, "training/launch_sweep.html", {"form": form})


@require_GET
@allow(Role.VIEWER)
def show_sweep(request: HttpRequest, sweep_id: UUID) -> HttpResponse:
    """A sweep's points with what came of each."""
    sweep = get_object_or_404(sweep_rows(), uuid=sweep_id)
    points = points_of(sweep)
    context = {
        "sweep": sweep,
        "points": points,
        "axes": [AXES[name] for name in axes_of(sweep.grid)],
        "is_active": any(point.run.is_active for point in points),
        "can_go_on": any(point.run.can_go_on for point in points),
        "versions": [point.run.version for point in points if hasattr(point.run, "version")],
    }
    return render_page(request, "training/sweep.html", context, partial="live")


@require_POST
@allow(Role.TRAINER)
def stop_sweep(request: HttpRequest, sweep_id: UUID) -> HttpResponse:
    """Ask every run of it to seal a checkpoint and stop."""
    sweep = get_object_or_404(sweep_rows(), uuid=sweep_id)
    return act(request, sweep, launching.stop_sweep, "Its runs seal a checkpoint and stop; those that wait are out.")


@require_POST
@allow(Role.TRAINER)
def resume_sweep(request: HttpRequest, sweep_id: UUID) -> HttpResponse:
    """Put every run of it that was stopped or failed in the line again."""
    sweep = get_object_or_404(sweep_rows(), uuid=sweep_id)
    return act(request, sweep, launching.resume_sweep, "What was stopped or failed is in the line again.")
