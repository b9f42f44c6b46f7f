"""Presets as recipes: one for each base that is here, so that a run can be made of it and compared with others."""

from __future__ import annotations

from django.db.models import Max

from training_app.models import BaseModel, Recipe
from training_app.presets.catalog import PRESETS, Preset


def make_presets(base: BaseModel) -> list[Recipe]:
    """The recipes of the presets that are for this base, made where there are none. Safe to call again."""
    return [_make(preset, base) for preset in PRESETS if preset.base_id == base.model_id]


def _make(preset: Preset, base: BaseModel) -> Recipe:
    made = recipe_of(preset)
    if made is not None:
        return made
    number = (Recipe.objects.filter(name=preset.slug).aggregate(last=Max("number"))["last"] or 0) + 1
    return Recipe.objects.create(
        name=preset.slug,
        number=number,
        base_model=base,
        method=preset.method,
        backend=preset.backend,
        params=preset.settings,
        source=preset.note,
        is_preset=True,
    )


def recipe_of(preset: Preset) -> Recipe | None:
    """The recipe that was made of a preset; None while its base is not here."""
    rows = Recipe.objects.filter(name=preset.slug, is_preset=True)
    return rows.select_related("base_model").order_by("number").first()


def base_of(preset: Preset) -> BaseModel | None:
    """The base that a preset is for, where it is known here; fetched or not."""
    return BaseModel.objects.select_related("weights", "job").filter(model_id=preset.base_id).first()
