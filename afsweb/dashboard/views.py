"""The dashboard and the search: the two pages about everything."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from afsweb.core.models import Role
from afsweb.dashboard.finding import find_all, page_of_uuid
from afsweb.dashboard.forms import SearchForm
from afsweb.dashboard.waiting import last_comparison, stations, waits_for, what_runs
from afsweb.navigation import count_open_jobs, count_pending
from afsweb.pages import render_page
from afsweb.permissions import allow, person


@require_GET
@allow(Role.VIEWER)
def show_dashboard(request: HttpRequest) -> HttpResponse:
    """What waits for me, what the last comparison said, where the loop stands; what runs is loaded by itself."""
    comparison = last_comparison()
    context = {
        "waiting": waits_for(person(request), count_pending(request)),
        "running": what_runs(count_open_jobs(request)),
        "comparison": comparison,
        "stations": stations(comparison),
    }
    return render_page(request, "dashboard/dashboard.html", context)


@require_GET
@allow(Role.VIEWER)
def show_running(request: HttpRequest) -> HttpResponse:
    """The dashboard's live part: the jobs that run."""
    return render_page(request, "dashboard/dashboard.html#running", {"running": what_runs(count_open_jobs(request))})


@require_GET
@allow(Role.VIEWER)
def search(request: HttpRequest) -> HttpResponse:
    """What matches `?q=`, by kind; a uuid leads straight to its page."""
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    page = page_of_uuid(words)
    if page:
        return redirect(page)
    context = {"form": form, "words": words, "groups": find_all(words) if words else []}
    return render_page(request, "dashboard/search.html", context)
