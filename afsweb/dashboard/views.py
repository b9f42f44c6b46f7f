"""The dashboard and the search: the two pages about everything."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from afsweb.core.models import Role
from afsweb.pages import render_page
from afsweb.permissions import allow


@require_GET
@allow(Role.VIEWER)
def show_dashboard(request: HttpRequest) -> HttpResponse:
    """What waits for me, what runs, what the last comparison said."""
    return render_page(request, "dashboard/dashboard.html")


@require_GET
@allow(Role.VIEWER)
def search(request: HttpRequest) -> HttpResponse:
    """Everything that matches `?q=`."""
    return render_page(request, "dashboard/search.html")
