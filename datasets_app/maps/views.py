"""Maps of vectors: the list, making one, looking at one, and what to do with the samples of an area."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.charts import chart_response, chart_theme, with_chart
from afsweb.core.models import Role
from afsweb.pages import keyset_page, render_page
from afsweb.permissions import allow, person
from datasets_app.errors import DatasetError
from datasets_app.maps.colouring import ColourBy
from datasets_app.maps.forms import MapForm
from datasets_app.maps.making import delete_map, start_map
from datasets_app.maps.outlines import Outline, box_of
from datasets_app.maps.plotting import draw_map
from datasets_app.maps.points import Box, load_points
from datasets_app.maps.selecting import MOST_SELECTED, find_inside, first_of, select
from datasets_app.models import EmbeddingMap, Sample
from datasets_app.review.queues import add_queue


def get_map(map_id: UUID) -> EmbeddingMap:
    """The map with what its page shows, in one query; 404 otherwise."""
    related = ("domain", "embedder", "artifact", "job", "created_by")
    return get_object_or_404(EmbeddingMap.objects.select_related(*related), uuid=map_id)


@require_GET
@allow(Role.VIEWER)
def list_maps(request: HttpRequest) -> HttpResponse:
    """The maps, newest first."""
    maps = EmbeddingMap.objects.select_related("domain", "embedder", "job", "created_by")
    may_act = person(request).has_role(Role.REVIEWER)
    return render_page(request, "datasets/maps.html", {"page": keyset_page(maps, request), "may_act": may_act})


@require_http_methods(["GET", "POST"])
@allow(Role.REVIEWER)
def make_map(request: HttpRequest) -> HttpResponseBase:
    """The form that makes a map."""
    form = MapForm(request.POST or None, initial={"domain": request.GET.get("domain")})
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(start_map(form.plan(), by=person(request)))
        except DatasetError as error:
            form.add_error(None, str(error))
    return render_page(request, "datasets/map_make.html", {"form": form})


@require_GET
@allow(Role.VIEWER)
@with_chart
def show_map(request: HttpRequest, map_id: UUID) -> HttpResponse:
    """One map, in the colours and the rectangle of the address; with htmx only its live part, while it is made."""
    shown = get_map(map_id)
    return render_page(request, "datasets/map.html", map_context(request, shown), partial="live")


@require_GET
@allow(Role.VIEWER)
def draw_points(request: HttpRequest, map_id: UUID) -> HttpResponse:
    """The points of `?x0=&x1=&y0=&y1=`, or all, in the colours of `?colour=`: for charts.js and map.js."""
    try:
        picture = draw_map(get_map(map_id), box_of(request.GET), colour_of(request), chart_theme(request))
    except DatasetError as error:
        return JsonResponse({"error": str(error)}, status=409)
    about = {"legend": picture.legend, "shown": picture.shown, "there": picture.there}
    return chart_response(picture.figure, about=about)


@require_GET
@allow(Role.VIEWER)
def open_point(_request: HttpRequest, map_id: UUID, number: int) -> HttpResponse:
    """The page of a sample, by the number that a point carries."""
    get_map(map_id)
    return redirect(get_object_or_404(Sample.objects.filter(current__isnull=False), pk=number))


@require_POST
@allow(Role.VIEWER)
@with_chart
def look_at_points(request: HttpRequest, map_id: UUID) -> HttpResponse:
    """The samples of an area as a table, with what can be done with them; with htmx only that."""
    shown = get_map(map_id)
    try:
        outline = Outline.of_form(request.POST)
        ids = find_inside(shown, outline)
    except DatasetError as error:
        context = map_context(request, shown) | {"refusal": str(error)}
        return render_page(request, "datasets/map.html", context, partial="selection")
    found = {
        "count": len(ids),
        "samples": first_of(ids),
        "outline": json.dumps(outline.corners),
        "too_many": len(ids) > MOST_SELECTED,
        "most": MOST_SELECTED,
    }
    context = map_context(request, shown) | {"found": found}
    return render_page(request, "datasets/map.html", context, partial="selection")


@require_POST
@allow(Role.VIEWER)
def list_points(request: HttpRequest, map_id: UUID) -> HttpResponse:
    """The samples of an area as a list of samples, whose filters go on from there."""
    shown = get_map(map_id)
    try:
        selection = select(shown, Outline.of_form(request.POST), by=person(request))
    except DatasetError as error:
        messages.error(request, str(error))
        return redirect(shown)
    return redirect(f"{reverse('list_samples')}?selection={selection.uuid}")


@require_POST
@allow(Role.REVIEWER)
def queue_points(request: HttpRequest, map_id: UUID) -> HttpResponse:
    """A review queue of the samples of an area."""
    shown = get_map(map_id)
    try:
        with transaction.atomic():
            selection = select(shown, Outline.of_form(request.POST), by=person(request))
            name = request.POST.get("name", "").strip()[:120] or f"{selection.count:,} samples of a map"
            queue = add_queue(person(request), name=name, query={"selection": str(selection.uuid)})
    except DatasetError as error:
        messages.error(request, str(error))
        return redirect(shown)
    messages.success(request, f"The queue “{queue}” has {selection.count:,} samples of the map.")
    return redirect(queue)


@require_POST
@allow(Role.REVIEWER)
def delete(request: HttpRequest, map_id: UUID) -> HttpResponse:
    """Delete a map; what was selected on it stays."""
    delete_map(get_map(map_id), by=person(request))
    messages.success(request, "The map was deleted.")
    return redirect("list_maps")


def map_context(request: HttpRequest, shown: EmbeddingMap) -> dict[str, Any]:
    """What the page of a map shows."""
    box, colour = box_of(request.POST if request.method == "POST" else request.GET), colour_of(request)
    return {
        "map": shown,
        "box": box or _whole(shown),
        "query": urlencode({"colour": colour.value} | (asdict(box) if box else {})),
        "colour": colour,
        "colours": ColourBy.choices,
        "may_act": person(request).has_role(Role.REVIEWER),
    }


def colour_of(request: HttpRequest) -> ColourBy:
    """What the address says the colours mean; the state otherwise."""
    asked = request.GET.get("colour", "") or request.POST.get("colour", "")
    return ColourBy(asked) if asked in ColourBy.values else ColourBy.STATE


def _whole(shown: EmbeddingMap) -> Box | None:
    try:
        return load_points(shown).extent().wider(0.03)
    except DatasetError:
        return None
