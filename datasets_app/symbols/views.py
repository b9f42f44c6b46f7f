"""The pages of symbol maps: whose names join the facts, and what they are."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.core.history import history_of
from afsweb.core.models import Role
from afsweb.pages import act, keyset_page, render_page
from afsweb.permissions import allow, person
from datasets_app.models import SymbolMap
from datasets_app.symbols.forms import SymbolsForm
from datasets_app.symbols.listing import find_names, listed_maps
from datasets_app.symbols.maps import NoSymbols, SymbolsThereAlready, add_symbols, archive_symbols

LONGEST = 100  # characters of a search


@require_GET
@allow(Role.VIEWER)
def list_symbols(request: HttpRequest) -> HttpResponse:
    """The symbol maps, newest first; `?archived=1` shows those put aside."""
    archived = request.GET.get("archived") == "1"
    page = keyset_page(listed_maps(archived), request)
    context = {"page": page, "archived": archived, "may_add": person(request).has_role(Role.TRAINER)}
    return render_page(request, "datasets/symbols.html", context)


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def import_symbols(request: HttpRequest) -> HttpResponseBase:
    """The form that imports a symbol map; its names are facts at once, and samples are examined anew by jobs."""
    form = SymbolsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(add_symbols(form.new_map(), form.content(), by=person(request)))
        except (NoSymbols, SymbolsThereAlready) as error:
            form.add_error("file", str(error))
    return render_page(request, "datasets/symbols_import.html", {"form": form})


@require_GET
@allow(Role.VIEWER)
def show_symbols(request: HttpRequest, map_id: UUID) -> HttpResponse:
    """One map: its names by address; `?q=` narrows them to a name or an address."""
    shown = get_object_or_404(SymbolMap.objects.select_related("domain", "created_by"), uuid=map_id)
    words = request.GET.get("q", "").strip()[:LONGEST]
    context = {
        "map": shown,
        "q": words,
        "found": find_names(shown, words),
        "history": history_of(shown)[:20],
        "may_act": person(request).has_role(Role.TRAINER),
    }
    return render_page(request, "datasets/symbols_map.html", context)


@require_POST
@allow(Role.TRAINER)
def archive_map(request: HttpRequest, map_id: UUID) -> HttpResponse:
    """Take a map's names out of the facts, or bring them back."""
    row = get_object_or_404(SymbolMap.objects.select_related("domain"), uuid=map_id)
    archived = not row.is_archived
    now = "are no facts any more" if archived else "are facts again"
    said = f"The names of “{row}” {now}; samples are examined anew."
    return act(request, row, lambda map_, by: archive_symbols(map_, archived, by=by), said)
