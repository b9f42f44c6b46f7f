"""The pages of artifacts: which file sets are stored, how big, what uses them, where they lie."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from afsweb.charts import chart_response, chart_theme, with_chart
from afsweb.core.artifacts.chart import size_figure
from afsweb.core.artifacts.jobs import start_collect, start_fetch, start_verify
from afsweb.core.artifacts.quota import read_quota
from afsweb.core.jobs.listing import with_times
from afsweb.core.models import Artifact, ArtifactCopy, ArtifactKind, Host, HostState, Job, Role, Shelf
from afsweb.core.uses import count_uses, unused, uses_of
from afsweb.pages import keyset_page, render_page
from afsweb.permissions import allow, person

SHOWN_FILES = 200
COPIES = Prefetch("copies", ArtifactCopy.objects.select_related("host").order_by("host__name"))


@require_GET
@allow(Role.VIEWER)
@with_chart
def list_artifacts(request: HttpRequest) -> HttpResponse:
    """The stored file sets, newest first; `?kind=` narrows them, and so does `?unused=1`."""
    kind, only_unused = request.GET.get("kind", ""), request.GET.get("unused", "") == "1"
    artifacts = unused(Artifact) if only_unused else Artifact.objects.all()
    if kind in ArtifactKind.values:
        artifacts = artifacts.filter(kind=kind)
    shown = Artifact.objects.select_related("created_by_job").prefetch_related(COPIES).defer("manifest")
    page = keyset_page(artifacts.defer("manifest"), request, shown=shown)
    uses = count_uses(page.rows)
    context = {
        "page": page,
        "rows": [(artifact, uses.get(artifact.pk, 0)) for artifact in page.rows],
        "kinds": ArtifactKind.choices,
        "kind": kind,
        "unused": only_unused,
        "quota": read_quota(),
        "shelves": Shelf.objects.all(),
        "may_collect": person(request).has_role(Role.ADMIN),
    }
    return render_page(request, "core/artifacts.html", context)


@require_GET
@allow(Role.VIEWER)
def draw_sizes(request: HttpRequest) -> HttpResponse:
    """The chart of how much of each kind is stored."""
    return chart_response(size_figure(Shelf.objects.all(), chart_theme(request)))


@require_GET
@allow(Role.VIEWER)
def show_artifact(request: HttpRequest, artifact_id: UUID) -> HttpResponse:
    """One file set: its files with their hashes, what uses it, which machines have it."""
    artifact = get_object_or_404(
        Artifact.objects.select_related("created_by_job").prefetch_related(COPIES), uuid=artifact_id
    )
    context = {
        "artifact": artifact,
        "files": artifact.manifest["files"][:SHOWN_FILES],
        "uses": uses_of(artifact),
        "jobs": with_times(Job.objects.filter(about_uuid=artifact.uuid, finished_at__isnull=True)),
        "lacking": Host.objects.filter(state=HostState.ACTIVE).exclude(copies__artifact=artifact).order_by("name"),
        "may_act": person(request).has_role(Role.TRAINER),
        "here": request.path,
    }
    return render_page(request, "core/artifact.html", context)


@require_POST
@allow(Role.TRAINER)
def verify_artifact(request: HttpRequest, artifact_id: UUID) -> HttpResponse:
    """Have the machines that have the files read them again."""
    artifact = get_object_or_404(Artifact, uuid=artifact_id)
    jobs = start_verify(artifact, by=person(request))
    messages.success(request, f"Its files are read again: {', '.join(job.title for job in jobs)}.")
    return redirect(artifact)


@require_POST
@allow(Role.TRAINER)
def fetch_artifact(request: HttpRequest, artifact_id: UUID) -> HttpResponse:
    """Have a machine fetch the files, before a job there needs them."""
    artifact = get_object_or_404(Artifact, uuid=artifact_id)
    host = Host.objects.filter(name=request.POST.get("host", "")[:100].replace("\0", "")).first()
    if host is None:
        messages.error(request, "There is no such machine. Choose one of the list.")
    else:
        start_fetch(artifact, host, by=person(request))
        messages.success(request, f"{host} fetches it.")
    return redirect(artifact)


@require_POST
@allow(Role.ADMIN)
def collect_artifacts(request: HttpRequest) -> HttpResponse:
    """Remove what nothing uses, as the rules of each kind say."""
    job = start_collect(by=person(request))
    messages.success(request, "What nothing uses and no rule keeps is removed now.")
    return redirect(job)
