"""The pages of the machines that do jobs."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from afsweb.core.history import history_of
from afsweb.core.jobs.actions import Actor
from afsweb.core.jobs.hosts import change_state, with_silence
from afsweb.core.jobs.listing import JobFilter, finished, running, waiting
from afsweb.core.models import Host, HostState, Job, JobState, Role
from afsweb.core.views.jobs import person
from afsweb.pages import render_page
from afsweb.permissions import allow


@require_GET
@allow(Role.VIEWER)
def list_hosts(request: HttpRequest) -> HttpResponse:
    """Every machine that ever took jobs: does it live, what does it take, what does it do now."""
    current: dict[int, list[Job]] = {}
    for job in Job.objects.filter(state=JobState.LEASED).order_by("started_at"):
        current.setdefault(job.host_id or 0, []).append(job)
    hosts = [(host, current.get(host.pk, [])) for host in with_silence(Host.objects.order_by("name"))]
    return render_page(request, "core/hosts.html", {"hosts": hosts, "version": settings.VERSION}, partial="live")


@require_GET
@allow(Role.VIEWER)
def show_host(request: HttpRequest, host_id: UUID) -> HttpResponse:
    """One machine."""
    host = get_object_or_404(with_silence(Host.objects.all()), uuid=host_id)
    narrow = JobFilter(host=host.name)
    context = {
        "host": host,
        "running": running(narrow),
        "waiting": waiting(narrow),
        "page": finished(narrow, request.GET.get("before", "")),
        "history": history_of(host)[:20],
        "version": settings.VERSION,
        "may_drain": person(request).has_role(Role.ADMIN) and host.state != HostState.REVOKED,
    }
    return render_page(request, "core/host.html", context, partial="live")


@require_POST
@allow(Role.ADMIN)
def drain_host(request: HttpRequest, host_id: UUID) -> HttpResponse:
    """Let the machine take no more jobs; what runs goes on."""
    host = get_object_or_404(Host, uuid=host_id)
    change_state(host, HostState.DRAINING, Actor(person(request)))
    messages.success(request, f"{host} takes no more jobs; what runs on it goes on.")
    return redirect(host)


@require_POST
@allow(Role.ADMIN)
def activate_host(request: HttpRequest, host_id: UUID) -> HttpResponse:
    """Let the machine take jobs again."""
    host = get_object_or_404(Host, uuid=host_id)
    change_state(host, HostState.ACTIVE, Actor(person(request)))
    messages.success(request, f"{host} takes jobs.")
    return redirect(host)
