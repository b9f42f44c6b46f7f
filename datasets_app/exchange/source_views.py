"""The pages of sources: where samples came from, what was rejected and why, and what to do with all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.core.history import history_of
from afsweb.core.jobs.listing import with_times
from afsweb.core.jobs.text import storable
from afsweb.core.models import Job, JobState, Role
from afsweb.pages import keyset_page, render_page
from afsweb.permissions import allow, person
from afsweb.uploads import lacked_room, was_oversized
from datasets_app.errors import DatasetError
from datasets_app.exchange.formats import FORMATS
from datasets_app.exchange.forms import ContinueForm, ImportForm
from datasets_app.exchange.mapping import ColumnMapping
from datasets_app.exchange.rejects import group_rejects
from datasets_app.exchange.sources import (
    archive_source,
    count_samples,
    dependents_of,
    import_again,
    restore_source,
    start_import,
    undo_source,
)
from datasets_app.exchange.uploads import save_upload
from datasets_app.models import Domain, Source, SourceState
from datasets_app.quality.examine import examine
from datasets_app.quality.gate import count_decisions, let_gate_decide


@require_GET
@allow(Role.VIEWER)
def list_sources(request: HttpRequest) -> HttpResponse:
    """The sources, newest first; `?state=` and `?domain=` narrow them."""
    sources = Source.objects.select_related("domain", "created_by")
    state, domain = (storable(request.GET.get(name, "")) for name in ("state", "domain"))
    sources = sources.filter(state=state) if state else sources
    sources = sources.filter(domain__slug=domain) if domain else sources
    context = {
        "page": keyset_page(sources, request),
        "states": SourceState.choices,
        "domains": Domain.objects.all(),
        "state": state,
        "domain": domain,
        "may_act": person(request).has_role(Role.TRAINER),
    }
    return render_page(request, "datasets/sources.html", context)


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def import_source(request: HttpRequest) -> HttpResponseBase:
    """The form that uploads a file and starts its import."""
    limit = settings.UPLOAD_LIMIT_BYTES
    if request.method == "GET":
        form = ImportForm(limit=limit, initial={"domain": request.GET.get("domain")})
        return render_page(request, "datasets/source_import.html", {"form": form, "formats": FORMATS.values()})
    told, files = request.POST, request.FILES
    form = ImportForm(told, files, limit=limit, oversized=was_oversized(request), no_room=lacked_room(request))
    if form.is_valid():
        try:
            file = form.cleaned_data["file"]
            source = start_import(form.wish(), save_upload(file.chunks(), file.name), by=person(request))
            return redirect("map_columns", source.uuid) if source.state == SourceState.UNMAPPED else redirect(source)
        except DatasetError as error:
            form.add_error("file", str(error))
    return render_page(request, "datasets/source_import.html", {"form": form, "formats": FORMATS.values()})


@require_GET
@allow(Role.VIEWER)
def show_source(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """One source: what came of it, what was rejected and why, what hangs on it, what can be done."""
    source = get_source(source_id)
    gate = count_decisions(source) if source.state == SourceState.ACTIVE else None
    context = {
        "source": source,
        "jobs": with_times(open_jobs(source)),
        "reasons": group_rejects(source) if source.rejected else [],
        "ignored": source.job.result.get("ignored") if source.job else None,
        "mapping": ColumnMapping.from_json(source.mapping),
        "continue_form": ContinueForm() if source.state == SourceState.ACTIVE and source.rejected else None,
        "good_lines": source.lines - source.rejected,
        "counts": count_samples(source),
        "gate": gate if gate and gate.open else None,
        "dependents": dependents_of(source),
        "history": history_of(source)[:20],
        "may_act": person(request).has_role(Role.TRAINER),
        "here": request.path,
    }
    return render_page(request, "datasets/source.html", context)


@require_POST
@allow(Role.TRAINER)
def import_good_lines(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Read the file of a failed import again, and take its good lines."""
    return act(request, source_id, lambda source: import_again(source, keep_good_lines=True, by=person(request)))


@require_POST
@allow(Role.TRAINER)
def retry_import(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Start an import again that was stopped or broke off, as it was asked for."""

    def again(source: Source) -> None:
        import_again(source, keep_good_lines=source.keep_good_lines, by=person(request))

    return act(request, source_id, again)


@require_POST
@allow(Role.TRAINER)
def undo_import(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Delete all samples of a source."""
    done = "Undone. Samples deleted: {count:,}."
    return act(request, source_id, lambda source: undo_source(source, by=person(request)), done)


@require_POST
@allow(Role.TRAINER)
def archive(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Archive a source with all its samples."""
    done = "Archived. Samples put aside: {count:,}."
    return act(request, source_id, lambda source: archive_source(source, by=person(request)), done)


@require_POST
@allow(Role.TRAINER)
def restore(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Bring an archived source back."""
    done = "Restored. Samples that wait for review again: {count:,}."
    return act(request, source_id, lambda source: restore_source(source, by=person(request)), done)


@require_POST
@allow(Role.TRAINER)
def let_gate(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Let the gate decide what nobody has decided."""
    reject = request.POST.get("reject") == "on"
    return act(request, source_id, lambda source: let_gate_decide(source, by=person(request), reject=reject))


@require_POST
@allow(Role.TRAINER)
def examine_again(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Examine all samples of a source anew."""
    return act(request, source_id, lambda source: examine(source, person(request), again=True))


def act(request: HttpRequest, source_id: UUID, action: Callable[[Source], Any], done: str = "") -> HttpResponse:
    """Do something with a source and show its page, with what came of it or what stood in the way."""
    source = get_source(source_id)
    try:
        count = action(source)
        if done:
            messages.success(request, done.format(count=count))
    except DatasetError as error:
        messages.error(request, str(error))
    return redirect(source)


def get_source(source_id: UUID) -> Source:
    """The source of that id with what its page shows; 404 otherwise."""
    return get_object_or_404(Source.objects.select_related("domain", "job", "created_by", "campaign"), uuid=source_id)


def open_jobs(source: Source) -> QuerySet[Job]:
    """The jobs about this source that have not ended."""
    return Job.objects.filter(about_uuid=source.uuid).exclude(state__in=JobState.final()).order_by("created_at")[:5]
