"""The page of history, undo from any of its lines, and the page of a dataset as it was."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from afsweb.core.models import Event, Role
from afsweb.pages import keyset_page, render_page
from afsweb.permissions import allow, person
from datasets_app.exchange.downloads import attachment
from datasets_app.exchange.exporting import joined
from datasets_app.history.about import SAMPLE
from datasets_app.history.entries import entries_of
from datasets_app.history.filters import HistoryFilter, lines_for
from datasets_app.history.forms import MomentForm
from datasets_app.history.moment import counts_at, lines_at
from datasets_app.review.errors import ChangedSince, ReviewError
from datasets_app.review.undo import take_back
from datasets_app.secrets.errors import SecretsHeldBack


@require_GET
@allow(Role.REVIEWER)
def list_history(request: HttpRequest) -> HttpResponse:
    """Who changed what, newest first, as the filters in the address say; an action on many is one line."""
    form, user = HistoryFilter(request.GET), person(request)
    wanted = form.wanted()
    page = keyset_page(lines_for(user, wanted), request)
    context = {"form": form, "wanted": wanted, "page": page, "entries": entries_of(page.rows, user)}
    return render_page(request, "datasets/history.html", context)


@require_POST
@allow(Role.REVIEWER)
def undo_event(request: HttpRequest, event_id: int) -> HttpResponse:
    """Undo what one line says; where later changes must go first, a page lists them, each with its own button."""
    event, user = get_object_or_404(Event.objects.select_related("actor"), pk=event_id), person(request)
    try:
        take_back(user, event)
    except ChangedSince as error:
        later = entries_of(error.later, user)
        context = {"error": error, "later": later, "entry": entries_of([event], user)[0], "next": _next(request, event)}
        return render_page(request, "datasets/history_refused.html", context, status=409)
    except ReviewError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Undone.")
    return redirect(_next(request, event))


@require_GET
@allow(Role.VIEWER)
def show_moment(request: HttpRequest) -> HttpResponse:
    """A domain's samples as they were at a moment: how many in which state, and their export."""
    form = MomentForm(request.GET or None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        context |= form.cleaned_data | {"counts": counts_at(form.cleaned_data["domain"], form.cleaned_data["at"])}
    return render_page(request, "datasets/moment.html", context)


@require_GET
@allow(Role.VIEWER)
def export_moment(request: HttpRequest) -> HttpResponseBase:
    """Those samples as JSONL."""
    form = MomentForm(request.GET)
    if not form.is_valid():
        return render_page(request, "datasets/moment.html", {"form": form}, status=400)
    told = form.cleaned_data
    name = f"{told['domain'].slug}-{told['at']:%Y%m%dT%H%M%SZ}.jsonl"
    try:
        return attachment(joined(lines_at(told["domain"], told["at"], told["state"])), name)
    except SecretsHeldBack as error:
        messages.error(request, str(error))
        return redirect(f"{reverse('show_moment')}?{request.GET.urlencode()}")


def _next(request: HttpRequest, event: Event) -> str:
    """Where the person came from; else the history of the sample."""
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        return back
    return (
        f"{reverse('list_history')}?sample={event.object_id}"
        if event.object_type == SAMPLE
        else reverse("list_history")
    )
