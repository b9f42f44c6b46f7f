"""The pages of the machines that do jobs."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.core.history import history_of
from afsweb.core.jobs.actions import Actor
from afsweb.core.jobs.attendance import attendance
from afsweb.core.jobs.hosts import change_state, with_silence
from afsweb.core.jobs.listing import JobFilter, finished, running, waiting
from afsweb.core.joining.errors import BellUserStays, JoiningError
from afsweb.core.joining.forms import InviteForm
from afsweb.core.joining.invites import invite, open_invites
from afsweb.core.joining.join import revoke
from afsweb.core.models import Host, HostState, Job, JobState, Role
from afsweb.core.versions import version_of_database, why_no_jobs
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
    version = version_of_database()
    hosts = list(with_silence(known_hosts(request)))
    workers = attendance([host.name for host in hosts])
    rows = [(host, workers.get(host.name, []), current.get(host.pk, []), why_no_jobs(host, version)) for host in hosts]
    invited = open_invites().order_by("pk") if person(request).has_role(Role.ADMIN) else []
    return render_page(request, "core/hosts.html", {"hosts": rows, "invites": invited}, partial="live")


def known_hosts(request: HttpRequest) -> QuerySet[Host]:
    """The machines, those that were revoked only when the address asks for them."""
    hosts = Host.objects.order_by("name")
    return hosts if request.GET.get("revoked") else hosts.exclude(state=HostState.REVOKED)


@require_http_methods(["GET", "POST"])
@never_cache
@allow(Role.ADMIN)
def invite_host(request: HttpRequest) -> HttpResponse:
    """A form that invites a machine; its answer shows the token, once."""
    form = InviteForm(request.POST or None, initial={"name": request.GET.get("name", "")})
    if request.method == "POST" and form.is_valid():
        try:
            token = invite(form.cleaned_data["name"], Actor(person(request)), may_use_keys=form.cleaned_data["keys"])
        except JoiningError as error:
            form.add_error("name", str(error))
        else:
            context = {
                "name": form.cleaned_data["name"],
                "token": token,
                "hub": request.build_absolute_uri("/").rstrip("/"),
            }
            return render_page(request, "core/host_invited.html", context)
    return render_page(request, "core/host_invite.html", {"form": form})


@require_GET
@allow(Role.VIEWER)
def show_host(request: HttpRequest, host_id: UUID) -> HttpResponse:
    """One machine."""
    host = get_object_or_404(with_silence(Host.objects.all()), uuid=host_id)
    narrow = JobFilter(host=host.name)
    context = {
        "host": host,
        "workers": attendance([host.name]).get(host.name, []),
        "running": running(narrow),
        "waiting": waiting(narrow),
        "page": finished(narrow, request.GET.get("before", "")),
        "history": history_of(host)[:20],
        "why_no_jobs": why_no_jobs(host, version_of_database()),
        "is_admin": person(request).has_role(Role.ADMIN),
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


@require_POST
@allow(Role.ADMIN)
def revoke_host(request: HttpRequest, host_id: UUID) -> HttpResponse:
    """Shut the machine out: its role, its sessions, its Valkey user and its token are gone, its jobs given back."""
    host = get_object_or_404(Host, uuid=host_id)
    try:
        jobs = revoke(host, Actor(person(request)))
        messages.success(request, f"{host} is shut out. Jobs given back to the line: {jobs}.")
    except BellUserStays as error:
        messages.error(request, str(error))
    return redirect(host)
