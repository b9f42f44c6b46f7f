"""Recipes: list, look, make the next version, archive."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.core.archiving import set_archived
from afsweb.core.models import Role
from afsweb.pages import act, keyset_page, render_page
from afsweb.permissions import allow, person
from training_app.forms import RecipeForm
from training_app.models import Recipe
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
    context = {"recipe": recipe, "settings": settings_of(recipe), "runs": runs_with(recipe)}
    return render_page(request, "training/recipe.html", context)


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def add_recipe(request: HttpRequest) -> HttpResponseBase:
    """The form for a recipe's next version, filled from `?from=` when given."""
    start = Recipe.objects.filter(pk=request.GET["from"]).first() if request.GET.get("from", "").isdecimal() else None
    form = RecipeForm(request.POST or None, recipe=start)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        recipe = save_recipe(data["name"], data["base_model"], data["params"], by=person(request), note=data["source"])
        messages.success(request, f"“{recipe}” is saved.")
        return redirect(recipe)
    context = {"form": form, "start": start}
    return render_page(request, "training/edit_recipe.html", context)


@require_POST
@allow(Role.TRAINER)
def archive_recipe(request: HttpRequest, recipe_id: UUID) -> HttpResponse:
    """Take a recipe out of the lists, or bring it back. Its runs keep it."""
    recipe = get_object_or_404(Recipe, uuid=recipe_id)
    archived = not recipe.is_archived
    said = f"“{recipe}” is {'archived' if archived else 'restored'}. {recipe.runs.count()} runs keep it."
    return act(request, recipe, lambda row, by: set_archived(row, archived, by=by), said)
