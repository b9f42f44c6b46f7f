"""A fragment for a version's page: what training cost it elsewhere, and how well it predicts what was held out."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from afsweb.core.jobs.actions import stop_work
from afsweb.core.models import Role
from afsweb.pages import act, render_page
from afsweb.permissions import allow, person
from evals_app.abilities.forgetting import abilities_of
from evals_app.abilities.held_out import measure
from evals_app.models import HeldOut, Purpose, Suite
from evals_app.rows import held_out_rows, run_rows
from training_app.models import ModelVersion

SHOWN = 5


@require_GET
@allow(Role.VIEWER)
def list_abilities(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """The version on the general suites against its base, and its held-out losses; it polls while one is computed."""
    version = _version(version_id)
    held_out = list(held_out_rows().filter(version=version).order_by("-pk")[:SHOWN])
    general = run_rows().filter(version=version, suite__purpose=Purpose.GENERAL).order_by("-pk")[:SHOWN]
    asked = [run for run in general if run.is_active]
    context = {
        "version": version,
        "abilities": abilities_of(version),
        "asked": asked,
        "general": Suite.objects.filter(purpose=Purpose.GENERAL, is_archived=False).order_by("-pk").first(),
        "held_out": held_out,
        "goes_on": any(one.is_active for one in held_out),
        "is_live": bool(asked) or any(one.is_active for one in held_out),
        "may_measure": _may_measure(version, held_out),
    }
    return render_page(request, "evals/abilities.html", context)


@require_POST
@allow(Role.TRAINER)
def measure_held_out(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Compute its loss on what its snapshot holds out."""
    said = "Its held-out loss is being computed."
    return act(request, _version(version_id), lambda version, by: measure(version, None, by), said)


@require_POST
@allow(Role.TRAINER)
def stop_held_out(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Stop computing it; the rows so far stay."""
    version = _version(version_id)
    active = [one for one in HeldOut.objects.filter(version=version).select_related("job") if one.is_active]
    for one in active:
        stop_work(one, person(request))
    messages.success(
        request, "It stops at its next rows; those so far stay." if active else "There is nothing to stop."
    )
    return redirect(version)


def _may_measure(version: ModelVersion, held_out: list[HeldOut]) -> bool:
    """Whether measuring it on its own snapshot would tell anything new."""
    if version.run is None or not (version.weights_id or version.base_model.weights_id):
        return False
    return not any(one.snapshot_id == version.run.snapshot_id and not one.can_go_on for one in held_out)


def _version(version_id: UUID) -> ModelVersion:
    return get_object_or_404(ModelVersion.objects.select_related("base_model", "run__snapshot"), uuid=version_id)
