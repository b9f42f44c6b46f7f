"""Comments as plain forms: they go back to the page that had the form. A refused text is shown again, never lost."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from afsweb.core.models import Role
from afsweb.pages import render_page
from afsweb.permissions import allow, person
from datasets_app.comments.forms import CommentForm, TextForm
from datasets_app.comments.places import texts_of
from datasets_app.comments.writing import answer, delete, rewrite, settle, write
from datasets_app.models import Comment, SampleVersion
from datasets_app.review.errors import ReviewError
from datasets_app.review.views import queue_of


@require_POST
@allow(Role.REVIEWER)
def add_comment(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Comment on one version of a sample."""
    rows = SampleVersion.objects.select_related("sample").defer("search")
    version = get_object_or_404(rows, uuid=version_id)
    form = CommentForm(tuple(texts_of(version)), request.POST)
    if not form.is_valid():
        return _again(request, form, version.sample_id)
    told = form.cleaned_data
    try:
        comment = write(person(request), version, told["text"], field=told["field"], line=told["line"])
    except ReviewError as error:
        form.add_error(None, str(error))
        return _again(request, form, version.sample_id)
    return _back(request, comment)


@require_POST
@allow(Role.REVIEWER)
def answer_comment(request: HttpRequest, comment_id: UUID) -> HttpResponse:
    """Answer a comment."""
    return _write(request, comment_id, answer)


@require_POST
@allow(Role.REVIEWER)
def edit_comment(request: HttpRequest, comment_id: UUID) -> HttpResponse:
    """Change one's own comment."""
    return _write(request, comment_id, rewrite)


@require_POST
@allow(Role.REVIEWER)
def delete_comment(request: HttpRequest, comment_id: UUID) -> HttpResponse:
    """Delete one's own comment."""
    comment = get_comment(comment_id)
    try:
        delete(person(request), comment)
        messages.success(request, "Deleted.")
    except ReviewError as error:
        messages.error(request, str(error))
    return _back(request, comment)


@require_POST
@allow(Role.REVIEWER)
def settle_comment(request: HttpRequest, comment_id: UUID) -> HttpResponse:
    """Resolve a comment, or open it again with `resolved=no`."""
    comment = get_comment(comment_id)
    settle(person(request), comment, resolved=request.POST.get("resolved") != "no")
    return _back(request, comment)


def get_comment(comment_id: UUID) -> Comment:
    """The comment of that id with its author, its sample and what it answers; 404 otherwise."""
    rows = Comment.objects.select_related("author", "sample", "parent__author", "parent__sample")
    return get_object_or_404(rows, uuid=comment_id)


def _write(request: HttpRequest, comment_id: UUID, do: Any) -> HttpResponse:
    comment, form = get_comment(comment_id), TextForm(request.POST)
    if not form.is_valid():
        return _again(request, form, comment.sample_id)
    try:
        do(person(request), comment, form.cleaned_data["text"])
    except ReviewError as error:
        form.add_error(None, str(error))
        return _again(request, form, comment.sample_id)
    return _back(request, comment)


def _again(request: HttpRequest, form: TextForm, sample_id: int) -> HttpResponse:
    """The form alone on a page, with what was typed and why it was not taken."""
    context = {"form": form, "sample_id": sample_id, "back": request.POST.get("back", "")}
    return render_page(request, "datasets/comment.html", context, status=422)


def _back(request: HttpRequest, comment: Comment) -> HttpResponse:
    if request.POST.get("back") == "review":
        return redirect(f"{reverse('review')}?{queue_of(request).query(sample=comment.sample.uuid)}")
    return redirect(comment.get_absolute_url())
