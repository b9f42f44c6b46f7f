"""The pages of the upkeep: what there is and how it grows, what lies in watched folders, the usual schedules."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from afsweb.charts import chart_response, chart_theme, with_chart
from afsweb.core.jobs.actions import Actor
from afsweb.core.models import Role, WatchedItem
from afsweb.pages import keyset_page, render_page
from afsweb.permissions import allow, person
from afsweb.refusal import Refusal
from afsweb.upkeep.catalogue.drawing import draw_growth
from afsweb.upkeep.catalogue.listing import LISTED, items_of, newest_total, read_subject
from afsweb.upkeep.usual import add_usual_schedules as add_them
from afsweb.upkeep.watched.adopting import adopt
from afsweb.upkeep.watched.listing import watched_items
from datasets_app.models import Domain


@require_GET
@allow(Role.VIEWER)
@with_chart
def show_catalogue(request: HttpRequest) -> HttpResponse:
    """What there is of one subject, how it grew, and the totals of the last look."""
    subject = read_subject(request.GET.get("subject", ""))
    context = {
        "subject": subject,
        "subjects": LISTED,
        "page": keyset_page(items_of(subject), request),
        "total": newest_total(subject),
    }
    return render_page(request, "upkeep/catalogue.html", context)


@require_GET
@allow(Role.VIEWER)
def draw_catalogue(request: HttpRequest) -> HttpResponse:
    """The growth of a subject, for the page's charts: `?what=size` in MB, else how many."""
    subject, in_bytes = read_subject(request.GET.get("subject", "")), request.GET.get("what") == "size"
    return chart_response(draw_growth(subject, chart_theme(request), in_bytes=in_bytes))


@require_GET
@allow(Role.VIEWER)
def list_watched(request: HttpRequest) -> HttpResponse:
    """What lies in watched folders and is not managed; `?all=yes` shows what is, too."""
    every = request.GET.get("all") == "yes"
    context = {
        "page": keyset_page(watched_items(every=every), request),
        "every": every,
        "domains": Domain.objects.order_by("name"),
        "may_adopt": person(request).has_role(Role.TRAINER),
    }
    return render_page(request, "upkeep/watched.html", context)


@require_POST
@allow(Role.TRAINER)
def adopt_watched(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Take an item in: into a source of the chosen domain, or as an artifact."""
    item = get_object_or_404(WatchedItem, uuid=item_id)
    domain = Domain.objects.filter(slug=request.POST.get("domain", "").replace("\0", "")).first()
    try:
        job = adopt(item, domain, Actor(person(request)))
    except Refusal as error:
        messages.error(request, str(error))
        return redirect("list_watched")
    messages.success(request, f"“{item.path}” is being taken in.")
    return redirect(job)


@require_POST
@allow(Role.ADMIN)
def add_usual_schedules(request: HttpRequest) -> HttpResponse:
    """Add the usual schedules that are not there."""
    added = add_them()
    messages.success(request, f"Added: {', '.join(added)}." if added else "All of them are there.")
    return redirect("list_schedules")
