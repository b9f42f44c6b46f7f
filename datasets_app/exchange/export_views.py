"""The pages of exports: choosing a format for the samples of a query, watching the job, downloading the files."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.core.artifacts import artifact_path
from afsweb.core.history import history_of
from afsweb.core.jobs.listing import with_times
from afsweb.core.models import Job, Role
from afsweb.pages import keyset_page, render_page
from afsweb.permissions import allow, person
from afsweb.storage.errors import StorageError
from datasets_app.errors import DatasetError
from datasets_app.exchange.deleting import delete_export
from datasets_app.exchange.downloads import attachment, pieces_of, zipped
from datasets_app.exchange.exporting import file_name
from datasets_app.exchange.exports import asked_for, refuse_secrets, start_export
from datasets_app.exchange.formats import WRITTEN, find_format
from datasets_app.models import Export
from datasets_app.search.filters import SampleFilter
from datasets_app.secrets.guard import count_held
from datasets_app.snapshots.views import get_snapshot

COUNTED = 10_000


@require_GET
@allow(Role.VIEWER)
def list_exports(request: HttpRequest) -> HttpResponse:
    """The exports, newest first."""
    exports = Export.objects.select_related("artifact", "job", "created_by", "snapshot")
    page = keyset_page(exports, request)
    rows = [(export, find_format(export.format)) for export in page.rows]
    return render_page(request, "datasets/exports.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def export_samples(request: HttpRequest) -> HttpResponseBase:
    """The samples that the address asks for, as the list of samples takes it, in a format to choose."""
    query = query_of(request)
    if request.method == "POST":
        try:
            form = find_format(request.POST.get("format", ""))
            name = request.POST.get("name", "").replace("\0", "").strip() or "samples"
            return redirect(start_export(name, form, query=query, by=person(request)))
        except DatasetError as error:
            messages.error(request, str(error))
    found = asked_for(query)[: COUNTED + 1].count()
    context = {
        "query": query,
        "address": request.GET.urlencode(),
        "count": min(found, COUNTED),
        "more": found > COUNTED,
        "held": count_held(asked_for(query)),
        "formats": WRITTEN.values(),
        "name": name_of(query),
    }
    return render_page(request, "datasets/export_samples.html", context)


def query_of(request: HttpRequest) -> dict[str, str]:
    """The filters in the address that mean something."""
    form = SampleFilter(request.GET)
    return {name: request.GET[name] for name in form.wanted()}


def name_of(query: dict[str, str]) -> str:
    """What an export of these samples may be called."""
    said = [value for name, value in sorted(query.items()) if name != "source"]
    return " ".join(["samples", *said])[:80]


@require_POST
@allow(Role.TRAINER)
def write_snapshot(request: HttpRequest, snapshot_id: UUID) -> HttpResponseBase:
    """Write a snapshot by a job, in a format of several files or any other."""
    snapshot = get_snapshot(snapshot_id)
    try:
        form = find_format(request.POST.get("format", ""))
        return redirect(start_export(snapshot.name, form, snapshot=snapshot, by=person(request)))
    except DatasetError as error:
        messages.error(request, str(error))
        return redirect(snapshot)


@require_GET
@allow(Role.VIEWER)
def show_export(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """One export: how far its job is, what came of it, its download."""
    export = get_export(export_id)
    context = {
        "export": export,
        "format": find_format(export.format),
        "jobs": with_times(Job.objects.filter(about_uuid=export.uuid, finished_at__isnull=True)),
        "files": export.artifact.manifest["files"] if export.artifact else [],
        "may_act": person(request).has_role(Role.TRAINER),
        "may_delete": person(request).has_role(Role.TRAINER) and export.may_delete(person(request)),
        "history": history_of(export)[:10],
        "here": request.path,
    }
    return render_page(request, "datasets/export.html", context)


@require_GET
@allow(Role.VIEWER)
def download_export(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    """The file of an export, or its files as a zip."""
    export = get_export(export_id)
    if export.artifact is None:
        messages.error(request, "It is not written yet. Wait for its job, or look at what became of it.")
        return redirect(export)
    try:
        refuse_secrets(export.query, export.snapshot)
        folder, form = artifact_path(export.artifact), find_format(export.format)
    except (StorageError, DatasetError) as error:
        messages.error(request, str(error))
        return redirect(export)
    name = file_name(export.name, form)
    if form.is_folder:
        return attachment(zipped(folder, slugify(export.name)[:80] or "export"), name, "application/zip")
    return attachment(pieces_of(next(folder.iterdir())), name, form.media_type)


@require_POST
@allow(Role.TRAINER)
def delete(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """Delete an export and its files: who made it and admins."""
    export = get_export(export_id)
    try:
        files_went = delete_export(export, by=person(request))
    except DatasetError as error:
        messages.error(request, str(error))
        return redirect(export)
    stay = "" if files_went else " Its files stay, for something else has the same."
    messages.success(request, f"“{export.name}” was deleted.{stay}")
    return redirect("list_exports")


def get_export(export_id: UUID) -> Export:
    """The export of that id with what its page shows; 404 otherwise."""
    return get_object_or_404(Export.objects.select_related("artifact", "job", "created_by", "snapshot"), uuid=export_id)
