"""Saving what the list is filtered by under a name, and changing what was saved."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from afsweb.core.models import Role, User
from afsweb.permissions import allow, person
from afsweb.refusal import Refusal
from datasets_app.models import ReviewQueue
from datasets_app.samples.filters import SampleFilter
from datasets_app.samples.saved import archive_view, rename_view, replace_view, save_view


@require_POST
@allow(Role.REVIEWER)
def add_view(request: HttpRequest) -> HttpResponse:
    """Save the list's filters, which are in the field `query` as in its address, under a name."""
    query, told = _query(request), request.POST
    try:
        view = save_view(person(request), told.get("name", ""), query, is_shared=told.get("is_shared") == "on")
    except Refusal as error:
        messages.error(request, str(error))
        return redirect(f"{reverse('list_samples')}?{urlencode(query)}")
    messages.success(request, f"Saved as “{view}”.")
    return redirect(address_of(view))


@require_POST
@allow(Role.REVIEWER)
def rename_saved_view(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Give a view another name."""
    name = request.POST.get("name", "")
    return _act(request, view_id, lambda view, user: rename_view(view, name, by=user), "Renamed.")


@require_POST
@allow(Role.REVIEWER)
def replace_saved_view(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Let a view filter as the list does now."""
    query = _query(request)
    return _act(request, view_id, lambda view, user: replace_view(view, query, by=user), "Replaced by these filters.")


@require_POST
@allow(Role.REVIEWER)
def archive_saved_view(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Take a view out of the lists."""
    return _act(request, view_id, lambda view, user: archive_view(view, by=user), "Archived: no list offers it.")


def address_of(view: ReviewQueue) -> str:
    """The list as the view filters it, which knows whose filters these are."""
    return f"{reverse('list_samples')}?{urlencode({'view': view.uuid} | view.query)}"


def _query(request: HttpRequest) -> dict[str, str]:
    """What the page was filtered by; without what makes no sense, as the page itself has it."""
    return SampleFilter(QueryDict(request.POST.get("query", "")[:8_000]), person(request)).given()


def _act(request: HttpRequest, view_id: UUID, do: Callable[[ReviewQueue, User], None], said: str) -> HttpResponse:
    view = get_object_or_404(ReviewQueue.objects.select_related("owner"), uuid=view_id, is_archived=False)
    try:
        do(view, person(request))
    except Refusal as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    view.refresh_from_db()
    return redirect("list_samples" if view.is_archived else address_of(view))
