"""The pages of what the house does by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from afsweb.core.history import history_of
from afsweb.core.jobs.actions import Actor
from afsweb.core.models import Role, Schedule
from afsweb.core.schedules import actions
from afsweb.core.schedules.listing import runs_of, schedules, shown
from afsweb.core.views.jobs import go_back
from afsweb.pages import keyset_page, render_page
from afsweb.permissions import allow, person
from afsweb.refusal import Refusal


@require_GET
@allow(Role.VIEWER)
def list_schedules(request: HttpRequest) -> HttpResponse:
    """What runs by itself: when, how the last run went, when the next one comes."""
    rows = [shown(schedule) for schedule in schedules()]
    context = {"rows": rows, "is_busy": any(row.schedule.is_busy for row in rows)} | may(request)
    return render_page(request, "core/schedules.html", context, partial="live")


@require_GET
@allow(Role.VIEWER)
def show_schedule(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    """One schedule and its runs, newest first."""
    schedule = get_object_or_404(schedules(), uuid=schedule_id)
    context = {
        "schedule": schedule,
        "times": shown(schedule).times,
        "page": keyset_page(runs_of(schedule), request),
        "history": history_of(schedule)[:20],
    }
    return render_page(request, "core/schedule.html", context | may(request), partial="live")


@require_POST
@allow(Role.TRAINER)
def run_schedule(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    """Run it now, whatever its time."""
    return _act(request, schedule_id, actions.run_now, "“{name}” is in the line.")


@require_POST
@allow(Role.ADMIN)
def enable_schedule(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    """Let it run at its times."""
    return _act(request, schedule_id, actions.enable, "“{name}” runs at its times.")


@require_POST
@allow(Role.ADMIN)
def disable_schedule(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    """Let it run no more by itself."""
    return _act(request, schedule_id, actions.disable, "“{name}” runs no more by itself.")


def may(request: HttpRequest) -> dict[str, bool]:
    """What this person may do with schedules."""
    user = person(request)
    return {"may_run": user.has_role(Role.TRAINER), "may_change": user.has_role(Role.ADMIN)}


def _act(request: HttpRequest, schedule_id: UUID, do: Callable[[Schedule, Actor], Any], said: str) -> HttpResponse:
    schedule = get_object_or_404(Schedule, uuid=schedule_id)
    try:
        do(schedule, Actor(person(request)))
    except Refusal as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said.replace("{name}", schedule.name))
    return go_back(request, schedule.get_absolute_url())
