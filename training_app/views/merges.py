"""Merging versions: the form, the merge under way and what it measured."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.core.models import Role
from afsweb.pages import render_page
from afsweb.permissions import allow, person
from training_app.errors import TrainingError
from training_app.forms import MergeForm
from training_app.merges.launching import merge_adapters, merge_into_base
from training_app.rows import adapter_rows, merge_rows, version_rows


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def launch(request: HttpRequest) -> HttpResponseBase:
    """The form: a weight beside each version that has an adapter."""
    form = MergeForm(list(adapter_rows()), request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            return redirect(merge_adapters(data["name"], form.parts, rank=data["rank"], by=person(request)))
        except TrainingError as error:
            form.add_error(None, str(error))
    context = {"form": form, "merges": merge_rows().order_by("-pk")[:10]}
    return render_page(request, "training/launch_merge.html", context)


@require_POST
@allow(Role.TRAINER)
def launch_into_base(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Make whole weights of a version's base and adapter."""
    version = get_object_or_404(version_rows(), uuid=version_id)
    try:
        return redirect(merge_into_base(version, by=person(request)))
    except TrainingError as error:
        messages.error(request, str(error))
        return redirect(version)


@require_GET
@allow(Role.VIEWER)
def show_merge(request: HttpRequest, merge_id: UUID) -> HttpResponse:
    """One merge: what goes into it, how far it is, what was measured."""
    merge = get_object_or_404(merge_rows(), uuid=merge_id)
    return render_page(request, "training/merge.html", {"merge": merge, "parts": merge.parts.all()})
