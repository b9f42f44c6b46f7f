"""The pages of actions on many samples: preview, confirm, watch, stop, go on, undo."""

from __future__ import annotations

from itertools import islice
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from afsweb.core.models import Role
from afsweb.pages import act, render_page
from afsweb.permissions import allow, person
from afsweb.refusal import Refusal
from datasets_app.bulk.drafting import draft
from datasets_app.bulk.errors import ChangedLater
from datasets_app.bulk.forms import BulkForm
from datasets_app.bulk.running import confirm, go_on, start_undo, stop
from datasets_app.bulk.verbs import KEPT, REASONS
from datasets_app.errors import DatasetError
from datasets_app.models import BulkAction, Sample, SampleState

SHOWN = 20


@require_POST
@allow(Role.REVIEWER)
def preview_bulk(request: HttpRequest) -> HttpResponse:
    """Freeze what the list's form asks for, and show what would become of it; nothing changes yet."""
    form, back = BulkForm(request.POST), f"{reverse('list_samples')}?{request.GET.urlencode()}"
    if not form.is_valid():
        for name, problems in form.errors.items():
            messages.error(request, f"{form.fields[name].label or name}: {' '.join(map(str, problems))}")
        return redirect(back)
    try:
        return redirect(draft(form.wish(request.GET, person(request)), by=person(request)))
    except DatasetError as error:
        messages.error(request, str(error))
        return redirect(back)


@require_GET
@allow(Role.VIEWER)
def show_bulk(request: HttpRequest, action_id: UUID) -> HttpResponse:
    """An action: its preview until it is confirmed, then how far it is, then what came of it."""
    action = get_action(action_id)
    return render_page(request, "datasets/bulk.html", context_of(request, action), partial="live")


@require_POST
@allow(Role.REVIEWER)
def confirm_bulk(request: HttpRequest, action_id: UUID) -> HttpResponse:
    """Let a job do what was previewed."""
    return act(request, get_action(action_id), confirm, "It is in the line of jobs.")


@require_POST
@allow(Role.REVIEWER)
def stop_bulk(request: HttpRequest, action_id: UUID) -> HttpResponse:
    """Stop after the part that is under way."""
    return act(request, get_action(action_id), stop, "It stops after what is under way. What was done can be undone.")


@require_POST
@allow(Role.REVIEWER)
def continue_bulk(request: HttpRequest, action_id: UUID) -> HttpResponse:
    """Do what was not done when it stopped."""
    return act(request, get_action(action_id), go_on, "It goes on with what is not done yet.")


@require_POST
@allow(Role.REVIEWER)
def undo_bulk(request: HttpRequest, action_id: UUID) -> HttpResponse:
    """Undo all of it; where some samples were changed later, name them and offer to undo the others."""
    action = get_action(action_id)
    try:
        start_undo(action, person(request), exact=request.POST.get("but_these") != "yes")
    except ChangedLater as error:
        context = context_of(request, action) | {"later": error}
        return render_page(request, "datasets/bulk.html", context, status=409)
    except Refusal as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The undo is in the line of jobs.")
    return redirect(action)


def get_action(action_id: UUID) -> BulkAction:
    """The action of that id with what its page shows; 404 otherwise."""
    related = ("created_by", "assignee", "job", "undo_job")
    return get_object_or_404(BulkAction.objects.select_related(*related), uuid=action_id)


def context_of(request: HttpRequest, action: BulkAction) -> dict[str, Any]:
    """What the page of an action shows."""
    user, forecast = person(request), action.forecast
    return {
        "action": action,
        "states": [
            (label, forecast["states"][state]) for state, label in SampleState.choices if state in forecast["states"]
        ],
        "outside": _by_reason(forecast["left_out"], REASONS),
        "left_out": _by_reason(action.left_out, REASONS),
        "kept": _by_reason(action.kept, KEPT),
        "alone": _first_alone(action) if action.left_out or action.kept else [],
        "query": urlencode(action.query, doseq=True),
        "is_mine": action.created_by_id == user.pk or user.has_role(Role.ADMIN),
        "is_at_work": action.is_active or action.is_being_undone,
    }


def _by_reason(counts: dict[str, int], said: dict[str, str]) -> list[tuple[str, int]]:
    return [(label, counts[reason]) for reason, label in said.items() if reason in counts]


def _first_alone(action: BulkAction) -> list[tuple[int, Sample | None, str]]:
    """The first samples that were left alone, by the action or by its undo: number, row if it is still there, why."""
    parts = action.parts.exclude(left_out={}, kept={}).order_by("number").values_list("left_out", "kept")
    found = (
        (pk, said[reason])
        for both in parts[:SHOWN]
        for some, said in zip(both, (REASONS, KEPT), strict=True)
        for reason, ids in some.items()
        for pk in ids
    )
    alone = list(islice(found, SHOWN))
    samples = Sample.objects.in_bulk([pk for pk, _ in alone])
    return [(pk, samples.get(pk), why) for pk, why in alone]
