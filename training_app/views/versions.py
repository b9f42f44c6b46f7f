"""Model versions and experts: what was trained, from what, and what it answers."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from afsweb.core.models import Role
from afsweb.pages import act, keyset_page, render_page
from afsweb.permissions import allow, person
from training_app.asking import ask_version, questions_to
from training_app.errors import TrainingError
from training_app.forms import QuestionForm
from training_app.models import ModelVersion
from training_app.registry.versions import set_version_archived
from training_app.rows import expert_rows, promotions_of, version_rows


def get_version(version_id: UUID) -> ModelVersion:
    """The version with its lineage in one query."""
    return get_object_or_404(version_rows(), uuid=version_id)


@require_GET
@allow(Role.VIEWER)
def list_versions(request: HttpRequest) -> HttpResponse:
    """The model versions, newest first, and the experts they serve."""
    versions = version_rows().filter(is_archived=False)
    context = {"page": keyset_page(versions, request), "experts": expert_rows()}
    return render_page(request, "training/versions.html", context)


@require_GET
@allow(Role.VIEWER)
def show_version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """One version: where it came from, its evaluations, and a question of your own."""
    version = get_version(version_id)
    questions = questions_to(version)
    context = {
        "version": version,
        "questions": questions,
        "is_waiting": any(not question.is_final for question in questions),
        "form": QuestionForm(),
    }
    return render_page(request, "training/version.html", context, partial="questions")


@require_POST
@allow(Role.REVIEWER)
def ask(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Put a question to the version; the answer appears on its page."""
    version = get_version(version_id)
    try:
        ask_version(version, request.POST.get("question", ""), by=person(request))
    except TrainingError as error:
        messages.error(request, str(error))
    return redirect(version)


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
