"""Recipes: list, look, compare, make the next version, clone, archive."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.core.finding import read_uuid
from afsweb.core.models import Role
from afsweb.pages import act, keyset_page, render_page
from afsweb.permissions import allow, person
from training_app import recipes
from training_app.backends.params import TrainingParams
from training_app.differences import compare_settings
from training_app.errors import TrainingError
from training_app.forms import RecipeForm
from training_app.models import Recipe
from training_app.presets.catalog import BY_SLUG, Preset
from training_app.presets.rows import base_of
from training_app.recipes import save_recipe, settings_of
from training_app.rows import recipe_rows, runs_with


@require_GET
@allow(Role.VIEWER)
def list_recipes(request: HttpRequest) -> HttpResponse:
    """The recipes in use, newest first."""
    page = keyset_page(recipe_rows().filter(is_archived=False), request)
    return render_page(request, "training/recipes.html", {"page": page})


@require_GET
@allow(Role.VIEWER)
def show_recipe(request: HttpRequest, recipe_id: UUID) -> HttpResponse:
    """One version of a recipe: every setting with its meaning, and the runs that used it."""
    recipe = get_object_or_404(recipe_rows(), uuid=recipe_id)
    others = Recipe.objects.filter(is_archived=False).exclude(pk=recipe.pk).order_by("-pk")[:50]
    context = {
        "recipe": recipe,
        "groups": settings_of(recipe.params),
        "preset": BY_SLUG.get(recipe.name) if recipe.is_preset else None,
        "runs": runs_with(recipe),
        "others": others,
        "presets": BY_SLUG.values(),
    }
    return render_page(request, "training/recipe.html", context)


@require_GET
@allow(Role.VIEWER)
def compare_recipes(request: HttpRequest) -> HttpResponse:
    """Two or more versions or presets (`?side=` uuid or slug, each) side by side; `?all=1` with what is equal, too."""
    sides = [side for side in map(_side, request.GET.getlist("side")[:MOST_SIDES]) if side]
    found = compare_settings(sides) if len(sides) > 1 else []
    show_all = request.GET.get("all") == "1"
    address = QueryDict(mutable=True)
    address.setlist("side", [side.slug if isinstance(side, Preset) else str(side.uuid) for side in sides])
    context = {
        "sides": sides,
        "differences": found if show_all else [one for one in found if one.differs],
        "equal": sum(not one.differs for one in found),
        "show_all": show_all,
        "address": address.urlencode(),
    }
    return render_page(request, "training/compare_recipes.html", context)


MOST_SIDES = 6


def _side(called: str) -> Recipe | Preset | None:
    """The recipe with this id, or the preset called so."""
    uuid = read_uuid(called)
    return BY_SLUG.get(called) if uuid is None else recipe_rows().filter(uuid=uuid).first()


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def add_recipe(request: HttpRequest) -> HttpResponseBase:
    """The form for a recipe: the next version of `?from=`, a clone of `?clone=` or of `?preset=`, or a new one.

    Settings in the address stand over those: what a page suggests is one link to this form.
    """
    start = _start(request.GET)
    form = RecipeForm(request.POST or None, **_filled(start, request.GET))
    if request.method == "POST" and form.is_valid():
        try:
            recipe = _save(request, form.cleaned_data)
        except TrainingError as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, f"“{recipe}” is saved.")
            return redirect(recipe)
    preset = start if isinstance(start, Preset) else None
    missing = preset.base_id if preset and preset.base_id and base_of(preset) is None else ""
    context = {"form": form, "start": start, "missing": missing, "is_next": bool(request.GET.get("from") and start)}
    return render_page(request, "training/edit_recipe.html", context)


def _save(request: HttpRequest, data: dict[str, Any]) -> Recipe:
    return save_recipe(
        data["name"],
        data["base_model"],
        data["params"],
        by=person(request),
        note=data["source"],
        method=data["method"],
        backend=data["backend"],
    )


def _start(asked: QueryDict) -> Recipe | Preset | None:
    """What the form begins with."""
    key = asked.get("from") or asked.get("clone") or ""
    if key.isdecimal() and len(key) < 19:
        return recipe_rows().filter(pk=int(key)).first()
    return BY_SLUG.get(asked.get("preset", ""))


def _filled(start: Recipe | Preset | None, asked: QueryDict) -> dict[str, Any]:
    """What the form is filled with, as its arguments."""
    given = {name: asked[name] for name in TrainingParams.model_fields if name in asked}
    if isinstance(start, Preset):
        head = {"name": f"{start.slug}-own", "base_model": base_of(start), "source": start.note}
        params = start.settings
    elif start is not None:
        name = start.name if asked.get("from") and not start.is_preset else f"{start.name}-own"
        head, params = {"name": name, "base_model": start.base_model, "source": start.source}, start.params
    else:
        return {"initial": given}
    return {"params": params, "initial": {**head, "method": start.method, "backend": start.backend, **given}}


@require_POST
@allow(Role.TRAINER)
def archive_recipe(request: HttpRequest, recipe_id: UUID) -> HttpResponse:
    """Take a recipe out of the lists, or bring it back. Its runs keep it."""
    recipe = get_object_or_404(Recipe, uuid=recipe_id)
    archived = not recipe.is_archived
    said = f"“{recipe}” is {'archived' if archived else 'restored'}. {recipe.runs.count()} runs keep it."
    return act(request, recipe, lambda row, by: recipes.archive_recipe(row, archived, by=by), said)
