"""The page that shows what a purge would break, and starts it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from afsweb.core.models import Role
from afsweb.pages import render_page
from afsweb.permissions import allow, person
from datasets_app.errors import DatasetError
from datasets_app.models import Sample
from datasets_app.purge.looking import what_breaks
from datasets_app.purge.purging import start_purge


@require_http_methods(["GET", "POST"])
@allow(Role.ADMIN)
def purge_sample(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """What a purge of this sample takes away and breaks; with its number typed, start it."""
    sample = get_object_or_404(Sample.objects.select_related("source"), uuid=sample_id)
    if request.method == "POST":
        try:
            with transaction.atomic():
                return redirect(start_purge(sample, request.POST.get("number", ""), by=person(request)))
        except DatasetError as error:
            messages.error(request, str(error))
    return render_page(request, "datasets/purge.html", {"sample": sample, "breaks": what_breaks(sample)})
