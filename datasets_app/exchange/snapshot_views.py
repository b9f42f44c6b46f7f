"""The pages of snapshots: building, showing and exporting them, and doing away with them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.core.history import history_of
from afsweb.core.jobs.listing import with_times
from afsweb.core.models import Job, JobState, Role
from afsweb.core.uses import uses_of
from afsweb.pages import act, keyset_page, render_page
from afsweb.permissions import allow, person
from datasets_app.errors import DatasetError
from datasets_app.exchange.downloads import attachment
from datasets_app.exchange.errors import NotReady
from datasets_app.exchange.exporting import export, file_name, first_entries, joined
from datasets_app.exchange.formats import WRITTEN
from datasets_app.exchange.formats.chat import CHAT
from datasets_app.exchange.forms import SnapshotForm
from datasets_app.exchange.snapshots import delete_snapshot, set_archived, start_snapshot
from datasets_app.models import Domain, Sample, SampleState, Snapshot, Source, Split


@require_GET
@allow(Role.VIEWER)
def list_snapshots(request: HttpRequest) -> HttpResponse:
    """The snapshots, newest first; archived ones only when asked for."""
    snapshots = Snapshot.objects.select_related("domain")
    archived = request.GET.get("archived") == "yes"
    page = keyset_page(snapshots.filter(is_archived=archived), request)
    may_act = person(request).has_role(Role.TRAINER)
    return render_page(request, "datasets/snapshots.html", {"page": page, "archived": archived, "may_act": may_act})


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def build_snapshot(request: HttpRequest) -> HttpResponseBase:
    """The form that builds a snapshot."""
    form = SnapshotForm(request.POST or None, initial={"domain": request.GET.get("domain")})
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(start_snapshot(form.plan(), by=person(request)))
        except DatasetError as error:
            form.add_error(None, str(error))
    context = {"form": form, "accepted": count_accepted()}
    return render_page(request, "datasets/snapshot_build.html", context)


@require_GET
@allow(Role.VIEWER)
def show_snapshot(request: HttpRequest, snapshot_id: UUID) -> HttpResponse:
    """One snapshot: what is in it, how it was chosen and divided, its first lines, its exports."""
    snapshot = get_snapshot(snapshot_id)
    context = {
        "snapshot": snapshot,
        "jobs": with_times(unfinished_jobs(snapshot)),
        "sources": Source.objects.filter(pk__in=snapshot.query.get("source_ids", ())),
        "samples": first_entries(snapshot),
        "share": snapshot.validation_count / snapshot.count if snapshot.count else None,
        "formats": WRITTEN.values(),
        "exports": snapshot.exports.select_related("artifact", "job").order_by("-pk")[:5],
        "uses": uses_of(snapshot),
        "history": history_of(snapshot)[:20],
        "may_act": person(request).has_role(Role.TRAINER),
        "here": request.path,
    }
    return render_page(request, "datasets/snapshot.html", context)


@require_GET
@allow(Role.VIEWER)
def export_snapshot(request: HttpRequest, snapshot_id: UUID) -> HttpResponseBase:
    """A snapshot as one file: `?form=` is the format, `?split=train`, `validation` or none for both."""
    snapshot = get_snapshot(snapshot_id)
    form, split = WRITTEN.get(request.GET.get("form", CHAT.key)), request.GET.get("split", "")
    if form is None or form.is_folder or split not in ("", *Split.values):
        raise Http404("There is no such form or split.")
    try:
        pieces = export(snapshot, form, Split(split) if split else None)
    except NotReady as error:
        messages.error(request, str(error))
        return redirect(snapshot)
    return attachment(joined(pieces), file_name(snapshot.name, form, split), form.media_type)


@require_POST
@allow(Role.TRAINER)
def archive(request: HttpRequest, snapshot_id: UUID) -> HttpResponse:
    """Put a snapshot into the archive."""
    return act(request, get_snapshot(snapshot_id), lambda row, by: set_archived(row, True, by=by), "Archived.")


@require_POST
@allow(Role.TRAINER)
def restore(request: HttpRequest, snapshot_id: UUID) -> HttpResponse:
    """Take a snapshot out of the archive."""
    return act(request, get_snapshot(snapshot_id), lambda row, by: set_archived(row, False, by=by), "Restored.")


@require_POST
@allow(Role.TRAINER)
def delete(request: HttpRequest, snapshot_id: UUID) -> HttpResponse:
    """Delete a snapshot that nothing trained on."""
    snapshot = get_snapshot(snapshot_id)
    try:
        delete_snapshot(snapshot, by=person(request))
    except DatasetError as error:
        messages.error(request, str(error))
        return redirect(snapshot)
    messages.success(request, f"“{snapshot.name}” was deleted.")
    return redirect("list_snapshots")


def get_snapshot(snapshot_id: UUID) -> Snapshot:
    """The snapshot of that id with what its page shows; 404 otherwise."""
    related = ("domain", "artifact", "job", "created_by")
    return get_object_or_404(Snapshot.objects.select_related(*related), uuid=snapshot_id)


def unfinished_jobs(snapshot: Snapshot) -> QuerySet[Job]:
    """The jobs about this snapshot that have not ended."""
    return Job.objects.filter(about_uuid=snapshot.uuid).exclude(state__in=JobState.final()).order_by("created_at")[:5]


def count_accepted() -> list[tuple[Domain, int]]:
    """How many samples each domain could give, the most first."""
    counts = dict(
        Sample.objects.filter(state=SampleState.ACCEPTED).values_list("domain").annotate(Count("pk")).order_by()
    )
    return [(domain, counts[domain.pk]) for domain in Domain.objects.filter(pk__in=counts).order_by("slug")]
