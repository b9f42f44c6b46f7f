"""Model versions and experts: what was trained, from what, and what it answers."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.core.history import history_of
from afsweb.core.models import Role
from afsweb.pages import act, keyset_page, render_page
from afsweb.permissions import allow, person
from training_app.chatting import conversation, is_waiting
from training_app.forms import QuestionForm
from training_app.models import ModelVersion
from training_app.registry.editing import form_for, save_version
from training_app.registry.record import record_of
from training_app.registry.versions import set_version_archived
from training_app.rows import expert_rows, merges_of, parts_of, promotions_of, version_rows


def get_version(version_id: UUID) -> ModelVersion:
    """The version with its lineage in one query."""
    return get_object_or_404(version_rows(), uuid=version_id)


@require_GET
@allow(Role.VIEWER)
def list_versions(request: HttpRequest) -> HttpResponse:
    """The model versions, newest first, and the experts they serve."""
    versions = version_rows().filter(is_archived=False).prefetch_related("current_for")
    context = {"page": keyset_page(versions, request), "experts": expert_rows()}
    return render_page(request, "training/versions.html", context)


@require_GET
@allow(Role.VIEWER)
def show_version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """One version: its evaluations, its record, where it came from and what came of it; a conversation of your own."""
    version = get_version(version_id)
    turns = conversation(version, person(request))
    context = {"version": version, "turns": turns, "is_waiting": is_waiting(turns), "form": QuestionForm()}
    if request.GET.get("only") == "chat":
        return render_page(request, "training/version.html#chat", context)
    context |= {
        "record": record_of(version),
        "parts": parts_of(version),
        "merges": merges_of(version),
        "experts": version.current_for.all(),
        "history": history_of(version)[:10],
    }
    return render_page(request, "training/version.html", context)


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def edit_version(request: HttpRequest, version_id: UUID) -> HttpResponseBase:
    """What people say about a version: its status, how it is asked, what is known of it."""
    version = get_version(version_id)
    form = form_for(version, request.POST or None)
    if request.method == "POST" and form.is_valid():
        save_version(form, by=person(request))
        messages.success(request, f"“{version}” is saved.")
        return redirect(version)
    return render_page(request, "training/edit_version.html", {"version": version, "form": form})


@require_POST
@allow(Role.TRAINER)
def archive_version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Take a version out of the lists, or bring it back. Refused while it is an expert's current one."""
    version = get_version(version_id)
    archived = not version.is_archived
    said = f"“{version}” is {'archived' if archived else 'restored'}."
    return act(request, version, lambda row, by: set_version_archived(row, archived, by=by), said)


@require_GET
@allow(Role.VIEWER)
def show_expert(request: HttpRequest, expert_id: UUID) -> HttpResponse:
    """One expert: its current version and how it came to it."""
    expert = get_object_or_404(expert_rows(), uuid=expert_id)
    return render_page(request, "training/expert.html", {"expert": expert, "promotions": promotions_of(expert)})
