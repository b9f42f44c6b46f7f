"""The line of trainings: look at it, change a run's place in it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from afsweb.core.jobs.actions import Actor, Move
from afsweb.core.jobs.errors import JobError
from afsweb.core.jobs.text import storable
from afsweb.core.models import Host, HostState, Role
from afsweb.pages import render_page
from afsweb.permissions import allow, person
from training_app.models import TrainingRun
from training_app.queue import changing
from training_app.queue.listing import read_line
from training_app.rows import run_rows

MOVES = ((Move.TOP, "First"), (Move.UP, "Up"), (Move.DOWN, "Down"))


@require_GET
@allow(Role.VIEWER)
def list_queue(request: HttpRequest) -> HttpResponse:
    """What trains, what waits in the order in which it is taken, what is paused."""
    hosts = Host.objects.filter(state=HostState.ACTIVE).order_by("name")
    context = {
        "line": read_line(),
        "hosts": list(hosts),
        "moved": request.GET.get("moved", ""),
        "to": request.GET.get("to", ""),
        "moves": MOVES,
    }
    return render_page(request, "training/queue.html", context, partial="live")


@require_POST
@allow(Role.TRAINER)
def move_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Up, down, or before all others; the same button has the focus again, for the next step."""
    wanted = request.POST.get("to", "")
    to = Move(wanted) if wanted in list(Move) else Move.TOP
    return _change(request, run_id, lambda run, actor: changing.move_run(run, to, actor), "has another place", to)


@require_POST
@allow(Role.TRAINER)
def prioritise_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Give a waiting run another priority."""
    value = request.POST.get("priority", "")
    return _change(
        request, run_id, lambda run, actor: changing.prioritise_run(run, value, actor), "has priority " + value
    )


@require_POST
@allow(Role.TRAINER)
def pin_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Let one host train it, or every one."""
    name = storable(request.POST.get("host", ""))
    host = get_object_or_404(Host, name=name, state=HostState.ACTIVE) if name else None
    done = f"waits for {host}" if host else "may run on every host"
    return _change(request, run_id, lambda run, actor: changing.pin_run(run, host, actor), done)


def _change(
    request: HttpRequest, run_id: UUID, do: Callable[[TrainingRun, Actor], None], done: str, to: str = ""
) -> HttpResponse:
    run = get_object_or_404(run_rows(), uuid=run_id)
    try:
        do(run, Actor(person(request)))
    except JobError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"“{run}” {done}.")
    return redirect(f"{reverse('list_queue')}?{urlencode({'moved': run.uuid, 'to': to})}")
