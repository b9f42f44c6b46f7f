"""Saving what the list is filtered by as a queue, which the list offers as a view, and changing it from there."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from afsweb.core.models import Role
from afsweb.permissions import allow, person
from afsweb.refusal import Refusal
from datasets_app.models import ReviewQueue
from datasets_app.review.queues import add_queue, archive_queue, change_queue, visible
from datasets_app.search.filters import SampleFilter


@require_POST
@allow(Role.REVIEWER)
def add_view(request: HttpRequest) -> HttpResponse:
    """Save the list's filters, which are in the field `query` as in its address, under a name."""
    query, told = _query(request), request.POST
    try:
        is_shared = told.get("is_shared") == "on"
        view = add_queue(person(request), name=told.get("name", ""), query=query, is_shared=is_shared)
    except Refusal as error:
        messages.error(request, str(error))
        return redirect(f"{reverse('list_samples')}?{urlencode(query)}")
    messages.success(request, f"Saved as “{view}”, a view of the list and a queue to review from.")
    return redirect(view.list_address)


@require_POST
@allow(Role.REVIEWER)
def rename_saved_view(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Give a view another name."""
    return _change(request, view_id, "Renamed.", name=request.POST.get("name", ""))


@require_POST
@allow(Role.REVIEWER)
def replace_saved_view(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Let a view filter as the list does now."""
    return _change(request, view_id, "Replaced by these filters.", query=_query(request))


@require_POST
@allow(Role.REVIEWER)
def archive_saved_view(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Take a view out of the lists."""
    view = _view(request, view_id)
    try:
        archive_queue(view, person(request), archived=True)
    except Refusal as error:
        messages.error(request, str(error))
        return redirect(view.list_address)
    messages.success(request, "Archived: no list offers it, and nobody reviews from it.")
    return redirect("list_samples")


def _view(request: HttpRequest, view_id: UUID) -> ReviewQueue:
    """The view in use of that id that the person may look at; 404 otherwise."""
    return get_object_or_404(visible(person(request)), uuid=view_id, is_archived=False)


def _query(request: HttpRequest) -> dict[str, str]:
    """What the page was filtered by; without what makes no sense, as the page itself has it."""
    return SampleFilter(QueryDict(request.POST.get("query", "")[:8_000]), person(request)).given()


def _change(request: HttpRequest, view_id: UUID, said: str, **rules: Any) -> HttpResponse:
    view = _view(request, view_id)
    try:
        change_queue(view, person(request), **rules)
    except Refusal as error:
        messages.error(request, str(error))
        view.refresh_from_db()
    else:
        messages.success(request, said)
    return redirect(view.list_address)
