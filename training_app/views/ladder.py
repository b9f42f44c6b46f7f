"""What a run that failed for want of memory offers."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from afsweb.core.models import Role
from afsweb.permissions import allow, person
from training_app.errors import TrainingError
from training_app.ladder.clones import prepare_lighter as prepare
from training_app.rows import run_rows


@require_POST
@allow(Role.TRAINER)
def prepare_lighter(request: HttpRequest, run_id: UUID, kind: str) -> HttpResponse:
    """Save a recipe that needs less memory, and open the launch form with it."""
    run = get_object_or_404(run_rows(), uuid=run_id)
    try:
        recipe = prepare(run, kind, person(request))
    except TrainingError as error:
        messages.error(request, str(error))
        return redirect(run)
    messages.success(request, f"“{recipe}” is saved. Nothing runs yet: look at what it would take, then launch it.")
    return redirect(f"{reverse('launch_run')}?{urlencode({'recipe': recipe.pk, 'snapshot': run.snapshot_id})}")
