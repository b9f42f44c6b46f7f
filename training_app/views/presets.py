"""Presets: what guides recommend, each as it stands there."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from afsweb.core.models import Role
from afsweb.pages import render_page
from afsweb.permissions import allow
from training_app.models import BaseModel
from training_app.presets.catalog import BY_SLUG, PRESETS
from training_app.presets.rows import base_of, recipe_of
from training_app.recipes import settings_of


@require_GET
@allow(Role.VIEWER)
def list_presets(request: HttpRequest) -> HttpResponse:
    """Every preset with its source, and whether the base that it is for is here."""
    here = BaseModel.objects.select_related("job").in_bulk([one.base_id for one in PRESETS], field_name="model_id")
    return render_page(request, "training/presets.html", {"rows": [(one, here.get(one.base_id)) for one in PRESETS]})


@require_GET
@allow(Role.VIEWER)
def show_preset(request: HttpRequest, slug: str) -> HttpResponse:
    """One preset: every setting, whether its source says it, and why where it is ours."""
    preset = BY_SLUG.get(slug)
    if preset is None:
        raise Http404("There is no such preset.")
    context = {
        "preset": preset,
        "groups": settings_of(preset.settings),
        "base": base_of(preset),
        "recipe": recipe_of(preset),
        "others": [one for one in PRESETS if one is not preset],
    }
    return render_page(request, "training/preset.html", context)
