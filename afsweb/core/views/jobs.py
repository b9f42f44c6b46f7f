"""The pages and actions of jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from afsweb.core.history import history_of
from afsweb.core.jobs import actions
from afsweb.core.jobs.actions import Actor, Move
from afsweb.core.jobs.errors import JobError
from afsweb.core.jobs.listing import JobFilter, choices, finished, running, waiting, with_times
from afsweb.core.jobs.text import storable
from afsweb.core.models import Host, HostState, Job, JobLog, JobState, Role, User
from afsweb.pages import render_page
from afsweb.permissions import allow

LOG_LINES = 200


@require_GET
@allow(Role.VIEWER)
def list_jobs(request: HttpRequest) -> HttpResponse:
    """What runs, what waits in which order, what is over."""
    narrow = JobFilter.of(request.GET.dict())
    context = {
        "narrow": narrow,
        "choices": choices(),
        "running": running(narrow),
        "waiting": waiting(narrow),
        "page": finished(narrow, request.GET.get("before", "")),
        "may_act": may_act(request),
    }
    return render_page(request, "core/jobs.html", context, partial="live")


@require_GET
@allow(Role.VIEWER)
def show_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """One job: how it is, what it said, what can be done."""
    job = get_job(job_id)
    context = {
        "job": job,
        "log": list(reversed(JobLog.objects.filter(job=job).order_by("-pk")[:LOG_LINES])),
        "log_lines": LOG_LINES,
        "history": history_of(job)[:20],
        "hosts": Host.objects.exclude(state=HostState.REVOKED).order_by("name"),
        "version": settings.VERSION,
        "may_act": may_act(request),
    }
    return refresh_when_over(request, job, render_page(request, "core/job.html", context, partial="live"))


@require_GET
@allow(Role.VIEWER)
def show_job_progress(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The part that other pages place by hx-get: it polls itself and refreshes its page when the job is over."""
    job = get_job(job_id)
    htmx: Any = getattr(request, "htmx", None)
    here = (htmx.current_url_abs_path if htmx else None) or job.get_absolute_url()
    context = {"job": job, "may_act": may_act(request), "here": here}
    return refresh_when_over(request, job, render_page(request, "core/_job_progress.html", context))


@require_POST
@allow(Role.TRAINER)
def cancel_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Cancel a waiting job, ask a running one to stop."""
    waits = get_job(job_id).state == JobState.QUEUED
    return act(request, job_id, actions.cancel, "“{title}” is cancelled." if waits else "“{title}” is asked to stop.")


@require_POST
@allow(Role.TRAINER)
def retry_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Put a failed or cancelled job in the line again."""
    return act(request, job_id, actions.retry, "“{title}” is in the line again.")


@require_POST
@allow(Role.TRAINER)
def move_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Change a waiting job's place in the line."""
    wanted = request.POST.get("to", "")
    to = Move(wanted) if wanted in list(Move) else Move.TOP
    return act(request, job_id, lambda job, actor: actions.move(job, to, actor), "“{title}” has another place.")


@require_POST
@allow(Role.TRAINER)
def prioritise_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Give a waiting job another priority."""
    value = request.POST.get("priority", "")
    return act(
        request, job_id, lambda job, actor: actions.prioritise(job, value, actor), "“{title}” has another priority."
    )


@require_POST
@allow(Role.TRAINER)
def pin_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Let only one host do a waiting job, or every host."""
    name = storable(request.POST.get("host", ""))
    host = get_object_or_404(Host, name=name) if name else None
    done = f"“{{title}}” waits for {host}." if host else "“{title}” may run on every host."
    return act(request, job_id, lambda job, actor: actions.pin(job, host, actor), done)


def act(request: HttpRequest, job_id: UUID, action: Callable[[Job, Actor], None], done: str) -> HttpResponse:
    """Do it, say so or say why not, and go back to where the person was."""
    job = get_job(job_id)
    try:
        action(job, Actor(person(request)))
    except JobError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done.replace("{title}", job.title))
    return go_back(request, job.get_absolute_url())


def go_back(request: HttpRequest, otherwise: str) -> HttpResponse:
    """To the page of ours that the form came from."""
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if back and is_ours else otherwise)


def refresh_when_over(request: HttpRequest, job: Job, response: HttpResponse) -> HttpResponse:
    """Where the page watched the job come to its end, have htmx load the page anew: it has the result now."""
    if getattr(request, "htmx", None) and "live" in request.GET and job.is_final:
        response["HX-Refresh"] = "true"
    return response


def get_job(job_id: UUID) -> Job:
    """The job, with its times; every person with a role may see every job."""
    return get_object_or_404(all_jobs(), pk=job_id)


def all_jobs() -> QuerySet[Job]:
    return with_times(Job.objects.all())


def may_act(request: HttpRequest) -> bool:
    """Whether this person may stop, retry and reorder jobs."""
    return person(request).has_role(Role.TRAINER)


def person(request: HttpRequest) -> User:
    """Who asks; the views here are for people who are logged in."""
    assert isinstance(request.user, User)
    return request.user
