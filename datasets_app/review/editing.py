"""The pages of one version: what it says and what changed in it, and the form that edits it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from afsweb.core.models import Role
from afsweb.pages import render_page
from afsweb.permissions import allow, person
from datasets_app.models import SampleVersion, Text
from datasets_app.quality.verifying import domain_code
from datasets_app.review.cards import Card
from datasets_app.review.checking import check, typed_version
from datasets_app.review.diff import differences
from datasets_app.review.edit import edit
from datasets_app.review.errors import EditConflict, ReviewError
from datasets_app.review.evidence import Evidence, findings_of
from datasets_app.review.forms import EditForm
from datasets_app.review.leases import claim_one
from datasets_app.review.parts import parts_of
from datasets_app.review.views import queue_of


def get_version(version_id: UUID) -> SampleVersion:
    """The version with its sample, parent and author, or 404."""
    rows = SampleVersion.objects.select_related("sample__domain", "parent", "author").defer("search", "parent__search")
    return get_object_or_404(rows, uuid=version_id)


@require_GET
@allow(Role.VIEWER)
def show_sample_version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """What the version says; for an edit, side by side with the text it came from."""
    version = get_version(version_id)
    card = Card(version.sample, version)
    others = version.sample.versions.order_by("number").values("uuid", "number", "created_at", "author__username")
    context = {
        "version": version,
        "card": card,
        "others": others,
        "differences": differences(version.parent.text(), version.text()) if version.parent else None,
    }
    return render_page(request, "datasets/review_version.html", context)


@require_GET
@allow(Role.REVIEWER)
def edit_sample_version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """The form that edits a text."""
    version = get_version(version_id)
    claim_one(version.sample, person(request))
    return render_page(request, "datasets/review_edit.html", edit_context(request, version, EditForm(version)))


@require_POST
@allow(Role.REVIEWER)
def check_sample_version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """The form again with what the verifier says of the text in it, or with htmx that alone. Nothing is saved."""
    version = get_version(version_id)
    form = EditForm(version, request.POST)
    context = edit_context(request, version, form) | {"checked": "typed"}
    if form.is_valid():
        context |= _check_typed(version, form.text())
    else:
        context |= {"refusal": " ".join(str(error) for errors in form.errors.values() for error in errors)}
    status = 422 if "refusal" in context else 200
    return render_page(request, "datasets/review_edit.html", context, partial="check", status=status)


def _check_typed(version: SampleVersion, text: Text) -> dict[str, Any]:
    """What is to be seen of an unsaved text: the verdict, what it changes, and itself, highlighted."""
    shown: dict[str, Any] = {"evidence": [], "findings": []}
    try:
        verdict = check(version, text)
        shown = {"evidence": [Evidence(verdict)], "findings": findings_of([verdict])}
    except ReviewError as error:
        shown["refusal"] = str(error)
    parts = parts_of(typed_version(version, text), shown["findings"], version.sample.domain.slug)
    return shown | {"parts": parts, "changed": differences(version.text(), text)}


@require_POST
@allow(Role.REVIEWER)
def save_sample_version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Save an edited text as a new version, and go back to its sample. A conflict shows both texts, and the form."""
    version, queue = get_version(version_id), queue_of(request)
    form = EditForm(version, request.POST)
    try:
        if form.is_valid():
            edit(person(request), version, form.text())
            messages.success(request, "Saved as a new version; now decide on it.")
            return redirect(f"{reverse('review')}?{queue.query(sample=version.sample.uuid)}")
    except EditConflict as error:
        return _show_conflict(request, version, form, str(error))
    except ReviewError as error:
        form.add_error(None, str(error))
    return render_page(request, "datasets/review_edit.html", edit_context(request, version, form), status=422)


def edit_context(request: HttpRequest, version: SampleVersion, form: EditForm) -> dict[str, Any]:
    """What the form's page needs; the evidence is that on the saved text."""
    card = Card(version.sample, version)
    return {
        "version": version,
        "form": form,
        "query": queue_of(request).query(),
        "has_verifier": domain_code(version.sample.domain) is not None,
        "evidence": card.evidence,
        "findings": card.findings,
    }


def _show_conflict(request: HttpRequest, version: SampleVersion, form: EditForm, message: str) -> HttpResponse:
    """The form again, now on top of the newest text, with what the other person changed beside it."""
    theirs = version.sample.current
    assert theirs is not None
    context = edit_context(request, theirs, EditForm(theirs, request.POST)) | {
        "conflict": message,
        "theirs": differences(version.text(), theirs.text()),
        "yours": differences(version.text(), form.text()),
    }
    return render_page(request, "datasets/review_edit.html", context, status=409)
