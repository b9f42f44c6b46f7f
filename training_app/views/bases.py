"""Base models: what others start from."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods

from afsweb.core.models import Role
from afsweb.pages import keyset_page, render_page
from afsweb.permissions import allow, person
from training_app.bases.fetching import add_base
from training_app.bases.known import KNOWN
from training_app.bases.tiny import build_tiny_base
from training_app.errors import TrainingError
from training_app.forms import BaseForm, FetchBaseForm
from training_app.rows import base_rows, recipes_of, versions_of


@require_GET
@allow(Role.VIEWER)
def list_base_models(request: HttpRequest) -> HttpResponse:
    """The base models, newest first."""
    page = keyset_page(base_rows(), request)
    return render_page(request, "training/base_models.html", {"page": page})


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def build_base_model(request: HttpRequest) -> HttpResponseBase:
    """The form that builds a domain's tiny base model."""
    form = BaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(build_tiny_base(form.cleaned_data["domain"], by=person(request)))
        except TrainingError as error:
            form.add_error("domain", str(error))
    return render_page(request, "training/build_base_model.html", {"form": form})


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def fetch_base_model(request: HttpRequest) -> HttpResponseBase:
    """The form that fetches a model from Hugging Face, with those that are known."""
    form = FetchBaseForm(request.POST or None, initial={"model_id": request.GET.get("model", "")})
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(add_base(**form.cleaned_data, by=person(request)))
        except TrainingError as error:
            form.add_error("model_id", str(error))
    return render_page(request, "training/fetch_base_model.html", {"form": form, "known": KNOWN})


@require_GET
@allow(Role.VIEWER)
def show_base_model(request: HttpRequest, base_id: UUID) -> HttpResponse:
    """One base model: its facts, its files, what was made from it."""
    base = get_object_or_404(base_rows(), uuid=base_id)
    context = {"base": base, "versions": versions_of(base), "recipes": recipes_of(base)}
    return render_page(request, "training/base_model.html", context, partial="live")
